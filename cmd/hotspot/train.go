package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/train"
)

// readRows reads all files, with the frame of the area that is known of the file
// first where the flags leave it open.
func readRows(ctx context.Context, app *cli.App, flags train.FitFlags, memory *train.Memory, first string, files []string) (*train.Data, error) {
	stage := app.Console.Stage("read", "bytes")
	defer stage.Done()
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // nobody has set GOMEMLIMIT
		// Garbage may take an eighth of what rows do, and the program itself 64 MiB.
		limit := int64(memory.Limit) << 20
		debug.SetMemoryLimit(limit + limit/8 + 64<<20)
	}
	warnOfTwins(app, files)
	common, err := train.SourceOf(first)
	if err != nil {
		return nil, err
	}
	var known *crime.Area
	if area, err := crime.ParseArea(common.Area); err == nil {
		known = &area
	}
	area, err := flags.AreaFlags.Area(known)
	if err != nil {
		if _, unread := source.Open(first); unread != nil && first != "-" {
			return nil, unread // which comes first
		}
		return nil, usage.Errorf("%s: %w", first, err)
	}
	return train.ReadFiles(ctx, files, flags.Settings("", 0), feature.Of(area), memory, func(file string, done, size int64) {
		stage.Set(done, size, filepath.Base(file))
	})
}

// warnOfTwins says which files are one, by whatever names: it is the rows that
// are judged, and those would count twice.
func warnOfTwins(app *cli.App, files []string) {
	var infos []os.FileInfo
	for i, file := range files {
		info, _ := os.Stat(file) // nil is the same as no file
		same := func(other os.FileInfo) bool { return os.SameFile(info, other) }
		if twin := slices.IndexFunc(infos, same); twin >= 0 {
			app.Log.Warn("one file was given twice, its rows count twice", "file", files[twin], "again", files[i])
		}
		infos = append(infos, info)
	}
}

type trainCommand struct {
	Files        []string `arg:"" name:"file" help:"Prepared files or batch files, plain or gzip; - is the standard input."`
	train.Flags  `embed:""`
	train.Memory `embed:""`
	Each         bool `name:"each" help:"Train one model of each file, numbered after each other; engine spark takes all of them in one application."`
	JSON         bool `name:"json" help:"Print JSON."`
}

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
	defer c.Memory.Close() //nolint:errcheck // nothing of it is to be kept
	if err := t.Validate(s); err != nil {
		return usage.Wrap(err)
	}
	if c.Engine == "spark" && slices.Contains(c.Files, "-") {
		return usage.Errorf("-: Spark cannot read the standard input; name files")
	}
	groups := [][]string{c.Files} // a model of each
	if c.Each {
		groups = slices.Collect(slices.Chunk(c.Files, 1))
	}
	start := time.Now()
	var all []*train.Data
	for _, files := range groups {
		d, err := readRows(ctx, app, c.FitFlags, &c.Memory, c.Files[0], files)
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
		head := ""
		if c.Each {
			head = c.Files[i] + ":\n"
		}
		app.Console.Print(app.Out, "%s%s", head, describeModel(m, all[i], read, time.Since(start)))
	}
	if !slices.ContainsFunc(models, func(m *model.Model) bool { return m.Status != model.Untrainable }) {
		next := "give files with more places, or a smaller --k"
		if n := all[0].Rejected; n > 0 && models[0].Rows.Total == 0 {
			next = fmt.Sprintf("none of %d rows can be read; hotspot prepare says why", n)
		}
		return usage.Errorf("train: no areas were found: %s; %s", models[0].Reason, next) // a pipeline, which has other batches, goes on
	}
	return nil
}

// trainer is what trains, with a progress line for Spark.
func (c trainCommand) trainer(app *cli.App) (t train.Trainer, done func()) {
	t.Spark = c.Spark
	if c.Engine != "spark" {
		return t, func() {}
	}
	stage, models := app.Console.Stage("spark", "models"), int64(0)
	t.Progress = func(what, detail string) {
		if what == "model" {
			models++
		}
		stage.Set(models, 0, what+" "+detail)
		if !app.Console.Terminal() {
			fmt.Fprintf(app.Console, "spark      %s %s\n", what, detail)
		}
	}
	return t, stage.Done
}

// describeModel says what a training found.
func describeModel(m *model.Model, d *train.Data, read, took time.Duration) string {
	var t text
	t.line("%s crimes%s: %s without a place, %s outside of the city, %s rows rejected",
		cli.Count(m.Rows.Total), daysOf(m), cli.Count(m.Rows.NoLocation), cli.Count(m.Rows.OutOfArea), cli.Count(d.Rejected))
	if n := m.Rows.Repeated; n > 0 {
		t.line("%s rows of incidents that were counted already", cli.Count(n))
	}
	if m.Status == model.Untrainable {
		t.line("untrainable: %s", m.Reason)
		return t.String()
	}
	explained := ""
	if q := m.Quality; q != nil && q.Explained != nil {
		explained = fmt.Sprintf(", %.1f %% of the sum of squares explained", *q.Explained*100)
	}
	t.line("%s, %s after %d iterations; inertia %.1f km²%s",
		countAreas(len(m.Clusters)), m.Status, m.Iterations, m.Inertia, explained)
	noHour, known := 0, 0
	for i := range m.Clusters {
		c := &m.Clusters[i]
		noHour, known = noHour+c.HoursUnknown, known+c.HoursKnown
		t.line("  area %-3d %9s crimes, %4.1f %%", c.Cluster, cli.Count(c.Size), c.Share*100)
	}
	describeSpots(&t, m)
	t.line("hour known for %.0f %% of the crimes", 100*model.Share(known, m.Rows.Trained))
	if noHour > 0 && feature.Set(m.Settings.Features).Asks() == "hour" {
		t.line("%s crimes have no hour: they count by their place alone", cli.Count(noHour))
	}
	t.line("its name: %s", nameOf(m))
	if m.Invented {
		t.line("the city is invented: these are not real crimes")
	}
	t.line("read in %.2f s, trained in %.3f s%s", read.Seconds(), took.Seconds(), peakMemory())
	return t.String()
}
