package producer

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// How late a row is at its turn, with the pauses of the default: the timer's
// part of the way to the topic. The pauses are those of a fixed seed. It has
// no limit, because it measures the machine too.
func BenchmarkPace(b *testing.B) {
	p := newPace(0, 5*time.Millisecond, 1, nil)
	var late []time.Duration
	for b.Loop() {
		if err := p.wait(b.Context()); err != nil {
			b.Fatal(err)
		}
		late = append(late, time.Since(p.due))
	}
	reportLate(b, late)
}

// How long after its turn a row is in the topic: the whole way, timer,
// request, the broker's disk, acknowledgement. The broker is the embedded one,
// which syncs every row, or HOTSPOT_TEST_BROKERS.
func BenchmarkRowInTopic(b *testing.B) {
	topic, err := stream.Open(testkit.Kafka(b), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { topic.Close() })
	if err := topic.Create(b.Context(), 1, 0); err != nil {
		b.Fatal(err)
	}
	p := &producer{log: slog.New(slog.DiscardHandler)}
	p.config.SleepMax, p.config.SleepSeed = 5*time.Millisecond, new(uint64)
	s := newSender(p, topic)
	var late []time.Duration
	p.config.Hook = func(point string) {
		if point == "message.acked" {
			late = append(late, time.Since(s.pace.due))
		}
	}
	row := []stream.Message{{Key: []byte("2020174723"), Value: make([]byte, 450)}}
	for b.Loop() {
		if err := s.write(b.Context(), b.Context(), row); err != nil {
			b.Fatal(err)
		}
	}
	reportLate(b, late[1:]) // the first one opens the connection
}

func reportLate(b *testing.B, late []time.Duration) {
	if len(late) == 0 {
		return
	}
	slices.Sort(late)
	at := func(share float64) float64 { return float64(late[int(share*float64(len(late)-1))].Microseconds()) }
	b.ReportMetric(at(.5), "p50-late-µs")
	b.ReportMetric(at(.99), "p99-late-µs")
}
