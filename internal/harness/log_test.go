//go:build unix

package harness_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// logWitness follows the topic, of one partition, and looks at what each kill
// of the producer has left there.
type logWitness struct {
	topic *stream.Topic
	read  int64 // offset of the next message
	top   int64 // greatest row so far
	chain map[int64]crime.Chain
	again int // rows that came more than once
}

func watchLog(t testing.TB, c stream.Config) *logWitness {
	t.Helper()
	topic, err := stream.Open(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { topic.Close() })
	return &logWitness{topic: topic, chain: map[int64]crime.Chain{}}
}

// check reads the topic to its end: each row comes for the first time right
// behind the one before, and every time with the same chain. So no row is
// lost, whatever was acknowledged.
func (w *logWitness) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, testkit.Patience)
	defer cancel()
	var ranges []stream.Range
	err := w.topic.Retry(ctx, "ranges", func(ctx context.Context) (err error) {
		ranges, err = w.topic.Ranges(ctx)
		return err
	})
	if err != nil {
		return err
	}
	var wrong error
	err = w.topic.Retry(ctx, "scan", func(ctx context.Context) error {
		err := w.topic.Scan(ctx, 0, w.read, ranges[0].End, func(m stream.Message) error {
			wrong = w.message(m)
			return wrong
		})
		if wrong != nil {
			return nil
		}
		return err
	})
	return errors.Join(err, wrong)
}

func (w *logWitness) message(m stream.Message) error {
	w.read = m.Offset + 1
	s, err := crime.ParseHeader(m.Headers[0].Value)
	if err != nil {
		return err
	}
	switch {
	case s.Row == w.top+1:
		w.top, w.chain[s.Row] = s.Row, s.Chain
	case s.Row > w.top:
		return fmt.Errorf("the topic lacks row %d: row %d stands at offset %d", w.top+1, s.Row, m.Offset)
	case w.chain[s.Row] != s.Chain:
		return fmt.Errorf("row %d stands in the topic with two chains", s.Row)
	default:
		w.again++
	}
	return nil
}
