package consumer

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// flushEvery is how often the rows of the open batch get a model of their own. A
// training takes about 50 ms, and nobody looks more often.
const flushEvery = 2 * time.Second

// cutProvisional hands over the rows of the open batch when all that the topic
// holds was read and there are rows that no provisional batch has. When the
// publisher is behind, the next tick will do.
func (s *sequencer) cutProvisional() {
	if !s.config.Flush || s.builder == nil || s.builder.Len() == 0 || s.flushed == s.rows.next ||
		time.Since(s.flushedAt) < flushEvery*9/10 || // the tick comes a little early or late
		!s.atEnd() {
		return
	}
	select {
	case s.cut <- s.builder.Provisional(s.positions(), s.duplicates, s.deadCount):
		s.flushed, s.flushedAt = s.rows.next, time.Now()
	default:
	}
}

// dropStale removes the provisional files that no longer stand for the open
// batch: it is full and has its model, or it is another one.
func (t *trainer) dropStale(ctx context.Context) error {
	f := t.folder
	for _, n := range slices.Sorted(maps.Keys(f.provisional)) {
		if f.trained[n] || n > max(f.newest()+1, f.first) {
			if err := t.dropProvisional(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropProvisional removes what was written of batch n before it was full. The
// model goes first: it is not shown without its batch.
func (t *trainer) dropProvisional(ctx context.Context, n int) error {
	f := t.folder
	if !f.provisional[n] {
		return nil
	}
	delete(f.provisional, n)
	return t.retryDisk(ctx, func() error {
		return errors.Join(f.models.RemoveProvisional(n), f.batches.RemoveProvisional(n))
	})
}
