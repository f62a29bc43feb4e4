package producer

import (
	"slices"
	"testing"
	"time"
)

// How late a row is at its turn, with the pauses of the default: the timer's
// part of the way to the topic. The pauses are those of a fixed seed. It has
// no limit, because it measures the machine too.
func BenchmarkPace(b *testing.B) {
	p := newPace(0, 5*time.Millisecond, 1)
	var late []time.Duration
	for b.Loop() {
		if err := p.wait(b.Context()); err != nil {
			b.Fatal(err)
		}
		late = append(late, time.Since(p.due))
	}
	slices.Sort(late)
	at := func(share float64) float64 { return float64(late[int(share*float64(len(late)-1))].Microseconds()) }
	b.ReportMetric(at(.5), "p50-late-µs")
	b.ReportMetric(at(.99), "p99-late-µs")
}
