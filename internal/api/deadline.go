package api

import (
	"context"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// sweepEvery is by how much a connection's deadline can be late.
const sweepEvery = 100 * time.Millisecond

// deadline is one of the two of a connection, for its reads or for its writes.
// net/http sets them six times for each request, and each would move a timer of
// the system; here it is noted, and a sweep over all connections looks now and
// then for those that are over. The system's connection is told of one that is
// over only while a call waits in it; a later call does not begin. Its set is
// net.Conn's SetReadDeadline or SetWriteDeadline.
type deadline struct {
	at      atomic.Int64 // ns since the limit's epoch, 0 for none, over when it is
	waiting atomic.Int32 // calls in the system's connection
	mu      sync.Mutex   // held while set is told
	told    bool         // guarded by mu: set has been told that it is over
}

const over = -1

// past is a deadline that is over.
var past = time.Unix(1, 0)

// begin reports whether a call may go to the system's connection; if so, end
// follows it. A call is counted before at is read, and at is written before stop
// reads the count: one of the two sees the other.
func (d *deadline) begin() bool {
	d.waiting.Add(1)
	if d.at.Load() == over {
		d.waiting.Add(-1)
		return false
	}
	return true
}

func (d *deadline) end() { d.waiting.Add(-1) }

// stop ends what waits; at is over already and the caller holds mu.
func (d *deadline) stop(set func(time.Time) error) error {
	if d.waiting.Load() == 0 {
		return nil
	}
	d.told = true
	return set(past)
}

// move notes t, which may be the zero time for none. net/http sets one that was
// over before the connection came in order to end what waits at once; one that
// is over by less ends it with the next sweep.
func (d *deadline) move(t, epoch time.Time, set func(time.Time) error) error {
	at := int64(0)
	if !t.IsZero() {
		if at = int64(t.Sub(epoch)); at <= 0 {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.at.Store(over)
			return d.stop(set)
		}
	}
	if d.at.Swap(at) == over {
		d.mu.Lock() // not before set has been told that it is over
		defer d.mu.Unlock()
		if d.told {
			d.told = false
			return set(time.Time{})
		}
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
		_ = d.stop(set) // of a connection that is closed meanwhile
	}
}

// Read is net.Conn's.
func (c *conn) Read(p []byte) (int, error) {
	if !c.reads.begin() {
		return 0, os.ErrDeadlineExceeded
	}
	defer c.reads.end()
	return c.Conn.Read(p)
}

// Write is net.Conn's.
func (c *conn) Write(p []byte) (int, error) {
	if !c.writes.begin() {
		return 0, os.ErrDeadlineExceeded
	}
	defer c.writes.end()
	return c.Conn.Write(p)
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
