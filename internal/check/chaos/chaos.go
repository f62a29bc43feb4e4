// Package chaos breaks what runs on this machine, for learners: it kills a
// role or the broker and starts it again, sends rows twice, or sends messages
// that are no rows. Verify then shows that nothing was lost or doubled.
//
// It stands beside the flow and knows the roles only by their locks and by the
// topic, as a stranger does.
package chaos

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/platform/durable"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
)

// Config says what to break, and how often.
type Config struct {
	Action string        `arg:"" enum:"kill-consumer,kill-producer,drop-broker,duplicate,bad-rows" help:"kill-consumer, kill-producer, drop-broker: kill -9 and start again. duplicate: send the last 100 messages again. bad-rows: send five messages that are no rows."`
	Times  int           `name:"times" default:"1" help:"How often."`
	Pause  time.Duration `name:"pause" default:"1s" help:"Time between two actions."`
	Kafka  stream.Config `embed:""`
	Dir    string        `name:"dir" default:"dataset-kafka" help:"Folder of batches and models."`
	Data   string        `name:"broker-data" default:".hotspot/broker" help:"Folder of the embedded broker's log."`
	Yes    bool          `name:"yes" help:"Send to a broker that is not on this machine."`

	Print func(format string, args ...any) `kong:"-"` // gets a line for every action
}

// breaker is one run.
type breaker struct {
	Config
	topic *stream.Topic
	sent  int64 // messages that no batch counts
}

// Run breaks c.Times times, and waits until the consumer, when one runs, has
// read what was sent.
func Run(ctx context.Context, log *slog.Logger, c Config) error {
	topic, err := stream.Open(c.Kafka, log)
	if err != nil {
		return err
	}
	defer topic.Close()
	dir, err := durable.Open(c.Dir)
	if err != nil {
		return err
	}
	b := &breaker{Config: c, topic: topic}
	batches := batch.OpenFolder(dir)
	before, err := batches.Status()
	if err != nil { // no consumer has been here
		before = &batch.Status{}
	}
	for n := range c.Times {
		if n > 0 && !pause(ctx, c.Pause) {
			return ctx.Err()
		}
		if err := b.act(ctx); err != nil {
			return fmt.Errorf("chaos: %s %d of %d: %w", c.Action, n+1, c.Times, err)
		}
	}
	return b.settle(ctx, batches, before)
}

func (b *breaker) act(ctx context.Context) error {
	switch b.Action {
	case "kill-consumer":
		return b.kill(ctx, "consumer", b.Dir, "consumer --dir "+b.Dir)
	case "kill-producer":
		return b.kill(ctx, "producer", producer.LockFolder(b.Kafka), "producer --topic "+b.topic.Name())
	case "drop-broker":
		return b.kill(ctx, "broker", b.Data, "hotspot broker --broker-data "+b.Data)
	case "duplicate":
		return b.duplicate(ctx)
	default:
		return b.sendBadRows(ctx)
	}
}

// settle waits until the consumer, when one runs, waits for more rows and has
// counted what was sent. The counts begin anew with every batch. A producer
// that still sends is not waited for.
func (b *breaker) settle(ctx context.Context, batches *batch.Folder, before *batch.Status) error {
	for began := time.Now(); time.Since(began) < 30*time.Second; {
		_, held, err := durable.Holder(b.Dir)
		if err != nil || !held {
			return err
		}
		now, err := batches.Status()
		if err == nil && now.State == batch.Waiting &&
			(now.Batch != before.Batch || now.Duplicates+now.DeadLetters >= before.Duplicates+before.DeadLetters+b.sent) {
			return nil
		}
		if !pause(ctx, 200*time.Millisecond) {
			return ctx.Err()
		}
	}
	b.Print("consumer: rows still come after 30 s; it is compared as far as it has come\n")
	return nil
}

// pause waits for d; false when ctx ends before.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
