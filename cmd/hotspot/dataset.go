package main

import (
	"cmp"
	"context"
	"io"
	"strings"

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
	if text := prepareText(c.Config, s, err == nil); text != "" {
		app.Console.Print(app.Out, "%s", text)
	}
	return err
}

// prepareText is what became of the rows: all of it when done, else only what could
// not be read, and what was odd.
func prepareText(c prepare.Config, s prepare.Summary, done bool) string {
	var t text
	line := func(label, format string, a ...any) {
		t.line("  %-13s  "+format, append([]any{label}, a...)...)
	}
	n := cli.Count[int64]
	file, appends := cmp.Or(c.AppendTo, c.Output), c.AppendTo != ""
	if done {
		t.line("%s: %q", file, s.Title)
		line("rows read", "%s", n(s.Read))
	}
	switch {
	case done && appends:
		line("rows added", "%s, behind the old ones; now %s", n(s.Added), n(s.Kept))
		line("already there", "%s; the city has since changed %s of them, which stay as they were", n(s.Already), n(s.Changed))
		line("no longer in the city's file", "%s, which stay; %s more were reported before or after its rows", n(s.Removed), n(s.Beside))
	case done:
		line("rows kept", "%s, reported %s to %s", n(s.Kept), s.First, s.Last)
	}
	rejected, where := s.RejectedRows, ""
	if rejected > 0 && !c.DryRun {
		where = ", in " + source.RejectsPath(file)
	}
	if done || rejected > 0 {
		line("rows rejected", "%s%s", n(rejected), where)
	}
	for _, f := range s.Rejected {
		line("", "%s as line %d: %s", n(f.Rows), f.First.Line, f.First.FieldError.Detail())
	}
	for _, note := range s.Notes {
		line("note", "%s (rows: %s)", note.Text, n(note.Rows))
	}
	if !done {
		return t.String()
	}
	if s.LeftOut > 0 {
		line("rows left out", "%s (not of the part that was asked for)", n(s.LeftOut))
	}
	if len(s.Unseen) > 0 {
		line("no row has", "%s; look at the values in the file", strings.Join(s.Unseen, ", "))
	}
	if s.Identity != "" {
		line("told apart by", "%s", s.Identity)
	}
	line("no location", "%s (kept, left out of training)", n(s.NoLocation))
	line("out of area", "%s (kept, left out of training)", n(s.OutOfArea))
	line("area", "%s: %s", s.Place, s.Area)
	if len(s.Absent) > 0 && !appends {
		line("absent", "%s", strings.Join(s.Absent, ", "))
	}
	switch {
	case c.DryRun:
		line("dry run", "nothing was written")
	case appends && s.Added > 0:
		line("to undo", "mv %s %s", file+prepare.Before, file)
	}
	return t.String()
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
