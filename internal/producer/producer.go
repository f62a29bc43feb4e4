// Package producer sends the rows of a prepared file to the topic, always in
// order, and each once if it can.
//
// It stands at the beginning of the flow: source reads the rows, stream writes
// them. It keeps nothing on disk but the file of rejected rows, and a lock by
// which tools find its process: the topic is its checkpoint. Each partition
// holds a prefix of the rows whose key belongs to it, and the last record of each
// says which row it is and what all rows before it were. So a run begins by
// reading those records, reads the source from its first row, refuses it when its
// chain is another one at any of those rows, and sends what comes behind them.
//
//	linker ── requests (1) ──> sender ──> topic
//	 reads, links, skips        pauses, writes, counts
//	 what the topic has
//
// The linker is one goroutine, the sender is that of Run. The channel holds one
// request, so that reading and writing overlap and memory stays below four
// requests of some 2 MB, whatever the size of the file, but for at most holdRows
// rows that wait until the source is proven.
package producer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"hotspot/internal/crime"
	"hotspot/internal/platform/metrics"
	"hotspot/internal/stream"
)

// Run sends the rows of c.Input until its end, or row c.Limit, or the end of
// ctx. A broker that is away is waited for. The end of ctx is no error: what
// was being sent is acknowledged first, within 2 seconds, and Summary.Stopped
// is set. The Summary is filled in with any error.
//
// The error is a usage error (Usage() bool) when the command or the input has
// to be changed: a bad flag, a file that cannot be used or is not the one that
// the topic was filled from, too many rejected rows.
func Run(ctx context.Context, log *slog.Logger, c Config) (Summary, error) {
	if err := c.Validate(); err != nil {
		return Summary{}, err
	}
	c = c.withDefaults()
	log = log.With("role", "producer")
	p := &producer{config: c, log: log, health: metrics.NewHealth(), counts: newCounts(), began: time.Now()}
	p.config.Kafka.OnState = p.setOutage

	defer p.lock()()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	registry := prometheus.NewRegistry()
	p.counts.register(registry)
	beside, ctx := errgroup.WithContext(ctx) // an error of theirs ends the run
	beside.Go(func() error { return metrics.Listen(ctx, c.MetricsListen, p.health, registry, log) })
	beside.Go(func() error { p.report(ctx); return nil })
	err := p.run(ctx)
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		p.summary.Stopped, err = true, nil
	}
	cancel()
	err = errors.Join(err, beside.Wait())
	p.finish(err)
	return p.summary, err
}

// producer is one run.
type producer struct {
	config Config
	log    *slog.Logger
	health *metrics.Health
	began  time.Time

	counts  *counts
	summary Summary
	area    crime.Area // as summary.Area says it
}

// setOutage hears of the brokers' state.
func (p *producer) setOutage(outage error) {
	switch {
	case outage == nil:
		p.health.Ready()
	case errors.Is(outage, stream.ErrNoTopic):
		p.health.NotReady("topic_gone: " + outage.Error())
	default:
		p.health.NotReady("broker_away: " + outage.Error())
	}
}

// run is Run between the set-up and the summary.
func (p *producer) run(ctx context.Context) error {
	src, err := newLinker(p)
	if err != nil {
		return err
	}
	defer src.close()
	topic, err := stream.Open(p.config.Kafka, p.log)
	if err != nil {
		return err
	}
	defer topic.Close()
	if err := p.prepare(ctx, topic); err != nil {
		return err
	}
	pos, err := findPosition(ctx, p.log, topic)
	if err != nil {
		return err
	}
	if err := p.setSource(src.meta, pos, topic.Name()); err != nil {
		return err
	}
	p.health.Ready()
	p.log.Info("source opened", "input", src.file.Name(), "title", p.summary.Title, "invented", p.summary.Invented,
		"topic", topic.Name(), "partitions", len(pos.parts), "last_row_there", pos.last())

	err = p.send(ctx, src, topic, pos)
	if changed, ok := errors.AsType[*changedError](err); ok {
		changed.find(ctx, p, topic, pos)
	}
	return err
}

// prepare makes the topic, after deleting it with --fresh.
func (p *producer) prepare(ctx context.Context, topic *stream.Topic) error {
	if p.config.Fresh {
		if err := topic.Retry(ctx, "delete the topic", topic.Delete); err != nil {
			return err
		}
		p.log.Info("topic deleted", "topic", topic.Name())
	}
	return topic.Retry(ctx, "create the topic", func(ctx context.Context) error {
		return topic.Create(ctx, p.config.Partitions, p.config.Retention)
	})
}

// send runs linker and sender and waits for both.
func (p *producer) send(ctx context.Context, src *linker, topic *stream.Topic, pos *position) error {
	reading, stop := context.WithCancel(ctx)
	requests, ended := make(chan *request, 1), make(chan error, 1)
	go func() {
		defer close(requests)
		ended <- src.run(reading, pos, requests)
	}()
	err := newSender(p, topic).run(ctx, requests)
	stop()
	select {
	case srcErr := <-ended:
		if err == nil {
			err = srcErr
		}
	case <-time.After(grace / 4):
		// It waits for standard input: nothing but the end of the process ends that.
	}
	return errors.Join(err, rejectsError(src.rejects.Publish()))
}

// finish logs how the run ended.
func (p *producer) finish(err error) {
	p.counts.into(&p.summary, time.Since(p.began))
	s := p.summary
	attrs := []any{
		"rows", s.Rows, "sent", s.Sent, "acknowledged", s.Acknowledged, "already_there", s.AlreadyThere,
		"rejected", s.RejectedRows(), "seconds", fmt.Sprintf("%.1f", s.Seconds), "rows_per_s", int64(s.RowsPerSecond),
	}
	switch {
	case err != nil:
		p.health.NotReady("halted")
	case s.Stopped:
		p.log.Info("producer stopped", attrs...)
	case s.Rows == 0:
		p.log.Warn("source has no rows", attrs...)
	case s.Sent == 0:
		p.log.Info("nothing left to send", attrs...)
	default:
		p.log.Info("source sent", attrs...)
	}
}
