package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"hotspot/internal/check/verify"
	"hotspot/internal/platform/cli"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
)

type verifyCommand struct {
	Kafka     stream.Config `embed:""`
	dirFlag   `embed:""`
	Input     string `name:"input" default:"dataset/crime_preprocessed.csv" placeholder:"FILE" help:"Prepared file that the rows come from; none = compare no source. The default file is not compared when it is not there."`
	WithTopic bool   `name:"with-topic" help:"Read the whole topic too, from --brokers and --topic."`
	Train     bool   `name:"train" default:"true" negatable:"" help:"Train the models of engine native again and compare the bytes."`
	JSON      bool   `name:"json" help:"Print the report as JSON."`
}

func (verifyCommand) Help() string {
	return `It ends with exit 0 when everything agrees, with 1 when something does not. Every line that begins with DISAGREES says what, where, and what to do.

Examples:
  hotspot verify
  hotspot verify --dir dataset-kafka --input crime.csv --with-topic --topic denver-crime`
}

// Run compares and prints.
func (c verifyCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	config := verify.Config{Dir: c.Dir, Train: c.Train}
	if c.Input != "none" {
		config.Input = c.Input
		if _, err := os.Stat(c.Input); c.Input == producer.DefaultInput && errors.Is(err, fs.ErrNotExist) {
			config.Input = ""
		}
	}
	if c.WithTopic {
		t, err := stream.Open(c.Kafka, app.Log)
		if err != nil {
			return err
		}
		defer t.Close()
		config.Topic = t
	}
	return runVerify(ctx, app, config, c.JSON)
}

// runVerify compares and prints the report. The error only counts what does not
// agree: each has its line.
func runVerify(ctx context.Context, app *cli.App, config verify.Config, asJSON bool) error {
	stage := app.Console.Stage("verify", "files")
	var n int64
	config.Step = func(s string) { n++; stage.Set(n, 0, s) }
	r, err := verify.Run(ctx, config)
	stage.Done()
	if err != nil {
		return err
	}
	if asJSON {
		if err := printJSON(app, r); err != nil {
			return err
		}
	} else {
		app.Console.Print(app.Out, "%s", describeReport(r))
	}
	if n := len(r.Findings); n > 0 {
		return fmt.Errorf("verify: %s: %d findings; each line above says what to do", r.Dir, n)
	}
	if !r.Compared() {
		return fmt.Errorf("verify: %s: nothing was verified: it holds no batch yet; is it the folder of the consumer (--dir)?", r.Dir)
	}
	return nil
}

// namesShown is how many names of models are printed, the newest ones: people
// compare them aloud. --json has all of them.
const namesShown = 5

func describeReport(r *verify.Report) string {
	var t text
	if r.Batches == 0 {
		t.line("batches   %s: none", r.Dir)
	} else {
		t.line("batches   %s: %d of %s rows, %q", r.Dir, r.Batches, cli.Count(r.Rows), r.Title)
	}
	t.line("models    %d read, %d of them trained again", r.Models, r.Trained)
	for _, n := range r.Names[max(0, len(r.Names)-namesShown):] {
		t.line("          model %-4d its name: %s", n.Model, n.Name)
	}
	if s := r.Source; s != nil {
		t.line("source    %s: %s rows, %s of them compared with the batches", s.File, cli.Count(s.Rows), cli.Count(s.Compared))
	}
	if topic := r.Topic; topic != nil {
		t.line("topic     %s: %s messages in %d partitions: %s rows, %s duplicates, %s that are no rows", topic.Name,
			cli.Count(topic.Messages), topic.Partitions, cli.Count(topic.Rows), cli.Count(topic.Duplicates), cli.Count(topic.Others))
	}
	for _, n := range r.Notes {
		t.line("note      %s", n)
	}
	for _, f := range r.Findings {
		t.line("DISAGREES %s", f)
	}
	if r.OK() {
		t.line("ok        all that was read agrees")
	}
	return t.String()
}
