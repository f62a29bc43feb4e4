package stream_test

import (
	"fmt"
	"log/slog"
	"testing"

	"hotspot/internal/platform/broker"
	"hotspot/internal/stream"
)

// embedded opens a topic of an embedded broker, as `hotspot up` has it.
func embedded(b *testing.B) *stream.Topic {
	b.Helper()
	br, err := broker.Start(broker.Config{Listen: "127.0.0.1:0", Data: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { br.Close() })
	topic, err := stream.Open(stream.Config{Brokers: []string{br.Addr()}}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { topic.Close() })
	if err := topic.Create(b.Context(), 1, 0); err != nil {
		b.Fatal(err)
	}
	return topic
}

func BenchmarkWriter(b *testing.B) {
	for _, rows := range []int{1, 3500} {
		b.Run(fmt.Sprintf("rows=%d/bytes=450", rows), func(b *testing.B) {
			topic := embedded(b)
			w := topic.NewWriter()
			m := messages(0, rows)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if err := w.Write(b.Context(), m); err != nil {
					b.Fatal(err)
				}
				n += rows
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkReader(b *testing.B) {
	const rows = 100_000
	topic := embedded(b)
	w := topic.NewWriter()
	if err := w.Write(b.Context(), messages(0, rows)); err != nil {
		b.Fatal(err)
	}
	b.Run("bytes=450", func(b *testing.B) {
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			r := readerAt(topic, 0, 0)
			for range rows {
				if _, err := r.Next(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			r.Close()
			n += rows
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
	})
}
