package main

import (
	"context"
	"fmt"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/input/generate"
	"hotspot/internal/input/prepare"
	"hotspot/internal/platform/cli"
)

type prepareCommand struct {
	prepare.Config `embed:""`
}

func (prepareCommand) Help() string {
	return "Example: hotspot prepare crime.csv.gz -o dataset/crime_preprocessed.csv"
}

// Run prepares the file and prints what became of its rows.
func (c prepareCommand) Run(ctx context.Context, app *cli.App) error {
	stage := app.Console.Stage("prepare", "bytes")
	defer stage.Done()
	c.Progress = func(done, total int64) { stage.Set(done, total, "") }
	s, err := prepare.Run(ctx, c.Config)
	if err != nil {
		return err
	}
	var rejected strings.Builder
	var n int64
	for _, reason := range crime.Reasons {
		if rows := s.Rejected[reason]; rows > 0 {
			n += rows
			fmt.Fprintf(&rejected, ", %s %s", reason, cli.Count(rows))
		}
	}
	var leftOut string
	if s.LeftOut > 0 {
		leftOut = fmt.Sprintf("\n  rows left out  %s (not of the part that was asked for)", cli.Count(s.LeftOut))
	}
	if len(s.Unseen) > 0 {
		leftOut += fmt.Sprintf("\n  no row has     %s; look at the values in the file", strings.Join(s.Unseen, ", "))
	}
	if c.AppendTo != "" {
		app.Console.Print(app.Out, `%s: %q
  rows read      %s
  rows added     %s, behind the old ones; now %s
  already there  %s; the city has since changed %s of them, which stay as they were
  no longer in the city's file  %s, which stay; %s more were reported before or after its rows
  rows rejected  %s%s%s
`, c.AppendTo, s.Title, cli.Count(s.Read), cli.Count(s.Added), cli.Count(s.Kept), cli.Count(s.Already),
			cli.Count(s.Changed), cli.Count(s.Removed), cli.Count(s.Beside), cli.Count(n), rejected.String(), leftOut)
		printNotes(app, s)
		return nil
	}
	app.Console.Print(app.Out, `%s: %q
  rows read      %s
  rows kept      %s, reported %s to %s
  rows rejected  %s%s%s
  no location    %s (kept, left out of training)
  out of area    %s (kept, left out of training)
  area           %s
`, c.Output, s.Title, cli.Count(s.Read), cli.Count(s.Kept), s.First, s.Last,
		cli.Count(n), rejected.String(), leftOut, cli.Count(s.NoLocation), cli.Count(s.OutOfArea), s.Area)
	printNotes(app, s)
	return nil
}

// printNotes says what is odd in the rows, and what the file does not have.
func printNotes(app *cli.App, s prepare.Summary) {
	for _, n := range s.Notes {
		app.Console.Print(app.Out, "  note           %s rows: %s\n", cli.Count(n.Rows), n.Text)
	}
	if len(s.Absent) > 0 {
		app.Console.Print(app.Out, "  absent         %s\n", strings.Join(s.Absent, ", "))
	}
}

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
