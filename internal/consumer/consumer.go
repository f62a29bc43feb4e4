// Package consumer is the role that turns the topic into batch files and
// models: it takes the rows in the order of their numbers, each once, cuts
// them into batches, publishes every batch whole, and trains a model on each.
//
// It stands between the topic and the folder, and is the only writer of the
// folder. All it writes is a pure function of the rows; a crash at any moment
// costs only repeated work (docs/design.md, "What if it dies here").
//
//	 reader                               publisher      trainer
//	+------------------------------+     +----------+   +---------------+
//	| partitionReader 0 -+         |     | CSV,     |   | missing ones  |
//	| partitionReader 1 -+> se-    | cut | then     |   | first; model  |
//	| partitionReader 2 -+  quencer| --> | manifest |-->| N after N-1   |
//	+------------------------------+     +----------+   +---------------+
//	   runs of <= 256 messages,            1 batch        2 batches
//	   <= 1,256 messages a partition       ahead          ahead
//
//	status:        open.json, progress, metrics, at most 4 times a second
//	commitOffsets: the newest position to the consumer group, once a second
//
// All goroutines are started and waited for in this file, but for those of the
// reader, which waits for its own.
package consumer

import (
	"context"
	"errors"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/batch"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/metrics"
	"hotspot/internal/stream"
)

// consumer is what all stages share.
type consumer struct {
	log    *slog.Logger
	config Config // with its defaults
	topic  *stream.Topic
	folder *folder
	status *status
}

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
	dir, err := durable.Open(c.Dir, c.FS)
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
	status := newStatus(log, c, folder)
	c.Kafka.OnState = status.setOutage
	topic, err := stream.Open(c.Kafka, log)
	if err != nil {
		return err
	}
	defer topic.Close()
	return consumer{log, c, topic, folder, status}.run(ctx)
}

// run runs the stages, and beside them what has to outlive them.
func (c consumer) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	committed := make(chan map[int]int64, 1) // the newest position only
	var beside errgroup.Group
	beside.Go(func() error { return c.status.run(ctx) })
	beside.Go(func() error { return c.commitOffsets(ctx, committed) })
	beside.Go(func() error {
		err := metrics.Listen(ctx, c.config.MetricsListen, c.status.health, c.status.metrics.registry, c.log)
		if err != nil {
			cancel()
		}
		return err
	})
	err := c.runStages(ctx, committed)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil
	}
	c.status.end(err)
	cancel()
	return errors.Join(err, beside.Wait())
}

// runStages runs the stages and waits for all of them. It returns nil when the
// last batch asked for and its model are published.
func (c consumer) runStages(ctx context.Context, committed chan map[int]int64) error {
	limit, newest := c.config.Batches, c.folder.newest()
	batchesDone := limit > 0 && newest >= limit
	if batchesDone && c.folder.isTrained(limit) {
		c.log.Info("nothing left to do", "newest", newest, "asked_for", limit)
		return nil
	}
	g, ctx := errgroup.WithContext(ctx)
	cut := make(chan *batch.Batch, 1)       // one ahead: reading goes on while a batch is being synced
	published := make(chan *batch.Batch, 2) // training is faster than reading; two cover its variance
	g.Go(func() error {
		defer close(cut)
		if batchesDone {
			return nil // only models are missing
		}
		r := reader{c}
		return r.run(ctx, cut)
	})
	g.Go(func() error {
		defer close(published)
		p := publisher{c, committed}
		return p.run(ctx, cut, published)
	})
	g.Go(func() error {
		t := trainer{consumer: c}
		return t.run(ctx, published)
	})
	return g.Wait()
}
