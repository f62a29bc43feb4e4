package consumer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hotspot/internal/batch"
)

// flushEvery is how often rows of the open batch get a model of their own: a
// training takes some 50 ms, and nobody looks more often.
const flushEvery = 2 * time.Second

// provisional hands over the rows of the open batch when all that the topic
// holds was read and there are rows that no provisional batch has. When the
// publisher is behind, the next tick will do.
func (in *sequencer) provisional(sealed chan<- *batch.Batch) {
	if in.flush == 0 || in.builder == nil || in.builder.Len() == 0 || in.flushed == in.rows.next ||
		time.Since(in.flushedAt) < in.flush*9/10 { // the tick comes a little early or late
		return
	}
	for i := range in.partitions {
		if l := &in.partitions[i]; len(l.ahead) > 0 || l.pos < l.end {
			return
		}
	}
	select {
	case sealed <- in.builder.Provisional(in.positions(), in.duplicates, in.deadCount):
		in.flushed, in.flushedAt = in.rows.next, time.Now()
	default:
	}
}

// provisional trains the rows of a batch that is not full, and numbers the
// clusters as those of the full one will be: after the model before. No later
// model is numbered after it.
func (t *trainer) provisional(ctx context.Context, m *batch.Manifest, csv []byte) error {
	t.folder.provisional[m.Batch] = true
	mod, took, err := t.publish(ctx, m, csv)
	if err != nil {
		return err
	}
	t.log.Debug("provisional model published", "model", mod.Model, "rows", m.Rows, "status", mod.Status, "took", took)
	return nil
}

// findProvisional finds the batches of which an earlier run left provisional
// files.
func (f *folder) findProvisional() error {
	names, err := f.dir.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		var n int
		if !strings.Contains(name, ".partial.") {
			continue
		}
		for _, form := range []string{"batch-%d.partial.", "model-%d.partial."} {
			if _, err := fmt.Sscanf(name, form, &n); err == nil && n > 0 {
				f.provisional[n] = true
			}
		}
	}
	return nil
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
	return t.rep.onDisk(ctx, func() error {
		return errors.Join(f.models.RemoveProvisional(n), f.batches.RemoveProvisional(n))
	})
}
