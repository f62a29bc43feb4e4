package consumer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/stream"
)

// read is the first stage: it waits for the topic, finds where to go on in
// every partition, and runs the readers and the sequencer.
func read(ctx context.Context, log *slog.Logger, c Config, topic *stream.Topic, f *folder, rep *reporter, sealed chan<- *batch.Batch) error {
	numbering, err := newNumbering(c, topic.Name())
	if err != nil {
		return err
	}
	in := &sequencer{log: log, topic: topic.Name(), gap: c.GapTimeout, rep: rep, size: c.BatchSize}
	if in.dead, err = openDeadLetters(log, f.dir, topic.Name(), rep); err != nil {
		return err
	}
	if c.Flush {
		in.flush = flushEvery
	}
	in.from, in.rows.next = c.FromRow, max(c.FromRow-1, 1)
	if last := f.last(); last != nil {
		csv, err := f.batches.CSV(last)
		if err != nil {
			return err
		}
		if in.rows, err = replay(last, csv); err != nil {
			return err
		}
		in.from = f.manifests[0].FirstRow
		in.builder = in.newBuilder(last.Title, last.Invented, last.Batch+1)
	}
	ranges, err := awaitTopic(ctx, log, topic, rep)
	if err != nil {
		return err
	}
	runs := make(chan []item, len(ranges))
	g, ctx := errgroup.WithContext(ctx)
	done := errors.New("done") // ends the readers when the sequencer has what it came for
	for p, r := range ranges {
		startOf := func() (int64, string, error) { return f.startOf(ctx, topic, p, r) }
		if numbering != nil {
			startOf = func() (int64, string, error) { return numbering.resume(ctx, topic, f, &in.rows, ranges) }
		}
		start, why, err := startOf()
		if err != nil {
			return err
		}
		log.Info("partition taken up", "topic", topic.Name(), "partition", p, "offset", start, "because", why, "want_row", in.rows.next)
		l := newPartitionReader(p, start)
		l.numbering = numbering
		in.partitions = append(in.partitions, partition{reader: l, pos: start, end: r.End})
		g.Go(func() error { return l.run(ctx, log, topic, runs) })
	}
	rep.read(in)
	g.Go(func() error {
		if err := in.run(ctx, runs, sealed, c.Batches); err != nil {
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
func awaitTopic(ctx context.Context, log *slog.Logger, topic *stream.Topic, rep *reporter) ([]stream.Range, error) {
	pause := 10 * time.Millisecond
	for said := false; ; {
		var ranges []stream.Range
		missing := false
		err := topic.Retry(ctx, "read the topic's offsets", func(ctx context.Context) error {
			var err error
			ranges, err = topic.Ranges(ctx)
			if missing = errors.Is(err, stream.ErrNoTopic); missing {
				return nil
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if !missing && len(ranges) > 0 {
			rep.state(batch.Reading, "")
			return ranges, nil
		}
		rep.state(batch.Waiting, "topic "+topic.Name()+" is not there yet; the producer creates it")
		if !said && pause == 100*time.Millisecond {
			said = true
			log.Info("topic awaited", "topic", topic.Name())
		}
		select {
		case <-time.After(pause):
			pause = min(pause*3/2, 100*time.Millisecond)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// startOf finds the offset at which to go on in a partition: the saved one
// when the record before it is the row that the folder says it is, else the
// partition's beginning. Rows that are there already are dropped either way.
func (f *folder) startOf(ctx context.Context, topic *stream.Topic, p int, r stream.Range) (start int64, why string, err error) {
	last := f.last()
	if last == nil {
		return r.First, "the folder is empty", nil
	}
	saved, ok := last.Transport.Next[p]
	switch {
	case !ok:
		return r.First, "the folder has no position in this partition", nil
	case saved == r.First:
		return saved, "the saved position is the partition's beginning", nil
	case saved < r.First || saved > r.End:
		return r.First, fmt.Sprintf("the saved position %d is outside the log [%d, %d]", saved, r.First, r.End), nil
	}
	var m stream.Message
	var found bool
	err = topic.Retry(ctx, "read the record before the saved position", func(ctx context.Context) error {
		m, found, err = topic.Before(ctx, p, r, saved)
		return err
	})
	if err != nil {
		return 0, "", err
	}
	if !found {
		return r.First, fmt.Sprintf("no record before the saved position %d", saved), nil
	}
	var it item
	decode(&m, &it)
	if it.dead != "" {
		return r.First, fmt.Sprintf("the record before the saved position %d is a dead letter", saved), nil
	}
	same, err := f.holds(it.header.Row, it.header.Chain)
	if err != nil {
		return 0, "", err
	}
	if !same {
		return r.First, fmt.Sprintf("the record before the saved position %d is not the row that the folder holds", saved), nil
	}
	return saved, "the record before it is the row that the folder holds", nil
}

// holds reports whether the folder has row with this chain.
func (f *folder) holds(row int64, chain crime.Chain) (bool, error) {
	for i := len(f.manifests) - 1; i >= 0; i-- {
		m := f.manifests[i]
		if row < m.FirstRow || row > m.LastRow {
			continue
		}
		csv, err := f.batches.CSV(m)
		if err != nil {
			return false, err
		}
		h, err := replay(m, csv)
		if err != nil {
			return false, err
		}
		return h.chains[row-h.first+1] == chain, nil
	}
	return false, nil
}
