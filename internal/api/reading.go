package api

import (
	"context"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/batch"
)

// work is what has to be read.
type work struct {
	batches []*rowsToRead // in no order
	models  []func()
}

func (w *work) empty() bool { return len(w.batches) == 0 && len(w.models) == 0 }

// rowsToRead is a batch whose files have changed.
type rowsToRead struct {
	n     int
	file  *batchFile
	first func() *batch.Manifest // reads the manifest

	manifest *batch.Manifest // nil when it was not taken
	chunk    *chunk
	err      error
}

// read does the work: manifests and models, then the rows of the batches, the
// newest first. announced shows batches before their rows are read; taken is
// called after each batch, on this goroutine.
func (l *loader) read(ctx context.Context, w work, announced bool, taken func()) error {
	first := w.models
	for _, b := range w.batches {
		first = append(first, func() { b.manifest = b.first() })
	}
	if err := each(ctx, first, func(f func()) { f() }, func(func()) {}); err != nil {
		return err
	}
	batches := slices.DeleteFunc(w.batches, func(b *rowsToRead) bool { return b.manifest == nil })
	slices.SortFunc(batches, func(a, b *rowsToRead) int { return b.n - a.n })
	if announced {
		for _, b := range batches {
			b.file.announce(b.manifest)
		}
	}
	return each(ctx, batches, func(b *rowsToRead) {
		b.chunk, b.err = readRows(l.dir, b.manifest)
	}, func(b *rowsToRead) {
		b.file.take(b.manifest, b.chunk, b.err)
		taken()
	})
}

// each calls do for all, as many at once as there are processors and beginning
// with the first, and done for each that is done, on this goroutine.
func each[T any](ctx context.Context, all []T, do, done func(T)) error {
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	ready := make(chan T, len(all)) // nobody waits for done
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(all) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				do(all[i])
				ready <- all[i]
			}
		})
	}
	for range all {
		select {
		case one := <-ready:
			done(one)
		case <-ctx.Done():
			return g.Wait()
		}
	}
	return g.Wait()
}
