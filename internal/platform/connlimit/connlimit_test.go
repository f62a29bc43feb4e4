package connlimit_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"hotspot/internal/platform/connlimit"
	"hotspot/internal/testkit"
)

// server answers on max connections at most.
type server struct {
	t       *testing.T
	limit   *connlimit.Limit
	address string
	began   chan string   // the path of each request, as it is begun
	busy    chan struct{} // what a request of /busy waits for
	idle    chan struct{} // has one for each connection that became idle
	end     func()        // to be deferred
}

func newServer(t *testing.T, max int) *server {
	t.Helper()
	s := &server{t: t, limit: connlimit.New(max), began: make(chan string, 10), busy: make(chan struct{}), idle: make(chan struct{}, 10)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	count := func(c net.Conn, state http.ConnState) {
		s.limit.ConnState(c, state)
		if state == http.StateIdle {
			s.idle <- struct{}{}
		}
	}
	srv := &http.Server{ConnState: count, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s.began <- r.URL.Path
		if r.URL.Path == "/busy" {
			<-s.busy
		}
	})}
	ended := make(chan struct{})
	go func() { defer close(ended); srv.Serve(s.limit.Listener(listener)) }()
	s.end = func() {
		s.limit.Close()
		srv.Close()
		<-ended
		s.wait(0)
	}
	return s
}

// wait waits until n connections are counted.
func (s *server) wait(n int) {
	s.t.Helper()
	testkit.Eventually(s.t, "the connections that are counted", func() bool { return s.limit.Len() == n })
}

// dial sends text on a new connection.
func (s *server) dial(text string) net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	io.WriteString(conn, text)
	return conn
}

// answers reports whether an answer comes in time.
func answers(conn net.Conn, within time.Duration) bool {
	conn.SetReadDeadline(time.Now().Add(within))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	return err == nil && resp.StatusCode == 200
}

// isClosed waits for the end of a connection on which nothing comes.
func isClosed(conn net.Conn) bool {
	conn.SetReadDeadline(time.Now().Add(testkit.Patience))
	n, err := conn.Read(make([]byte, 1))
	return n == 0 && err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
}

const (
	get  = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
	slow = "GET / HTTP/1.1\r\nHost"
)

// TestSlowClientsDoNotLockOthersOut is half of G11: when all places are taken,
// who has sent no header for longest makes room, then who is idle.
func TestSlowClientsDoNotLockOthersOut(t *testing.T) {
	s := newServer(t, 3)
	defer s.end()
	idle := s.dial(get)
	if !answers(idle, testkit.Patience) {
		t.Fatal("the first request was not answered")
	}
	<-s.idle // the answer comes before the server says so
	var slows []net.Conn
	for i := range 2 {
		slows = append(slows, s.dial(slow))
		s.wait(2 + i)
	}
	for i := range 2 { // each takes the place of a slow one, and stays
		if conn := s.dial(get); !answers(conn, testkit.Patience) {
			t.Fatalf("client %d got no answer while others were slow", i)
		}
		if !isClosed(slows[i]) {
			t.Errorf("slow client %d was not closed", i)
		}
	}
	if conn := s.dial(get); !answers(conn, testkit.Patience) {
		t.Error("a client got no answer while others were idle")
	}
	if !isClosed(idle) {
		t.Error("the client that had been idle for longest was not closed")
	}
}

func TestARequestInFlightIsNotGivenUpForAnother(t *testing.T) {
	s := newServer(t, 2)
	defer s.end()
	const busy = "GET /busy HTTP/1.1\r\nHost: x\r\n\r\n" // kept alive, so that it becomes idle and is not closed
	clients := []net.Conn{s.dial(busy), s.dial(busy)}
	<-s.began
	<-s.began
	third := s.dial(get)
	if answers(third, 100*time.Millisecond) {
		t.Error("a third client was served while both places were busy")
	}
	close(s.busy)
	for i, conn := range append(clients, third) {
		if !answers(conn, testkit.Patience) {
			t.Errorf("client %d got no answer", i)
		}
	}
}
