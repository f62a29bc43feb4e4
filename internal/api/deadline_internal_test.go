package api

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// TestADeadlineEndsAReadAndCanBeMoved follows what net/http does with one
// connection: it moves deadlines on and on, takes them away, and sets one that
// is over in order to break a read off.
func TestADeadlineEndsAReadAndCanBeMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		l := newLimit(10)
		c := l.take(here)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); l.sweep(ctx) }()

		// read is how long a read takes until the deadline ends it.
		read := func() time.Duration {
			t.Helper()
			start := time.Now()
			if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatalf("read: %v", err)
			}
			return time.Since(start)
		}
		late := func(took, want time.Duration) {
			t.Helper()
			if took < want || took > want+sweepEvery {
				t.Errorf("ended after %s, want %s or up to %s more", took, want, sweepEvery)
			}
		}
		c.SetReadDeadline(time.Now().Add(2 * time.Second))
		late(read(), 2*time.Second)
		if took := read(); took != 0 {
			t.Errorf("a second read ended after %s, want at once", took)
		}
		c.SetReadDeadline(time.Now().Add(5 * time.Second)) // after one that was over
		late(read(), 5*time.Second)

		c.SetReadDeadline(time.Now().Add(2 * time.Second))
		c.SetReadDeadline(time.Time{})
		time.AfterFunc(time.Minute, func() { c.SetReadDeadline(time.Unix(1, 0)) })
		late(read(), time.Minute)
		c.SetReadDeadline(time.Time{})
		go there.Write([]byte("x"))
		if n, err := c.Read(make([]byte, 1)); n != 1 || err != nil {
			t.Errorf("without a deadline: %d bytes, %v", n, err)
		}

		c.SetWriteDeadline(time.Now().Add(10 * time.Second)) // reads have another one
		start := time.Now()
		if _, err := c.Write([]byte("y")); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("write: %v", err)
		}
		late(time.Since(start), 10*time.Second)
		c.SetDeadline(time.Time{})
		go there.Read(make([]byte, 1))
		if _, err := c.Write([]byte("z")); err != nil {
			t.Errorf("without a deadline: %v", err)
		}
		stop()
		c.Close()
		<-ended
	})
}
