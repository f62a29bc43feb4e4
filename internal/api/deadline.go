package api

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// sweepEvery is by how much a connection's deadline can be late.
const sweepEvery = 100 * time.Millisecond

// deadline is one of the two of a connection. net/http sets them four times for
// each request, and each would move a timer of the system; here it is noted, and
// a sweep over all connections looks now and then for those that are over. set
// is net.Conn's SetReadDeadline or SetWriteDeadline.
type deadline struct {
	at atomic.Int64 // ns since the limit's epoch, 0 for none, over when set has been told
	mu sync.Mutex   // held while set is told
}

const over = -1

// past is a deadline that is over.
var past = time.Unix(1, 0)

// move notes t, which may be the zero time for none. One that is over ends what
// waits at once.
func (d *deadline) move(t, epoch time.Time, set func(time.Time) error) error {
	at := int64(0)
	if !t.IsZero() {
		if at = int64(t.Sub(epoch)); at <= int64(time.Since(epoch)) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.at.Store(over)
			return set(past)
		}
	}
	if d.at.Swap(at) == over {
		d.mu.Lock() // not before set has been told that it is over
		defer d.mu.Unlock()
		return set(time.Time{})
	}
	return nil
}

// sweep ends what waits when the deadline is over at now.
func (d *deadline) sweep(now int64, set func(time.Time) error) {
	at := d.at.Load()
	if at <= 0 || now < at {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.at.CompareAndSwap(at, over) {
		_ = set(past) // of a connection that is closed meanwhile
	}
}

// SetReadDeadline may take effect late, by up to sweepEvery.
func (c *conn) SetReadDeadline(t time.Time) error {
	return c.reads.move(t, c.limit.epoch, c.Conn.SetReadDeadline)
}

// SetWriteDeadline may take effect late, by up to sweepEvery.
func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.writes.move(t, c.limit.epoch, c.Conn.SetWriteDeadline)
}

// SetDeadline sets both.
func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// sweep ends what is over on all connections, until ctx ends and none is left.
func (l *limit) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for ctx.Err() == nil || l.connections() > 0 {
		<-tick.C
		now := int64(time.Since(l.epoch))
		l.mu.Lock()
		for c := range l.open {
			c.reads.sweep(now, c.Conn.SetReadDeadline)
			c.writes.sweep(now, c.Conn.SetWriteDeadline)
		}
		l.mu.Unlock()
	}
}

var _ net.Conn = (*conn)(nil)
