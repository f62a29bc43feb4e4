package main

import (
	"context"
	"fmt"

	"hotspot/internal/check/doctor"
	"hotspot/internal/consumer"
	"hotspot/internal/platform/cli"
	"hotspot/internal/stream"
)

type doctorCommand struct {
	Kafka    stream.Config    `embed:""`
	Consumer consumer.Options `embed:""`
	dirFlag  `embed:""`
	Input    string `name:"input" default:"dataset/crime_preprocessed.csv" placeholder:"FILE" help:"Prepared file of the producer."`
	Listen   string `name:"listen" default:"127.0.0.1:6000" help:"Address of the API."`
	Web      string `name:"web" default:"127.0.0.1:8080" help:"Address of the API for browsers."`
	JSON     bool   `name:"json" help:"Print the findings as JSON."`
}

// Help shows examples.
func (doctorCommand) Help() string {
	return `Give it the flags that you give the roles. It ends with exit 0 when nothing is wrong, with 1 when something is.

Examples:
  hotspot doctor
  hotspot doctor --brokers kafka.example.org:9093 --tls --k 8`
}

// Run looks and prints.
func (c doctorCommand) Run(ctx context.Context, app *cli.App) error {
	findings, err := doctor.Examine(ctx, app.Log, doctor.Config{
		Kafka: c.Kafka, Consumer: c.Consumer, Dir: c.Dir, Input: c.Input, Listen: []string{c.Listen, c.Web},
	})
	if err != nil {
		return err
	}
	if c.JSON {
		if err := printJSON(app, findings); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			fmt.Fprintf(app.Out, "%-8s%-9s %s\n", f.Severity, f.Check, f.What)
			if f.Next != "" {
				fmt.Fprintf(app.Out, "%17s next: %s\n", "", f.Next)
			}
		}
	}
	if n := doctor.Problems(findings); n > 0 {
		return fmt.Errorf("doctor: problems found: %d; each has its next step above", n)
	}
	return nil
}
