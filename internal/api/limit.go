package api

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// limit bounds the connections of all listeners together. When they are all
// taken and another client comes, the connection that has waited longest for a
// request's header is closed for it: first one that never sent any, then one
// that is kept alive. So clients that send slowly cannot lock others out. When
// every connection has a request in flight the new client waits.
type limit struct {
	max int

	mu     sync.Mutex
	freed  sync.Cond          // a connection was closed, or the limit was
	open   map[*conn]struct{} // guarded by mu
	closed bool               // guarded by mu: nobody waits any longer
}

func newLimit(max int) *limit {
	l := &limit{max: max, open: map[*conn]struct{}{}}
	l.freed.L = &l.mu
	return l
}

// conn is a connection that counts. waits and since say what it does.
type conn struct {
	net.Conn
	limit *limit
	waits atomic.Int32 // an http.ConnState
	since atomic.Int64 // of waits, ns
}

// Close gives the place free, once.
func (c *conn) Close() error {
	l := c.limit
	l.mu.Lock()
	delete(l.open, c)
	l.mu.Unlock()
	l.freed.Signal()
	return c.Conn.Close()
}

// CloseWrite is how net/http ends an answer to a request that it has not read
// to its end: the client can read the answer before the connection is reset.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// state is the server's ConnState.
func (l *limit) state(nc net.Conn, state http.ConnState) {
	if c, ok := nc.(*conn); ok {
		c.waits.Store(int32(state))
		if state == http.StateIdle {
			c.since.Store(time.Now().UnixNano())
		}
	}
}

func (l *limit) listener(nl net.Listener) net.Listener { return limited{nl, l} }

type limited struct {
	net.Listener
	limit *limit
}

// Accept returns a connection that has found a place.
func (l limited) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.limit.take(nc), nil
}

func (l *limit) take(nc net.Conn) *conn {
	c := &conn{Conn: nc, limit: l}
	c.since.Store(time.Now().UnixNano())
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.open) >= l.max && !l.closed {
		if longest := l.longest(); longest != nil {
			delete(l.open, longest)
			longest.Conn.Close()
			break
		}
		l.freed.Wait()
	}
	l.open[c] = struct{}{}
	return c
}

// longest is the connection to give up, nil when all are busy.
func (l *limit) longest() *conn {
	var found *conn
	for c := range l.open {
		state := http.ConnState(c.waits.Load())
		if state != http.StateNew && state != http.StateIdle {
			continue
		}
		if found == nil || before(c, found) {
			found = c
		}
	}
	return found
}

// before reports whether a is given up before b.
func before(a, b *conn) bool {
	if x, y := a.waits.Load(), b.waits.Load(); x != y {
		return x < y // StateNew is the least
	}
	return a.since.Load() < b.since.Load()
}

// connections is the number of open connections.
func (l *limit) connections() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// close lets those through that wait for a place.
func (l *limit) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.freed.Broadcast()
}
