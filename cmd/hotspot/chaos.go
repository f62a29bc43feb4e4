package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/check/verify"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
)

type chaosCommand struct {
	Action string        `arg:"" enum:"kill-consumer,kill-producer,drop-broker,duplicate,bad-rows" help:"kill-consumer, kill-producer, drop-broker: kill -9 and start again. duplicate: send the last 100 messages again. bad-rows: send five messages that are no rows."`
	Times  int           `name:"times" default:"1" help:"How often."`
	Pause  time.Duration `name:"pause" default:"1s" help:"Time between two."`
	Kafka  stream.Config `embed:""`
	Dir    string        `name:"dir" default:"dataset-kafka" help:"Folder of batches and models."`
	Input  string        `name:"input" default:"dataset/crime_preprocessed.csv" placeholder:"FILE" help:"Prepared file, for the comparison at the end; none = without."`
	Data   string        `name:"broker-data" default:".hotspot/broker" help:"Folder of the embedded broker's log."`
	Yes    bool          `name:"yes" help:"Send to a broker that is not on this machine."`
}

// Help shows examples.
func (chaosCommand) Help() string {
	return `Breaks what runs on this machine, lets it mend itself, and proves with verify that nothing was lost or doubled. Roles are found by their locks. One that was killed is started again as it was started before; hotspot up is killed and started whole. Where the system does not tell how a process was started (not Linux), you start it again and chaos waits for it.

Examples, while everything runs in other terminals:
  hotspot chaos kill-consumer --times 10
  hotspot chaos bad-rows && hotspot deadletters --counts`
}

// Run breaks and verifies.
func (c chaosCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	if c.Times < 1 || c.Pause < 0 {
		return usage.Errorf("--times %d, --pause %s: want 1 or more, and no negative pause", c.Times, c.Pause)
	}
	topic, err := stream.Open(c.Kafka, app.Log)
	if err != nil {
		return err
	}
	defer topic.Close()
	act := map[string]func(context.Context, *cli.App, *stream.Topic) error{
		"kill-consumer": c.kill("consumer", c.Dir, "consumer --dir "+c.Dir),
		"kill-producer": c.kill("producer", producer.LockFolder(c.Kafka), "producer --topic "+topic.Name()),
		"drop-broker":   c.kill("broker", c.Data, "hotspot broker --broker-data "+c.Data),
		"duplicate":     c.duplicate,
		"bad-rows":      c.badRows,
	}[c.Action]
	for n := range c.Times {
		if n > 0 && !pause(ctx, c.Pause) {
			return ctx.Err()
		}
		if err := act(ctx, app, topic); err != nil {
			return fmt.Errorf("chaos: %s %d of %d: %w", c.Action, n+1, c.Times, err)
		}
	}
	if err := c.settle(ctx); err != nil {
		return err
	}
	config := verify.Config{Dir: c.Dir, Train: true, Topic: topic}
	if _, err := os.Stat(c.Input); err == nil {
		config.Input = c.Input
	}
	return verified(ctx, app, config, false)
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// kill kills the process that holds the lock of a folder, starts it again
// unless somebody else does, and waits until it has the lock.
func (c chaosCommand) kill(role, folder, start string) func(context.Context, *cli.App, *stream.Topic) error {
	return func(ctx context.Context, app *cli.App, _ *stream.Topic) error {
		pid, held, err := durable.Holder(folder)
		if err != nil {
			return err
		}
		if !held || pid == 0 {
			return fmt.Errorf("no %s of ours runs here (nobody holds the lock in %s); start one: %s", role, folder, start)
		}
		again := remember(pid)
		p, err := os.FindProcess(pid)
		if err == nil {
			err = p.Kill()
		}
		if err != nil {
			return fmt.Errorf("kill process %d: %w", pid, err)
		}
		killed := time.Now()
		restarted := false
		for {
			now, held, err := durable.Holder(folder)
			if err != nil {
				return err
			}
			switch since := time.Since(killed); {
			case held && now != pid && now != 0:
				app.Console.Print(app.Out, "%s: process %d killed, process %d goes on after %s\n", role, pid, now, since.Round(10*time.Millisecond))
				return nil
			case since > time.Minute:
				return fmt.Errorf("process %d was killed and no other took its place in a minute; %s", pid, again.where())
			case !held && !restarted && since > 300*time.Millisecond: // whoever watches over it was not faster
				restarted = true
				if err := again.start(); err != nil {
					app.Console.Print(app.Out, "%s: process %d killed; %v: start it again, it is waited for\n", role, pid, err)
				}
			}
			if !pause(ctx, 50*time.Millisecond) {
				return ctx.Err()
			}
		}
	}
}

// local refuses to send to somebody else's broker without being told so.
func (c chaosCommand) local() error {
	for _, b := range c.Kafka.Brokers {
		host, _, err := net.SplitHostPort(b)
		ip := net.ParseIP(host)
		if err == nil && !c.Yes && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return usage.Errorf("%s is not on this machine; add --yes to send to topic %s there", b, c.Kafka.Topic)
		}
	}
	return nil
}

// duplicate sends the last messages of every partition again, as they are.
func (c chaosCommand) duplicate(ctx context.Context, app *cli.App, topic *stream.Topic) error {
	if err := c.local(); err != nil {
		return err
	}
	const most = 100
	ranges, err := topic.Ranges(ctx)
	if err != nil {
		return err
	}
	var again []stream.Message
	for p, r := range ranges {
		if err := topic.Scan(ctx, p, max(r.First, r.End-most), r.End, func(m stream.Message) error {
			again = append(again, m)
			return nil
		}); err != nil {
			return err
		}
	}
	return c.send(ctx, app, topic, again, "were sent again")
}

// badRows sends one message of every kind that is no row.
func (c chaosCommand) badRows(ctx context.Context, app *cli.App, topic *stream.Topic) error {
	if err := c.local(); err != nil {
		return err
	}
	header := func(value string) []stream.Header { return []stream.Header{{Key: "hotspot", Value: []byte(value)}} }
	good := "1 1 2 " + strings.Repeat("0", 32) + " true chaos"
	return c.send(ctx, app, topic, []stream.Message{
		{Key: []byte("chaos"), Headers: header(good)},
		{Key: []byte("chaos"), Value: []byte{0xff, 0, 1, 2}, Headers: header(good)},
		{Key: []byte("chaos"), Value: []byte(`{"hello":"world"}`)},
		{Key: []byte("chaos"), Value: []byte(`{}`), Headers: header("1 x y z")},
		{Key: []byte("chaos"), Value: []byte(`{}`), Headers: header("9" + good[1:])},
	}, "that are no rows were sent")
}

func (c chaosCommand) send(ctx context.Context, app *cli.App, topic *stream.Topic, messages []stream.Message, what string) error {
	if err := topic.NewWriter().Write(ctx, messages); err != nil {
		return err
	}
	app.Console.Print(app.Out, "topic %s: %d messages %s\n", topic.Name(), len(messages), what)
	return nil
}

// settle waits until the consumer has read what the topic holds, when one is
// running; a producer that still sends is not waited for.
func (c chaosCommand) settle(ctx context.Context) error {
	dir, err := durable.Open(c.Dir, durable.Options{})
	if err != nil {
		return err
	}
	batches := batch.OpenFolder(dir)
	for began := time.Now(); time.Since(began) < 30*time.Second; {
		_, held, err := durable.Holder(c.Dir)
		if err != nil || !held {
			return err
		}
		if status, err := batches.Status(); err == nil && status.State == batch.Waiting {
			return nil
		}
		if !pause(ctx, 200*time.Millisecond) {
			return ctx.Err()
		}
	}
	return nil
}
