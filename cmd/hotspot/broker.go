//go:build !nobroker

package main

import (
	"context"

	"hotspot/internal/platform/broker"
	"hotspot/internal/platform/cli"
)

// withBroker are the commands for learning and development. The tag nobroker
// leaves them out: the image runs beside a Kafka, and is smaller without.
type withBroker struct {
	Up     upCommand     `cmd:"" help:"Run everything: an embedded broker, the producer, the consumer and the API."`
	Broker brokerCommand `cmd:"" help:"Run the embedded development broker alone."`
	Chaos  chaosCommand  `cmd:"" help:"Break what runs here, let it mend itself, and verify."`
}

const begin = "Begin with: hotspot up"

type brokerCommand struct {
	broker.Config `embed:""`
}

func (brokerCommand) Help() string {
	return `Examples:
  hotspot broker --broker-listen 127.0.0.1:9092
  hotspot broker --broker-listen 0.0.0.0:9092 --insecure    for a room: any machine can connect`
}

// Run serves until ctx ends.
func (c brokerCommand) Run(ctx context.Context, app *cli.App) error {
	c.Log = app.Log
	b, err := broker.Start(c.Config)
	if err != nil {
		return err
	}
	<-ctx.Done()
	return b.Close()
}
