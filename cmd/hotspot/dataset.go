package main

import (
	"context"
	"fmt"
	"strings"

	"hotspot/internal/input/generate"
	"hotspot/internal/input/prepare"
	"hotspot/internal/platform/cli"
)

type prepareCommand struct {
	Input  string `arg:"" name:"raw" help:"The city's raw CSV, plain or gzip; - is the standard input."`
	Output string `name:"output" short:"o" help:"The prepared file to write; its sidecar is FILE.meta.json."`
	Order  string `name:"order" enum:"time,file" default:"time" help:"time: by REPORTED_DATE, then OFFENSE_ID; file: as it comes."`
	Title  string `name:"title" help:"What the data is called everywhere it is shown."`

	AppendTo string `name:"append-to" placeholder:"FILE" help:"Instead of -o: a prepared file that gets the offenses it lacks, at its end; its old rows stay as they are."`

	City    string `name:"city" placeholder:"NAME" help:"Whose raw file it is: denver (the default) or chicago."`
	Columns string `name:"columns" placeholder:"FILE" help:"Mapping of any other file's columns to ours (docs/cities.md)."`
	Origin  string `name:"origin" placeholder:"LON,LAT" help:"Middle of the map, for the sidecar; without it the middle of --bounds."`
	Bounds  string `name:"bounds" placeholder:"auto|W,S,E,N" help:"The area that models are trained in, for the sidecar. auto: the middle 99.9 % of the places; the default with --columns and chicago."`

	Where []string `name:"where" sep:"none" placeholder:"COLUMN=VALUE,..." help:"Keep rows with one of the values, as OFFENSE_CATEGORY_ID=burglary,robbery; given again, both must hold. The title says so."`
	Since string   `name:"since" placeholder:"YYYY-MM-DD" help:"Keep rows reported on this day or later."`
	Until string   `name:"until" placeholder:"YYYY-MM-DD" help:"Keep rows reported on this day or before."`
	Blur  string   `name:"blur" placeholder:"100m" help:"Move places to the nearest point of a grid of this width: a place with one crime is an address."`
}

// Help shows an example.
func (prepareCommand) Help() string {
	return "Example: hotspot prepare crime.csv.gz -o dataset/crime_preprocessed.csv"
}

// Run prepares the file and prints what became of its rows.
func (c prepareCommand) Run(ctx context.Context, app *cli.App) error {
	stage := app.Console.Stage("prepare", "bytes")
	defer stage.Done()
	s, err := prepare.Run(ctx, prepare.Config{
		Input: c.Input, Output: c.Output, AppendTo: c.AppendTo, Order: c.Order, Title: c.Title,
		City: c.City, Columns: c.Columns, Origin: c.Origin, Bounds: c.Bounds,
		Part:     prepare.Part{Where: c.Where, Since: c.Since, Until: c.Until, Blur: c.Blur},
		Progress: func(done, total int64) { stage.Set(done, total, "") },
	})
	if err != nil {
		return err
	}
	var rejected strings.Builder
	var n int64
	for _, r := range s.Rejected {
		n += r.Rows
		fmt.Fprintf(&rejected, ", %s %s", r.Reason, cli.Count(r.Rows))
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
	return nil
}

// defaultInput is the only input that up makes itself when it is absent.
const defaultInput = "dataset/crime_preprocessed.csv"

type generateCommand struct {
	Output string `name:"output" short:"o" default:"dataset/crime_preprocessed.csv" help:"The file to write; - is the standard output."`
	Rows   int    `name:"rows" default:"15000" help:"Accepted rows."`
	Seed   uint64 `name:"seed" default:"1" help:"Another seed is another city."`
	Raw    bool   `name:"raw" help:"Write the city's raw form, with its dirt, for hotspot prepare."`
}

// Help shows an example.
func (generateCommand) Help() string { return "Example: hotspot generate --rows 15000 --seed 1" }

// Run writes the file and says that the city is invented.
func (c generateCommand) Run(ctx context.Context, app *cli.App) error {
	stage := app.Console.Stage("generate", "rows")
	defer stage.Done()
	config := generate.Config{
		Output: c.Output, Rows: c.Rows, Seed: c.Seed, Raw: c.Raw,
		Progress: func(done, total int64) { stage.Set(done, total, "") },
	}
	if c.Output == "-" {
		_, err := generate.Write(ctx, app.Out, config)
		return err
	}
	s, err := generate.Run(ctx, config)
	if err != nil {
		return err
	}
	app.Console.Print(app.Out, "%s: %s rows of an invented city, reported %s to %s\n", c.Output, cli.Count(s.Rows), s.First, s.Last)
	return nil
}
