package stream

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conns opens the connections and knows those that are open, so that Close can
// end them all: kafka-go leaves a request that nobody waits for running until
// the broker has answered it.
type conns struct {
	dial   DialFunc
	proven atomic.Bool  // a request has been answered: we are known and welcome
	refuse atomic.Int64 // connections that ended after an answer, before we were proven

	mu     sync.Mutex
	open   map[*conn]struct{}
	closed bool
}

func newConns(dial DialFunc) *conns {
	if dial == nil {
		dial = (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	return &conns{dial: dial, open: map[*conn]struct{}{}}
}

// Dial opens a connection.
func (c *conns) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	nc, err := c.dial(ctx, network, address)
	if err != nil {
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

// refusals is how often a broker hung up right after its first answer, as it
// does when it wants to know who we are. It is 0 once we are proven.
func (c *conns) refusals() int64 {
	if c.proven.Load() {
		return 0
	}
	return c.refuse.Load()
}

type conn struct {
	net.Conn
	all      *conns
	answered atomic.Bool
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	switch {
	case n > 0:
		c.answered.Store(true)
	case errors.Is(err, io.EOF) && c.answered.Load():
		c.all.refuse.Add(1)
	}
	return n, err
}

func (c *conn) Close() error {
	c.all.mu.Lock()
	delete(c.all.open, c)
	c.all.mu.Unlock()
	return c.Conn.Close()
}
