//go:build !nobroker

package main

import (
	"context"
	"log/slog"

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
	Listen    string `name:"broker-listen" default:"127.0.0.1:9092" help:"Where the broker listens."`
	Data      string `name:"broker-data" default:".hotspot/broker" help:"Folder of the broker's log."`
	Advertise string `name:"broker-advertise" placeholder:"HOST" help:"What clients are told to connect to; default: where the broker listens, and for 0.0.0.0 this machine's address on its network."`
	Insecure  bool   `name:"insecure" help:"Let the broker listen where other machines reach it: whoever does can read, write and delete everything."`
}

func (c brokerCommand) config(log *slog.Logger) broker.Config {
	return broker.Config{Listen: c.Listen, Data: c.Data, Advertise: c.Advertise, Insecure: c.Insecure, Log: log}
}

// Help shows an example.
func (brokerCommand) Help() string {
	return `Examples:
  hotspot broker --broker-listen 127.0.0.1:9092
  hotspot broker --broker-listen 0.0.0.0:9092 --insecure    for a room: any machine can connect`
}

// Run serves until ctx ends.
func (c brokerCommand) Run(ctx context.Context, app *cli.App) error {
	b, err := broker.Start(c.config(app.Log))
	if err != nil {
		return err
	}
	<-ctx.Done()
	return b.Close()
}
