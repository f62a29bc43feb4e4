package consumer_test

import (
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"hotspot/internal/consumer"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// K11: while the missing row is waited for, /metrics says so; when it comes in
// time nothing was lost, and when it does not the consumer halts. What halts is
// not asked for its metrics: on a slow machine it may be gone before the answer.
func TestAMissingRowIsSeenInTheMetrics(t *testing.T) {
	good := rows(t, 2*size, 1, "Test")
	want := clean(t, good, 2)
	for _, comes := range []bool{true, false} {
		top, c := topic(t, 3)
		send(t, top, append(append([]stream.Message{}, good[:50]...), good[51:]...)...)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		c.MetricsListen, c.GapTimeout, c.Batches = l.Addr().String(), 2*time.Minute, 2
		if !comes {
			c.GapTimeout = time.Second
		}
		l.Close()
		done := make(chan error, 1)
		go func() { done <- consumer.Run(t.Context(), testkit.Log(t), c) }()
		seen := func(value string) {
			t.Helper()
			for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
				if holds(c.MetricsListen, "/metrics", "hotspot_consumer_gap "+value+"\n") {
					return
				}
				if time.Now().After(end) {
					t.Fatalf("hotspot_consumer_gap was not seen as %s", value)
				}
			}
		}
		if comes {
			seen("1")
			http.DefaultClient.CloseIdleConnections()
			send(t, top, good[50])
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			testkit.SameFolder(t, want, c.Dir)
			continue
		}
		var halt *consumer.HaltError
		if err := <-done; !errors.As(err, &halt) || halt.Reason != consumer.HaltGap {
			t.Errorf("Run = %v, want a halt for a gap", err)
		}
	}
}
