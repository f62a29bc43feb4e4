//go:build !nobroker

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/api"
	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/input/generate"
	"hotspot/internal/model"
	"hotspot/internal/platform/broker"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/durable"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
)

// upCommand is the three roles and a broker in one process. It has no code
// path of its own: it fills the same Configs and runs the same Runs.
type upCommand struct {
	Producer producer.Options `embed:""`
	Consumer consumer.Options `embed:""`
	API      api.Options      `embed:""`
	Topic    string           `name:"topic" default:"denver-crime" help:"Topic of the rows."`
	dirFlag  `embed:""`
	Broker   broker.Config `embed:""`
	Once     int           `name:"once" default:"0" help:"End with exit 0 when the API answers model N; 0 serves on until a signal."`
}

func (upCommand) Help() string {
	return `Examples:
  hotspot up                            stream slowly, serve until ^C
  hotspot up --sleep-max 0 --once 3     three models at full speed, then end
  hotspot up --fresh                    begin anew`
}

// Run starts everything and waits for its end.
//
//	broker <- producer        events of the roles -> progress -> standard output
//	   |
//	consumer -> folder <- api
func (c upCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	start := time.Now()
	if c.Once > 0 {
		c.Consumer.Batches = c.Once
	}
	kafka := stream.Config{Topic: c.Topic} // the broker has its address later
	pc := producer.Config{Options: c.Producer, AreaFlags: c.Consumer.AreaFlags, OwnBroker: true, Kafka: kafka}
	cc := consumer.Config{Options: c.Consumer, Dir: c.Dir, Kafka: kafka}
	ac := api.Config{Options: c.API, Dir: c.Dir, Version: app.Version}
	if err := errors.Join(pc.Validate(), cc.Validate(), ac.Validate(), c.Broker.Validate()); err != nil {
		return err
	}
	if c.Producer.Fresh {
		if err := broker.Remove(c.Broker.Data); err != nil {
			return err
		}
		if err := consumer.Clear(c.Dir); err != nil {
			return err
		}
		pc.Fresh = false // the topic went with the broker's data
	}
	if err := c.ensureInput(ctx, app); err != nil {
		return err
	}
	c.Broker.Log = app.Log
	b, err := broker.Start(c.Broker)
	if err != nil {
		return err
	}
	pc.Kafka.Brokers, cc.Kafka.Brokers = []string{b.Addr()}, []string{b.Addr()}

	dir, err := durable.Open(c.Dir)
	if err == nil {
		err = errors.Join(dir.Lock(), dir.Unlock()) // makes it, before the api looks for it
	}
	if err != nil {
		return errors.Join(err, b.Close())
	}
	p := newProgress(app, start, c.Once, batch.OpenFolder(dir))
	p.print("broker    %s, embedded, for development; its log is in %s", b.Addr(), c.Broker.Data)
	pc.OnProgress = p.rowsSent
	cc.Events = consumer.Events{Batch: p.batchPublished, Model: p.modelPublished, Progress: p.rowsRead}
	ac.OnListen = p.apiListens

	running, stop := context.WithCancel(ctx)
	defer stop()
	g, gctx := errgroup.WithContext(running)
	g.Go(func() error {
		sum, err := producer.Run(gctx, app.Log, pc)
		if err == nil && !sum.Stopped {
			p.allSent(sum)
		}
		return err
	})
	g.Go(func() error { return consumer.Run(gctx, app.Log, cc) })
	g.Go(func() error { return api.Run(gctx, app.Log, ac) })
	g.Go(func() error {
		err := p.wait(gctx)
		if c.Once > 0 {
			stop() // the roles end, too
		} else if err == nil && gctx.Err() == nil {
			p.printSummary()
			p.print("serving on; ^C ends it")
		}
		return err
	})
	err = errors.Join(g.Wait(), b.Close())
	p.sending.Done()
	p.reading.Done()
	switch {
	case err != nil || c.Once == 0:
		return err
	case p.served == 0:
		return ctx.Err() // a signal came first
	}
	p.printSummary() // now the consumer has said how many rows wait
	m, _, err := model.OpenFolder(dir).Read(c.Once)
	if err == nil && m.Status == model.Untrainable {
		err = fmt.Errorf("up: --once %d: model %d has no areas: %s", c.Once, m.Model, m.Reason)
	}
	return err
}

// ensureInput generates the default dataset when it is absent. Another
// missing file is the producer's to name.
func (c upCommand) ensureInput(ctx context.Context, app *cli.App) error {
	if c.Producer.Input != producer.DefaultInput {
		return nil
	}
	if _, err := os.Stat(producer.DefaultInput); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	sum, err := generate.Run(ctx, generate.Config{Output: producer.DefaultInput})
	if err != nil {
		return err
	}
	app.Console.Print(app.Out, "data      %s generated: %s rows of an invented city\n", producer.DefaultInput, cli.Count(sum.Rows))
	return nil
}
