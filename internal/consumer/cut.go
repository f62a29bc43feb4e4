package consumer

import (
	"context"
	"fmt"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
)

// newBuilder is the empty batch that begins with the next row; the first one of a
// folder has its window from that row.
func (s *sequencer) newBuilder(source batch.Source, number int, window batch.Window) *batch.Builder {
	if s.config.BatchBy.Calendar() {
		window.By = s.config.BatchBy
	}
	return batch.NewBuilder(batch.Config{
		Size: s.config.BatchSize, Window: window, Header: crime.AppendHeader(nil), Source: source,
		Topic: s.topic.Name(), FromRow: s.from,
	}, number, s.rows.next, s.rows.chain())
}

// beginFolder begins an empty folder behind the row before --from-row, whose
// header is believed: nothing that is left can prove it.
func (s *sequencer) beginFolder(before *item) {
	h := before.header
	s.rows.begin(s.from, h.Chain)
	s.builder = s.newBuilder(batch.Source(h.Source), s.config.firstBatch(), batch.Window{})
	s.before = strings.Clone(before.record.Text[crime.ColReported])
	s.log.Info("folder begun at a later row", "row", s.from, "batch", s.builder.Number(), "chain_before", h.Chain.String())
}

// mostAhead is how many windows a row may be ahead of the open one, whose batches
// between are empty: more than a year of days or seven of weeks is a wrong date
// rather than a city without a crime.
const mostAhead = 400

// closeWindows cuts the open batch when the next row lies in a later window, and
// an empty one for each window between. It halts when the row cannot be where it
// is. done says that the last of the batches was --batches. By rows it does nothing.
func (s *sequencer) closeWindows(ctx context.Context, it *item) (done bool, err error) {
	if !s.config.BatchBy.Calendar() {
		return false, nil
	}
	reported := it.record.Text[crime.ColReported]
	if s.before != "" {
		if window := s.config.BatchBy.Window(reported); window.Ahead(s.before) >= 0 {
			return false, s.haltWindow(HaltWindow, "row-inside-window", it, "date", reported, "window", window, "before", s.before, "by", window.By)
		}
		s.before = ""
	}
	open := s.builder.Window()
	ahead := s.builder.Ahead(reported)
	switch {
	case ahead > mostAhead:
		return false, s.haltWindow(HaltWindow, "window-ahead", it, "date", reported, "open", open, "ahead", fmt.Sprintf("%d %ss", ahead, open.By), "most", mostAhead)
	case ahead <= 0 && s.builder.Full():
		return false, s.haltWindow(HaltSize, "window-full", it, "window", open, "most", batch.MaxSize)
	case ahead <= 0:
		if ahead < 0 {
			s.status.metrics.late.Inc()
		}
		return false, nil
	}
	// The row is in no batch yet, so its partition is read again from behind the row before it.
	positions := s.positions()
	n := it.message.Partition
	positions[n] = min(positions[n], s.partitions[n].last.message.Offset+1)
	for ; ahead > 0; ahead-- {
		if done, err := s.cutBatch(ctx, positions); done || err != nil {
			return done, err
		}
	}
	return false, nil
}

// cutBatch hands over the open batch, which is full or whose window is over. done
// says that it is --batches.
func (s *sequencer) cutBatch(ctx context.Context, positions map[int]int64) (done bool, err error) {
	b := s.builder.Cut(positions, s.duplicates, s.deadCount)
	if b.Manifest.Rows > 0 {
		s.rows.forgetBefore(b.Manifest.FirstRow)
	}
	s.duplicates, s.deadCount = 0, 0
	select {
	case s.cut <- b:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	return b.Manifest.Batch == s.config.Batches, nil
}

func (s *sequencer) haltWindow(reason, name string, it *item, names ...any) error {
	return s.halt(reason, it, it.header.Row, s.because(name, names...))
}
