package consumer_test

import (
	"errors"
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
		c.MetricsListen, c.GapTimeout, c.Batches = testkit.FreeAddress(t), 2*testkit.Patience, 2
		if !comes {
			c.GapTimeout = time.Second
		}
		done := make(chan error, 1)
		go func() { done <- consumer.Run(t.Context(), testkit.Log(t), c) }()
		if comes {
			testkit.Eventually(t, "hotspot_consumer_gap is 1", func() bool { return holds(c.MetricsListen, "/metrics", "hotspot_consumer_gap 1\n") })
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
