// Package consumer is the role that turns the topic into batch files and
// models: it takes the rows in the order of their numbers, each once, cuts
// them into batches, publishes every batch whole, and trains a model on each.
//
// It stands between the topic and the folder, and is the only writer of the
// folder. All it writes is a pure function of the rows; a crash at any moment
// costs only repeated work (docs/design.md, "What if it dies here").
//
//	partitionReader 0 --+
//	partitionReader 1 --+--> sequencer ------> publisher ------> trainer
//	partitionReader 2 --+    (one row       (CSV, then        (backlog first;
//	             chan []item    order,         manifest;         model N after
//	             <= 256 rows,   chain)         1 batch ahead)    model N-1)
//	             <= 1,256 a partition
//
//	reporter: open.json, progress, metrics, at most 4 times a second
//	commitOffsets: the position of the newest manifest to the group, at most once a second
//
// All goroutines are started and waited for in Run (run.go).
package consumer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/metrics"
	"hotspot/internal/platform/usage"
	"hotspot/internal/stream"
)

// Run consumes until ctx ends (it then returns nil), batch c.Batches and its
// model are published (nil), or it cannot go on: a *HaltError when a row is
// missing or does not continue the chain, a usage error when the folder was
// made with other settings, a *durable.LockedError when another consumer has
// the folder. A broker that is away and a disk that is full are waited for.
func Run(ctx context.Context, log *slog.Logger, c Config) error {
	if err := c.Validate(); err != nil {
		return err
	}
	c = c.withDefaults()
	log = log.With("role", "consumer")
	dir, err := durable.Open(c.Dir, durable.Options{FS: c.FS, Hook: c.Hook})
	if err != nil {
		return err
	}
	if err := dir.Lock(); err != nil {
		return err
	}
	defer dir.Unlock()
	folder, err := openFolder(dir, c)
	if err != nil {
		return err
	}
	rep := newReporter(log, dir, c, folder)
	c.Kafka.OnState = rep.broker
	topic, err := stream.Open(c.Kafka, log)
	if err != nil {
		return err
	}
	defer topic.Close()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var side errgroup.Group // reporter, listener, offset commits: they end last
	side.Go(func() error { return rep.run(ctx) })
	side.Go(func() error {
		err := metrics.Listen(ctx, c.MetricsListen, rep.health, rep.metrics.registry, log)
		if err != nil {
			cancel()
		}
		return err
	})
	committed := make(chan map[int]int64, 1) // the newest position
	side.Go(func() error { return commitOffsets(ctx, log, topic, c.Group, committed) })
	err = work(ctx, log, c, topic, folder, rep, committed)
	stopped := ctx.Err() != nil && errors.Is(err, context.Canceled)
	if stopped {
		err = nil
	}
	rep.ended(err)
	cancel()
	return errors.Join(err, side.Wait())
}

// work runs the stages of the pipeline and waits for all of them. It returns
// nil when the last batch asked for and its model are published.
func work(ctx context.Context, log *slog.Logger, c Config, topic *stream.Topic, f *folder, rep *reporter, committed chan map[int]int64) error {
	if c.Batches > 0 && f.newest() >= c.Batches && len(f.untrained(c.Batches)) == 0 {
		rep.models(f.trained)
		log.Info("nothing left to do", "newest", f.newest(), "asked_for", c.Batches)
		return nil
	}
	g, ctx := errgroup.WithContext(ctx)
	sealed := make(chan *batch.Batch, 1)    // one ahead: reading goes on while a batch is being synced
	published := make(chan *batch.Batch, 2) // training is faster than reading; two cover its variance
	g.Go(func() error {
		defer close(sealed)
		if c.Batches > 0 && f.newest() >= c.Batches {
			return nil // only models are missing
		}
		return read(ctx, log, c, topic, f, rep, sealed)
	})
	g.Go(func() error {
		defer close(published)
		p := publisher{log: log, folder: f, rep: rep, committed: committed}
		return p.run(ctx, sealed, published)
	})
	g.Go(func() error {
		frame, err := c.frame()
		if err != nil {
			return err
		}
		t := trainer{log: log, folder: f, rep: rep, settings: c.Settings(), spark: c.Spark, frame: frame, hook: c.Hook}
		return t.run(ctx, c.Batches, published)
	})
	return g.Wait()
}

// folder is what the consumer knows of its folder of batches and models. The
// manifests found at the start never change; the stages add to the folder on
// disk only.
type folder struct {
	dir         *durable.Folder
	batches     *batch.Folder
	models      *model.Folder
	first       int               // number of the first batch: 1, but for --from-row
	manifests   []*batch.Manifest // those found at the start, first..n
	trained     map[int]bool      // models found at the start
	provisional map[int]bool      // batches that have provisional files; the trainer's alone once Run has begun
}

// Check says whether Run would take up the folder of c: a usage error when it
// was made with other settings. It locks and writes nothing.
func Check(c Config) error {
	c = c.withDefaults()
	dir, err := durable.Open(c.Dir, durable.Options{FS: c.FS})
	if err != nil {
		return err
	}
	_, err = openFolder(dir, c)
	return err
}

// openFolder reads the manifests and checks that the folder was made with the
// settings of c.
func openFolder(dir *durable.Folder, c Config) (*folder, error) {
	f := &folder{dir: dir, batches: batch.OpenFolder(dir), models: model.OpenFolder(dir), trained: map[int]bool{}, provisional: map[int]bool{}}
	var err error
	if f.manifests, err = f.batches.Manifests(); err != nil {
		return nil, err
	}
	numbers, err := f.models.Numbers()
	if err != nil {
		return nil, err
	}
	if err := f.findProvisional(); err != nil {
		return nil, err
	}
	newest := 0
	for _, n := range numbers {
		f.trained[n] = true
		newest = max(newest, n)
	}
	ways := fmt.Sprintf("use another --dir, or begin anew: hotspot up --fresh --dir %s", c.Dir)
	f.first = int((c.FromRow-1)/int64(c.BatchSize)) + 1
	if last := f.last(); last != nil {
		begin := f.manifests[0]
		f.first = begin.Batch
		if c.FromRow > 1 && c.FromRow != begin.FirstRow {
			return nil, usage.Errorf("consumer: %s begins with row %d, not with --from-row %d; leave the flag out, or use another --dir",
				c.Dir, begin.FirstRow, c.FromRow)
		}
		if last.BatchSize != c.BatchSize {
			return nil, usage.Errorf("consumer: %s was made with --batch-size %d, not %d; %s",
				c.Dir, last.BatchSize, c.BatchSize, ways)
		}
	}
	if newest > 0 {
		m, _, err := f.models.Read(newest)
		if err != nil {
			return nil, fmt.Errorf("%w; remove the file and it will be trained again", err)
		}
		if diff := model.Diff(m.Settings, c.Settings()); diff != "" {
			return nil, usage.Errorf("consumer: %s was made with other model settings: %s; %s", c.Dir, diff, ways)
		}
		frame, err := c.frame()
		if err != nil {
			return nil, usage.Wrap(err)
		}
		if m.Frame != frame {
			return nil, usage.Errorf("consumer: %s was made with %s, not %s; %s", c.Dir, m.Frame, frame, ways)
		}
	}
	return f, nil
}

// newest is the number of the newest batch, 0 when there is none.
func (f *folder) newest() int {
	if last := f.last(); last != nil {
		return last.Batch
	}
	return 0
}

// last is the newest manifest, nil when there is none.
func (f *folder) last() *batch.Manifest {
	if len(f.manifests) == 0 {
		return nil
	}
	return f.manifests[len(f.manifests)-1]
}

// untrained lists the batches found at the start that have no model, up to
// limit (0 = all).
func (f *folder) untrained(limit int) []int {
	var todo []int
	for _, m := range f.manifests {
		if !f.trained[m.Batch] && (limit == 0 || m.Batch <= limit) {
			todo = append(todo, m.Batch)
		}
	}
	return todo
}
