package producer_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"hotspot/internal/producer"
	"hotspot/internal/testkit"
)

// C42: standard input, whose rows go out as they come.
func TestStandardInputIsSentAsItComes(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = "-"
	all := csv(1, 40)
	feed := func(f func(w *os.File)) (producer.Summary, error) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		stdin := os.Stdin
		os.Stdin = r
		defer func() { os.Stdin = stdin; r.Close() }()
		go func() {
			defer w.Close()
			f(w)
		}()
		return producer.Run(t.Context(), slog.New(slog.DiscardHandler), c)
	}
	inTime := false
	s, err := feed(func(w *os.File) {
		w.Write(all[:len(all)/2])
		topic := open(t, c.Kafka)
		defer topic.Close()
		for end := time.Now().Add(testkit.Patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if r, err := topic.Ranges(t.Context()); err == nil && r[0].End > 10 {
				inTime = true // while the pipe is still open
				break
			}
		}
		w.Write(all[len(all)/2:])
	})
	if err != nil || s.Acknowledged != 40 || !inTime {
		t.Fatalf("Run = %+v, %v; rows came before the end of the input: %t", s, err, inTime)
	}
	checkTopic(t, dump(t, c.Kafka), 40, "untitled", false)
	if s, err := feed(func(w *os.File) { w.Write(csv(1, 45)) }); err != nil || s.Sent != 5 {
		t.Errorf("longer input: %+v, %v", s, err)
	}
	changed := bytes.Replace(csv(1, 45), []byte(row(30, "")[1]), []byte("7"), 1)
	if _, err := feed(func(w *os.File) { w.Write(changed) }); err == nil || !strings.Contains(err.Error(), "source changed at row 45 or before") {
		t.Errorf("changed input: %v", err)
	}
}

func TestStopsWhileStandardInputIsSilent(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = "-"
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin := os.Stdin
	os.Stdin = r
	defer func() { os.Stdin = stdin }()
	w.Write(csv(1, 5))
	ctx, cancel := context.WithCancel(t.Context())
	c.OnProgress = func(p producer.Progress) {
		if p.Acknowledged == 5 {
			cancel()
		}
	}
	s, err := producer.Run(ctx, slog.New(slog.DiscardHandler), c)
	if err != nil || !s.Stopped || s.Acknowledged != 5 {
		t.Errorf("Run = %+v, %v; want it stopped with 5 rows", s, err)
	}
	w.Close() // lets the goroutine go that still reads
}
