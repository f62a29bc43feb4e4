package catalog

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/batch"
)

// work is what has to be read: files that have changed, in no order.
type work struct {
	batches []*batchFile
	models  []*modelFile
}

// putBack lets the next poll find the same work, after it was not done.
func (w *work) putBack() {
	for _, f := range w.batches {
		f.manifest = nil
	}
	for _, f := range w.models {
		f.info = nil
	}
}

// read does the work: manifests and models, then the rows of the batches, the
// newest first. With first, batches are shown before their rows are read; taken is
// called after each batch, one at a time.
func (l *loader) read(ctx context.Context, w work, first bool, taken func()) error {
	manifests := make([]*batch.Manifest, len(w.batches))
	slices.SortFunc(w.batches, func(a, b *batchFile) int { return b.n - a.n })
	var tasks []func()
	for i, f := range w.batches {
		tasks = append(tasks, func() { manifests[i] = f.readManifest(l.dir) })
	}
	for _, f := range w.models {
		tasks = append(tasks, func() { f.read(l.dir) })
	}
	if err := runAll(ctx, tasks); err != nil {
		return err
	}
	tasks = nil
	var taking sync.Mutex
	for i, f := range w.batches {
		m := manifests[i]
		if m == nil {
			continue
		}
		if first {
			f.announce(m)
		}
		tasks = append(tasks, func() {
			b, err := readRows(l.dir, m)
			taking.Lock()
			defer taking.Unlock()
			f.take(m, b, err)
			taken()
		})
	}
	return runAll(ctx, tasks)
}

// runAll runs all tasks, as many at once as there are processors and beginning
// with the first. When ctx ends no other one is begun.
func runAll(ctx context.Context, tasks []func()) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, task := range tasks {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error { task(); return nil })
	}
	return errors.Join(g.Wait(), ctx.Err())
}

// startPace is the least time between two views of a start: a folder that is
// read in less is shown at once.
const startPace = 25 * time.Millisecond

// pace returns do, but called at most every startPace, and so seldom that it takes a
// tenth of the time.
func (l *loader) pace(do func()) func() {
	if l.options.EachBatch {
		return do
	}
	next := time.Now().Add(startPace)
	return func() {
		start := time.Now()
		if start.Before(next) {
			return
		}
		do()
		end := time.Now()
		next = end.Add(max(startPace, 10*end.Sub(start)))
	}
}
