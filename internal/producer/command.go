package producer

import (
	"context"

	"hotspot/internal/platform/cli"
)

// Command is the producer as a program, and as a subcommand of hotspot.
type Command struct {
	Config `embed:""`
}

// Help shows examples.
func (Command) Help() string {
	return `Examples:
  producer --input dataset/crime_preprocessed.csv --sleep-max 5ms
  producer --sleep-max 0    at full speed`
}

// Run sends until nothing is left to send, or until ctx ends, and prints the
// summary.
func (c *Command) Run(ctx context.Context, app *cli.App) error {
	stage := app.Console.Stage("producer", "bytes")
	defer stage.Done()
	c.OnProgress = func(p Progress) { stage.Set(p.Bytes, p.Size, cli.Count(p.Row)+" rows") }
	s, err := Run(ctx, app.Log, c.Config)
	app.Console.Print(app.Out, "%s\n", s)
	return err
}
