package stream

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"hotspot/internal/platform/cause"
)

// conns opens the connections and knows those that are open, so that Close can
// end them all: kafka-go leaves a request that nobody waits for running until
// the broker has answered it.
type conns struct {
	dial     DialFunc
	asked    []string     // the addresses that the person gave
	proven   atomic.Bool  // a request has been answered: we are known and welcome
	answered atomic.Bool  // a byte has come since the last hang-up
	refusals atomic.Int64 // hang-ups after a byte had come, before we were proven

	mu     sync.Mutex
	open   map[*conn]struct{}
	closed bool
}

func newConns(dial DialFunc, asked []string) *conns {
	if dial == nil {
		dial = (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	return &conns{dial: dial, asked: asked, open: map[*conn]struct{}{}}
}

// Dial opens a connection, or says why it cannot (see [cause.Reach]).
func (c *conns) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	nc, err := c.dial(ctx, network, address)
	if err != nil {
		if ctx.Err() == nil {
			err = cause.Reach(err, address, c.asked)
		}
		return nil, err
	}
	wrapped := &conn{Conn: nc, all: c}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		nc.Close()
		return nil, net.ErrClosed
	}
	c.open[wrapped] = struct{}{}
	return wrapped, nil
}

// Close closes all connections, and every one that is still being opened.
func (c *conns) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for nc := range c.open {
		nc.Conn.Close()
	}
	clear(c.open)
}

// hungUp takes note that the broker hung up, and reports whether it seems to
// do so because of who we are: it answers and then hangs up, three times, and
// has never done anything else. What stands before a broker that is not up yet,
// a proxy perhaps, hangs up without an answer.
func (c *conns) hungUp() (refused bool) {
	if c.proven.Load() || !c.answered.Swap(false) {
		return false
	}
	return c.refusals.Add(1) >= 3
}

type conn struct {
	net.Conn
	all *conns
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && !c.all.answered.Load() {
		c.all.answered.Store(true)
	}
	return n, err
}

func (c *conn) Close() error {
	c.all.mu.Lock()
	delete(c.all.open, c)
	c.all.mu.Unlock()
	return c.Conn.Close()
}
