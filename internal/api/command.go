package api

import (
	"context"

	"hotspot/internal/platform/cli"
)

// Command is the API as a program, and as a subcommand of hotspot.
type Command struct {
	Config `embed:""`
}

// Help shows an example.
func (Command) Help() string {
	return "Example: api --dir dataset-kafka, then curl http://127.0.0.1:6000/models"
}

// Run serves until ctx ends.
func (c *Command) Run(ctx context.Context, app *cli.App) error {
	c.Version = app.Version
	return Run(ctx, app.Log, c.Config)
}
