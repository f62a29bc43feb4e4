package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"io"

	"hotspot/internal/input/generate"
	"hotspot/internal/input/prepare"
	"hotspot/internal/platform/cli"
	"hotspot/internal/source"
)

type prepareCommand struct {
	prepare.Config `embed:""`
}

func (prepareCommand) Help() string {
	return "Example: hotspot prepare crime.csv.gz -o dataset/crime_preprocessed.csv"
}

// Run prepares the file and prints what became of its rows.
func (c prepareCommand) Run(ctx context.Context, app *cli.App) error {
	if c.Suggest {
		text, err := prepare.Suggest(c.Input)
		if err == nil {
			_, err = io.WriteString(app.Out, text)
		}
		return err
	}
	stage := app.Console.Stage("prepare", "bytes")
	defer stage.Done()
	c.Progress = func(done, total int64) { stage.Set(done, total, "") }
	s, err := prepare.Run(ctx, c.Config)
	file := cmp.Or(c.AppendTo, c.Output)
	text, bad := fill(prepareText, map[string]any{
		"Config": c.Config, "Summary": s, "Done": err == nil, "File": file, "Rejects": source.RejectsPath(file), "Before": prepare.Before,
	})
	if text != "" {
		app.Console.Print(app.Out, "%s", text)
	}
	return errors.Join(err, bad)
}

//go:embed prepare.txt
var prepareText string

type generateCommand struct {
	generate.Config `embed:""`
}

func (generateCommand) Help() string { return "Example: hotspot generate --rows 15000 --seed 1" }

// Run writes the file and says that the city is invented.
func (c generateCommand) Run(ctx context.Context, app *cli.App) error {
	stage := app.Console.Stage("generate", "rows")
	defer stage.Done()
	c.Progress = func(done, total int64) { stage.Set(done, total, "") }
	if c.Output == "-" {
		_, err := generate.Write(ctx, app.Out, c.Config)
		return err
	}
	s, err := generate.Run(ctx, c.Config)
	if err != nil {
		return err
	}
	app.Console.Print(app.Out, "%s: %s rows of an invented city, reported %s to %s\n", c.Output, cli.Count(s.Rows), s.First, s.Last)
	return nil
}
