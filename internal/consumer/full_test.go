package consumer

import (
	"errors"
	"strings"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// A day has a row more than a batch can hold. The row is refused, also one that is
// late; one of the next day closes the batch.
func TestADayWithMoreRowsThanABatchCanHoldHalts(t *testing.T) {
	topic, err := stream.Open(stream.Config{Brokers: []string{"127.0.0.1:1"}, Topic: "t"}, testkit.Log(t))
	if err != nil {
		t.Fatal(err)
	}
	defer topic.Close()
	cut := make(chan *batch.Batch, 1)
	s := &sequencer{consumer: consumer{topic: topic, config: Config{Options: Options{BatchBy: batch.ByDay}}.withDefaults()}, cut: cut, partitions: make([]partition, 1)}
	s.rows.begin(1, crime.Chain{})
	s.builder = s.newBuilder(batch.Source{}, 1, batch.Window{})
	for s.builder.Len() < batch.MaxSize {
		s.builder.Add(batch.Row{Number: s.builder.Next(), Line: s.builder.Next(), Reported: "2024-09-09T10:00:00", Offset: s.builder.Next()})
		s.rows.add(crime.Chain{})
	}
	row := func(reported string) *item {
		it := &item{header: crime.Header{Row: batch.MaxSize + 1}}
		it.record.Text[crime.ColReported] = reported
		return it
	}
	for _, reported := range []string{"2024-09-09T11:00:00", "2024-09-08T11:00:00"} {
		_, err := s.closeWindows(t.Context(), row(reported))
		var halt *HaltError
		if !errors.As(err, &halt) || halt.Reason != HaltSize || halt.Row != batch.MaxSize+1 {
			t.Fatalf("%s: %v, want a halt: %s", reported, err, HaltSize)
		}
		for _, says := range []string{"row 500001", "9 Sep 2024", "500000", "--batch-by"} {
			if !strings.Contains(err.Error(), says) {
				t.Errorf("%v; want %q", err, says)
			}
		}
	}
	if m := s.builder.Provisional(nil, 0, 0).Manifest; m.Rows != batch.MaxSize || !m.Provisional { // --flush
		t.Errorf("provisional batch of %d rows", m.Rows)
	}
	if _, err := s.closeWindows(t.Context(), row("2024-09-10T00:00:00")); err != nil {
		t.Fatal(err)
	}
	if m := (<-cut).Manifest; m.Rows != batch.MaxSize || m.Window.Last != "2024-09-09" || s.builder.Number() != 2 {
		t.Errorf("batch of %d rows, %+v", m.Rows, m.Window)
	}
}
