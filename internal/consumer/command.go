package consumer

import (
	"context"
	"fmt"

	"hotspot/internal/batch"
	"hotspot/internal/platform/cli"
)

// Command is the consumer as a program, and as a subcommand of hotspot.
type Command struct {
	Config `embed:""`
}

// Help shows an example.
func (Command) Help() string { return "Example: consumer --dir dataset-kafka --batches 3" }

// Run consumes until ctx ends, or until the batches asked for are there.
func (c *Command) Run(ctx context.Context, app *cli.App) error {
	stage := app.Console.Stage("consumer", "rows")
	defer stage.Done()
	c.Events.Progress = func(p Progress) {
		stage.Set(int64(p.Rows), int64(p.BatchSize), fmt.Sprintf("%s, lag %s, %s", batch.Name(p.Batch, p.Window), cli.Count(p.Lag), p.State))
	}
	return Run(ctx, app.Log, c.Config)
}
