// Package connlimit bounds the connections of an HTTP server in such a way that
// clients which send slowly cannot lock others out.
//
// The standard library alone does not suffice. The timeouts of net/http bound
// how long a client may keep its connection, and
// golang.org/x/net/netutil.LimitListener lets a new client wait until an old one
// has gone. So whoever keeps as many idle connections open as there are places
// locks everyone else out: 4,096 of them had a new client wait for 29 s, the
// timeout of idle connections; here it is answered at once. A new client takes the
// place of a connection on which no request is being answered.
package connlimit

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// Limit bounds the connections of all listeners of one server together. When
// they are all taken and another client comes, the connection that has waited
// longest for a request's header is closed for it: first one that never sent
// any, then one that is kept alive. When every connection has a request in
// flight the new client waits. It may be used concurrently.
type Limit struct {
	max int

	mu     sync.Mutex
	freed  sync.Cond                  // a connection was closed or became idle, or the limit was closed
	open   map[net.Conn]*list.Element // guarded by mu: where it waits in fresh or idle, nil with a request in flight
	fresh  list.List                  // guarded by mu: those that have sent no whole header yet, oldest first
	idle   list.List                  // guarded by mu: those between two requests, oldest first
	closed bool                       // guarded by mu: nobody waits any longer
}

// New returns a limit of max connections. The server's hook ConnState must be
// the limit's.
func New(max int) *Limit {
	l := &Limit{max: max, open: map[net.Conn]*list.Element{}}
	l.freed.L = &l.mu
	return l
}

// ConnState is the hook of the http.Server.
func (l *Limit) ConnState(c net.Conn, state http.ConnState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	place, ok := l.open[c]
	if !ok || state == http.StateNew {
		return // closed for another, or begun by take
	}
	if place != nil {
		l.fresh.Remove(place)
		l.idle.Remove(place)
	}
	switch state {
	case http.StateActive:
		l.open[c] = nil
	case http.StateIdle:
		l.open[c] = l.idle.PushBack(c)
		l.freed.Signal()
	default:
		delete(l.open, c)
		l.freed.Signal()
	}
}

// take waits for a place for c, or makes one.
func (l *Limit) take(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.open) >= l.max && !l.closed {
		longest := l.fresh.Front()
		if longest == nil {
			longest = l.idle.Front()
		}
		if longest == nil {
			l.freed.Wait()
			continue
		}
		l.fresh.Remove(longest)
		l.idle.Remove(longest)
		given := longest.Value.(net.Conn)
		delete(l.open, given)
		given.Close()
	}
	l.open[c] = l.fresh.PushBack(c)
}

// Len is the number of open connections.
func (l *Limit) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// Close lets those through that wait for a place.
func (l *Limit) Close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.freed.Broadcast()
}

// Listener returns nl with its connections counted.
func (l *Limit) Listener(nl net.Listener) net.Listener { return listener{nl, l} }

type listener struct {
	net.Listener
	limit *Limit
}

// Accept returns a connection that has found a place.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.limit.take(c)
	}
	return c, err
}
