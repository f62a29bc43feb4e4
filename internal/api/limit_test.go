package api

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// limited starts a server of at most max connections. Its handler takes as
// long as busy is not closed.
func limitedServer(t *testing.T, max int, busy chan struct{}) string {
	t.Helper()
	l := newLimit(max)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{ConnState: l.follow, IdleTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/busy" {
			<-busy
		}
	})}
	ended := make(chan struct{})
	go func() { defer close(ended); srv.Serve(l.listener(listener)) }()
	t.Cleanup(func() {
		l.close()
		srv.Close()
		<-ended
		if n := l.connections(); n != 0 {
			t.Errorf("%d connections are still counted after the end", n)
		}
	})
	return listener.Addr().String()
}

func dial(t *testing.T, address, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(conn, text)
	return conn
}

// answers reports whether an answer comes within a moment.
func answers(conn net.Conn, wait time.Duration) bool {
	conn.SetReadDeadline(time.Now().Add(wait))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	return err == nil && resp.StatusCode == 200
}

const (
	get  = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
	slow = "GET / HTTP/1.1\r\nHost"
)

// TestSlowClientsDoNotLockOthersOut is G11's other half: when all places are
// taken, who has sent no header for longest makes room, then who is idle.
func TestSlowClientsDoNotLockOthersOut(t *testing.T) {
	address := limitedServer(t, 3, nil)
	idle := dial(t, address, get)
	if !answers(idle, time.Second) {
		t.Fatal("the first request was not answered")
	}
	var slows []net.Conn
	for range 2 {
		slows = append(slows, dial(t, address, slow))
		time.Sleep(20 * time.Millisecond) // until it has been accepted
	}
	for i := range 2 { // each takes the place of a slow one, and stays
		if conn := dial(t, address, get); !answers(conn, time.Second) {
			t.Fatalf("client %d got no answer while others were slow", i)
		}
		slows[i].SetReadDeadline(time.Now().Add(time.Second))
		if n, err := slows[i].Read(make([]byte, 1)); n != 0 || err == nil || isTimeout(err) {
			t.Errorf("slow client %d was not closed: %v", i, err)
		}
	}
	if conn := dial(t, address, get); !answers(conn, time.Second) {
		t.Error("a client got no answer while others were idle")
	}
	idle.SetReadDeadline(time.Now().Add(time.Second))
	if _, err := idle.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Errorf("the client that had been idle for longest was not closed: %v", err)
	}
}

func isTimeout(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}

func TestARequestInFlightIsNotGivenUpForAnother(t *testing.T) {
	busy := make(chan struct{})
	address := limitedServer(t, 2, busy)
	a, b := dial(t, address, "GET /busy HTTP/1.0\r\n\r\n"), dial(t, address, "GET /busy HTTP/1.0\r\n\r\n")
	time.Sleep(50 * time.Millisecond)
	third := dial(t, address, get)
	if answers(third, 100*time.Millisecond) {
		t.Error("a third client was served while both places were busy")
	}
	close(busy)
	for i, conn := range []net.Conn{a, b, third} {
		if !answers(conn, time.Second) {
			t.Errorf("client %d got no answer", i)
		}
	}
}
