package api

import (
	"container/list"
	"math"
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
	max   int
	epoch time.Time // what deadlines are counted from

	mu     sync.Mutex
	freed  sync.Cond          // a connection was closed, or the limit was
	open   map[*conn]struct{} // guarded by mu
	fresh  list.List          // guarded by mu: those that have sent no whole header yet, oldest first
	closed bool               // guarded by mu: nobody waits any longer
}

func newLimit(max int) *limit {
	l := &limit{max: max, epoch: time.Now(), open: map[*conn]struct{}{}}
	l.freed.L = &l.mu
	return l
}

// conn is a connection that counts. Only its first request takes the limit's
// lock; later ones leave a note in state.
type conn struct {
	net.Conn
	limit  *limit
	place  *list.Element // in limit.fresh, guarded by limit.mu; nil when not there
	state  atomic.Int32  // an http.ConnState
	reads  deadline
	writes deadline
}

// Close gives the place free.
func (c *conn) Close() error {
	c.limit.mu.Lock()
	c.limit.remove(c)
	c.limit.mu.Unlock()
	c.limit.freed.Signal()
	return c.Conn.Close()
}

// remove forgets c, under the lock. It may have been forgotten already.
func (l *limit) remove(c *conn) {
	delete(l.open, c)
	l.leaveFresh(c)
}

func (l *limit) leaveFresh(c *conn) {
	if c.place != nil {
		l.fresh.Remove(c.place)
		c.place = nil
	}
}

// CloseWrite is how net/http ends an answer to a request that it has not read
// to its end: the client can read the answer before the connection is reset.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// follow is the server's ConnState.
func (l *limit) follow(nc net.Conn, state http.ConnState) {
	c, ok := nc.(*conn)
	if !ok {
		return
	}
	if old := http.ConnState(c.state.Swap(int32(state))); old == http.StateNew && state != http.StateNew {
		l.mu.Lock()
		l.leaveFresh(c)
		l.mu.Unlock()
	}
}

func (l *limit) listener(nl net.Listener) net.Listener { return &limited{Listener: nl, limit: l} }

// limited accepts in slices: after acceptsPerSlice connections the rest of slice
// goes to those that are open. Thousands of clients that come, and come again
// when they are cut, would else hold the processors for as long as it takes to
// begin and end all of them.
type limited struct {
	net.Listener
	limit *limit

	began    time.Time // the slice; used by Accept alone, which the server calls from one goroutine
	accepted int       // since then
}

const (
	slice           = 2 * time.Millisecond
	acceptsPerSlice = 16
)

// Accept returns a connection that has found a place.
func (l *limited) Accept() (net.Conn, error) {
	if l.accepted == acceptsPerSlice {
		time.Sleep(slice - time.Since(l.began)) // at once when it is over
		l.accepted = 0
	}
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if l.accepted == 0 {
		l.began = time.Now()
	}
	l.accepted++
	return l.limit.take(nc), nil
}

// take waits for a place, or makes one.
func (l *limit) take(nc net.Conn) *conn {
	c := &conn{Conn: nc, limit: l}
	l.mu.Lock()
	var given *conn
	for len(l.open) >= l.max && !l.closed {
		if given = l.longest(); given != nil {
			l.remove(given)
			break
		}
		l.freed.Wait()
	}
	l.open[c] = struct{}{}
	c.place = l.fresh.PushBack(c)
	l.mu.Unlock()
	if given != nil {
		given.Conn.Close()
	}
	return c
}

// longest is the connection to give up, nil when all are busy. The server gives
// each idle one the same time for its next request, so the one whose deadline
// comes first has been idle for longest.
func (l *limit) longest() *conn {
	if oldest := l.fresh.Front(); oldest != nil {
		return oldest.Value.(*conn)
	}
	var found *conn
	first := int64(math.MaxInt64)
	for c := range l.open {
		if at := c.reads.at.Load(); http.ConnState(c.state.Load()) == http.StateIdle && 0 < at && at < first {
			found, first = c, at
		}
	}
	return found
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
