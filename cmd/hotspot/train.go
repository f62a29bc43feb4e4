package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/train"
)

// readRows reads all files, with the frame that the sidecar of the file first
// asks for where the flags leave it open.
func readRows(ctx context.Context, app *cli.App, flags train.FitFlags, first string, files []string) (*train.Data, error) {
	stage := app.Console.Stage("read", "bytes")
	defer stage.Done()
	meta, err := source.ReadMeta(first)
	if err != nil {
		return nil, err
	}
	frame, err := flags.Ground.Frame(meta)
	if err != nil {
		return nil, usage.Wrap(err)
	}
	return train.ReadFiles(ctx, files, flags.Settings("", 0), frame, func(file string, done, size int64) {
		stage.Set(done, size, filepath.Base(file))
	})
}

type trainCommand struct {
	Files       []string `arg:"" name:"file" help:"Prepared files or batch files, plain or gzip; - is the standard input."`
	train.Flags `embed:""`
	Each        bool `name:"each" help:"Train one model of each file, numbered after each other; engine spark takes all of them in one application."`
	JSON        bool `name:"json" help:"Print JSON."`
}

// Help shows examples.
func (trainCommand) Help() string {
	return `Trains one model on all rows of the files and prints what it found; --json prints the model file.

Examples:
  hotspot train dataset/crime_preprocessed.csv
  hotspot train --k 10 --effort high dataset-kafka/batch-*.csv
  hotspot train --engine spark --each dataset-kafka/batch-*.csv
  hotspot train --k auto --json crime.csv.gz > model.json`
}

// Run reads the files and trains.
func (c trainCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	s := c.Settings()
	t, done := c.trainer(app)
	defer done()
	if err := t.Validate(s); err != nil {
		return usage.Wrap(err)
	}
	switch {
	case c.Engine == "spark" && slices.Contains(c.Files, "-"):
		return usage.Errorf("-: Spark cannot read the standard input; name files")
	case c.Each:
		return c.each(ctx, app, t, s)
	}
	start := time.Now()
	d, err := readRows(ctx, app, c.FitFlags, c.Files[0], c.Files)
	if err != nil {
		return err
	}
	read := time.Since(start)
	start = time.Now()
	models, err := t.Each(ctx, []*train.Data{d}, s)
	if err != nil {
		return err
	}
	m := models[0]
	if c.JSON {
		_, err = app.Out.Write(m.Encode())
		return err
	}
	app.Console.Print(app.Out, "%s", described(m, d, read, time.Since(start)))
	return nil
}

// trainer is what trains, with a progress line for Spark.
func (c trainCommand) trainer(app *cli.App) (t train.Trainer, done func()) {
	t.Spark = c.Spark
	if c.Engine != "spark" {
		return t, func() {}
	}
	if !app.Console.Terminal() {
		t.Progress = func(what, detail string) { fmt.Fprintf(app.Console, "spark      %s %s\n", what, detail) }
		return t, func() {}
	}
	stage, models := app.Console.Stage("spark", "models"), int64(0)
	t.Progress = func(what, detail string) {
		if what == "model" {
			models++
		}
		stage.Set(models, 0, what+" "+detail)
	}
	return t, stage.Done
}

// each trains one model of each file; --json prints them one after the other.
func (c trainCommand) each(ctx context.Context, app *cli.App, t train.Trainer, s model.Settings) error {
	start := time.Now()
	var all []*train.Data
	for _, file := range c.Files {
		d, err := readRows(ctx, app, c.FitFlags, c.Files[0], []string{file})
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	read := time.Since(start)
	start = time.Now()
	models, err := t.Each(ctx, all, s)
	if err != nil {
		return err
	}
	for i, m := range models {
		if c.JSON {
			if _, err := app.Out.Write(m.Encode()); err != nil {
				return err
			}
			continue
		}
		app.Console.Print(app.Out, "%s:\n%s", c.Files[i], described(m, all[i], read, time.Since(start)))
	}
	return nil
}

// described is a model in the words of a person.
func described(m *model.Model, d *train.Data, read, took time.Duration) string {
	var s strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	reported := ""
	if m.Rows.Total > 0 {
		reported = fmt.Sprintf(" reported %s to %s", day(m.Batch.Reported.First), day(m.Batch.Reported.Last))
	}
	say("%s crimes%s: %s without a place, %s outside of the city, %s rows rejected",
		cli.Count(int64(m.Rows.Total)), reported, cli.Count(int64(m.Rows.NoLocation)), cli.Count(int64(m.Rows.OutOfArea)), cli.Count(d.Rejected))
	if n := m.Rows.Repeated; n > 0 {
		say("%s rows of incidents that were counted already", cli.Count(int64(n)))
	}
	if m.Status == model.Untrainable {
		say("untrainable: %s", m.Reason)
		return s.String()
	}
	say("%s, %s after %d iterations; inertia %.1f km², %.1f %% of the sum of squares explained",
		areas(len(m.Clusters)), m.Status, m.Iterations, m.Inertia, explained(m)*100)
	for i := range m.Clusters {
		c := &m.Clusters[i]
		say("  area %-3d %9s crimes, %4.1f %%; densest spot %.4f %.4f, %.1f %% of them within 500 m; half of them on %.1f km²",
			c.Cluster, cli.Count(int64(c.Size)), c.Share*100, c.Densest.Lat, c.Densest.Lon, c.Densest.Share500m*100, c.Densest.HalfKm2)
	}
	if n := hourless(m); n > 0 && feature.Set(m.Settings.Features).Timed() {
		say("%s crimes have no hour: they count by their place alone", cli.Count(int64(n)))
	}
	say("its name: %s", named(m))
	if m.Invented {
		say("the city is invented: these are not real crimes")
	}
	line := fmt.Sprintf("read in %.2f s, trained in %.3f s", read.Seconds(), took.Seconds())
	if peak := cli.PeakMemory(); peak > 0 {
		line += fmt.Sprintf(", %d MB at most", peak>>20)
	}
	say("%s", line)
	return s.String()
}

// areas says how many areas there are in English: 1 area, 2 areas.
func areas(n int) string {
	if n == 1 {
		return "1 area"
	}
	return fmt.Sprintf("%d areas", n)
}

func explained(m *model.Model) float64 {
	if m.Quality == nil {
		return 0
	}
	return m.Quality.Explained
}

// hourless are the rows of m without an hour.
func hourless(m *model.Model) (n int) {
	for i := range m.Clusters {
		n += m.Clusters[i].HoursUnknown
	}
	return n
}
