package consumer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/batch"
	"hotspot/internal/platform/cause"
	"hotspot/internal/stream"
)

// reader is the first stage: it waits for the topic, finds where to go on in
// every partition, and runs the partitionReaders and the sequencer.
type reader struct {
	consumer
}

// run reads until batch --batches was cut (nil), or until ctx ends, or the rows
// do not go on (*HaltError).
func (r reader) run(ctx context.Context, cut chan<- *batch.Batch) error {
	numbering, err := newNumbering(r.config, r.topic.Name(), r.status)
	if err != nil {
		return err
	}
	seq, err := newSequencer(r.consumer, cut)
	if err != nil {
		return err
	}
	ranges, err := r.awaitTopic(ctx)
	if err != nil {
		return err
	}
	runs := make(chan []item, len(ranges))
	done := errors.New("done") // ends the partitionReaders when the sequencer has what it came for
	g, ctx := errgroup.WithContext(ctx)
	seq.takeUp = func(ranges []stream.Range) error {
		if numbering != nil && len(ranges) > len(seq.partitions) {
			if err := numbering.check(r.topic.Name(), ranges, r.folder.last()); err != nil {
				return err
			}
		}
		for n := len(seq.partitions); n < len(ranges); n++ {
			var d decoder = &headerDecoder{} // of this partition's goroutine
			if numbering != nil {
				d = numbering
			}
			start, why, err := r.resume(ctx, n, ranges[n], d, &seq.rows)
			if err != nil {
				return err
			}
			r.log.Info("partition resumed", "topic", r.topic.Name(), "partition", n, "offset", start, "because", why, "want_row", seq.rows.next)
			p := partition{reader: newPartitionReader(r.consumer, n, d), next: start, end: ranges[n].End}
			saved, ok := r.folder.position(n)
			p.last.message.Offset, p.saved = saved-1, ok && start == saved
			seq.partitions = append(seq.partitions, p)
			g.Go(func() error { return p.reader.run(ctx, start, runs) })
		}
		return nil
	}
	g.Go(func() error {
		if err := seq.takeUp(ranges); err != nil {
			return err
		}
		seq.tellStatus()
		if err := seq.run(ctx, runs); err != nil {
			return err
		}
		return done
	})
	if err := g.Wait(); !errors.Is(err, done) {
		return err
	}
	return nil
}

// awaitTopic returns the partitions of the topic once there are any. Only the
// producer creates the topic, so a missing one is waited for.
func (r reader) awaitTopic(ctx context.Context) ([]stream.Range, error) {
	const longest = 100 * time.Millisecond
	pause := 10 * time.Millisecond
	for said := false; ; {
		var ranges []stream.Range
		err := r.topic.Retry(ctx, "read the topic's offsets", func(ctx context.Context) (err error) {
			if ranges, err = r.topic.Ranges(ctx); errors.Is(err, stream.ErrNoTopic) {
				return nil
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(ranges) > 0 {
			r.status.setState(batch.Reading, "")
			return ranges, nil
		}
		missing := cause.Of("topic-missing", nil, "topic", r.topic.Name())
		r.status.setState(batch.Waiting, missing.Error())
		if !said && pause == longest {
			said = true
			r.log.Info("topic not found, waiting for it", "topic", r.topic.Name(), "next", missing.Next)
		}
		select {
		case <-time.After(pause):
			pause = min(pause*3/2, longest)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// resume finds the offset at which to go on in partition p: the saved one when
// the message before it is the row that the folder says it is, else the
// partition's beginning. Rows that are there already are dropped either way.
// Then d is set to the message at that offset.
func (r reader) resume(ctx context.Context, p int, there stream.Range, d decoder, rows *history) (start int64, why string, err error) {
	d.restart()
	last := r.folder.lastRows()
	saved, ok := r.folder.position(p)
	switch {
	case !ok:
		return there.First, "the folder has no position in this partition", nil
	case rows.next != last.LastRow+1:
		return there.First, "the partition was added", nil
	case saved == there.First:
		d.continueAfter(last.LastRow, rows.chain())
		return saved, "the saved position is the partition's beginning", nil
	case saved < there.First || saved > there.End:
		return there.First, fmt.Sprintf("the saved position %d is outside the log [%d, %d]", saved, there.First, there.End), nil
	}
	var m stream.Message
	var found bool
	err = r.topic.Retry(ctx, "read the message before the saved position", func(ctx context.Context) error {
		m, found, err = r.topic.Before(ctx, p, there, saved)
		return err
	})
	if err != nil {
		return 0, "", err
	}
	if !found {
		return there.First, fmt.Sprintf("no message before the saved position %d", saved), nil
	}
	var it item
	d.continueAfter(last.LastRow-1, rows.chainAfter(last.LastRow-1))
	d.decode(&m, &it)
	same := false
	if it.dead == "" {
		if same, err = r.folder.holds(it.header.Row, it.header.Chain); err != nil {
			return 0, "", err
		}
	}
	if !same {
		d.restart()
		return there.First, fmt.Sprintf("the message before the saved position %d is not a row that the folder holds", saved), nil
	}
	return saved, "the message before it is a row that the folder holds", nil
}
