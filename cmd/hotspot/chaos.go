//go:build !nobroker

package main

import (
	"context"
	"os"

	"hotspot/internal/check/chaos"
	"hotspot/internal/check/verify"
	"hotspot/internal/platform/cli"
	"hotspot/internal/stream"
)

type chaosCommand struct {
	chaos.Config `embed:""`
	Input        string `name:"input" default:"dataset/crime_preprocessed.csv" placeholder:"FILE" help:"Prepared file, for the comparison at the end; none = without."`
}

func (chaosCommand) Help() string {
	return `Breaks what runs on this machine, lets it mend itself, and proves with verify that nothing was lost or doubled. Roles are found by their locks. One that was killed is started again as it was started before; hotspot up is killed and started whole. Where the system does not tell how a process was started (not Linux), you start it again and chaos waits for it.

Examples, while everything runs in other terminals:
  hotspot chaos kill-consumer --times 10
  hotspot chaos bad-rows && hotspot deadletters --counts`
}

// Run breaks and verifies.
func (c chaosCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	c.Print = func(format string, args ...any) { app.Console.Print(app.Out, format, args...) }
	if err := chaos.Run(ctx, app.Log, c.Config); err != nil {
		return err
	}
	topic, err := stream.Open(c.Kafka, app.Log)
	if err != nil {
		return err
	}
	defer topic.Close()
	config := verify.Config{Dir: c.Dir, Train: true, Topic: topic}
	if _, err := os.Stat(c.Input); err == nil {
		config.Input = c.Input
	}
	return runVerify(ctx, app, config, false)
}
