package connlimit

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// crowd is a listener at which a new client always waits.
type crowd struct{ net.Listener }

func (crowd) Accept() (net.Conn, error) {
	c, other := net.Pipe()
	other.Close()
	return c, nil
}

// TestACrowdIsTakenInSlices is half of G11: between two slices the processors
// are free for the connections that are open. One client at a time never waits.
func TestACrowdIsTakenInSlices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(1 << 20).Listener(crowd{})
		accept := func() {
			c, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			c.Close()
		}
		start := time.Now()
		for range 10 * acceptsPerSlice {
			accept()
		}
		if took := time.Since(start); took != 9*slice {
			t.Errorf("%d connections at once were taken in %s, want %s", 10*acceptsPerSlice, took, 9*slice)
		}
		for range 3 * acceptsPerSlice {
			time.Sleep(slice)
			before := time.Now()
			accept()
			if waited := time.Since(before); waited != 0 {
				t.Fatalf("a client that came alone waited %s", waited)
			}
		}
	})
}
