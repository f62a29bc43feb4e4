//go:build !nobroker

package main

import (
	"context"

	"hotspot/internal/broker"
	"hotspot/internal/cli"
)

// withBroker are the commands that need the embedded broker. The tag nobroker
// leaves them out: the image runs beside a Kafka and is smaller without.
type withBroker struct {
	Up     upCommand     `cmd:"" help:"Run everything: an embedded broker, the producer, the consumer and the API."`
	Broker brokerCommand `cmd:"" help:"Run the embedded development broker alone."`
}

const begin = "Begin with: hotspot up"

type brokerCommand struct {
	Listen string `name:"broker-listen" default:"127.0.0.1:9092" help:"Where the broker listens."`
	Data   string `name:"broker-data" default:".hotspot/broker" help:"Folder of the broker's log."`
}

// Help shows an example.
func (brokerCommand) Help() string { return "Example: hotspot broker --broker-listen 127.0.0.1:9092" }

// Run serves until ctx ends.
func (c brokerCommand) Run(ctx context.Context, app *cli.App) error {
	b, err := broker.Start(broker.Config{Listen: c.Listen, Data: c.Data, Log: app.Log})
	if err != nil {
		return err
	}
	<-ctx.Done()
	return b.Close()
}
