package main

import (
	"context"

	"hotspot/internal/input/fetch"
	"hotspot/internal/platform/cli"
)

type fetchCommand struct {
	fetch.Config `embed:""`
}

func (fetchCommand) Help() string {
	return `Examples:
  hotspot fetch chicago -o raw.csv
  hotspot fetch https://data.example.gov/resource/abcd-1234 -o raw.csv --since 2024-06-01`
}

// Run fetches the rows and says that they are all there.
func (c fetchCommand) Run(ctx context.Context, app *cli.App) error {
	stage := app.Console.Stage("fetch", "rows")
	defer stage.Done()
	c.Progress = func(done, total int64) { stage.Set(done, total, "") }
	c.Again = func(because error) { app.Log.Warn("portal asked again", "because", because) }
	n, err := fetch.Run(ctx, c.Config)
	if err != nil {
		return err
	}
	rows := cli.Count(n)
	app.Console.Print(app.Out, "%s: %s of %s rows of %s\n  next           hotspot prepare %[1]s -o FILE\n", c.Output, rows, rows, c.Portal)
	return nil
}
