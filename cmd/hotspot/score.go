package main

import (
	"context"
	"fmt"
	"io"

	"hotspot/internal/analysis/score"
	"hotspot/internal/catalog"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
	"hotspot/internal/train"
)

type scoreCommand struct {
	Dir       string  `name:"dir" default:"dataset-kafka" help:"Folder of batches and models of an invented city."`
	Input     string  `name:"input" default:"dataset/crime_preprocessed.csv" help:"The file that hotspot generate wrote: its sidecar holds what was planted."`
	Seeds     int     `name:"seeds" help:"Instead of a folder: make this many cities, seed 1 to N, in memory, and print the rates over all of them."`
	Rows      int     `name:"rows" default:"15000" help:"With --seeds: rows of each city."`
	BatchSize int     `name:"batch-size" default:"5000" help:"With --seeds: rows in a batch. The hot spots change after every 5,000 rows."`
	K         model.K `name:"k" default:"5" help:"With --seeds: areas in a model, or auto."`
	Features  string  `name:"features" default:"geo" help:"With --seeds: geo or geo+time."`
	Shifts    bool    `name:"shifts" default:"true" negatable:"" help:"Compare each model with the one before; this takes 120 trainings a pair."`
	Weeks     bool    `name:"weeks" help:"Measure instead what is called more or fewer than usual: in the batches of the folder, of any city; or with --seeds in cities without change, cut by the week."`
	Past      int     `name:"past" default:"8" help:"With --weeks: so many batches before one say what is usual."`
	JSON      bool    `name:"json" help:"Print every model and pair as JSON."`
}

func (scoreCommand) Help() string {
	return `Measures models by the truth of an invented city: which planted hot spots their spots found, which they missed, and which spots are false; and whether compare reports a change where one was planted. A spot has found a hot spot when its center lies in it or within 50 m of it.

Examples:
  hotspot score
  hotspot score --seeds 200 --no-shifts
  hotspot score --seeds 200 --rows 10000 --batch-size 2500
  hotspot score --weeks --seeds 200`
}

// Run scores the folder, or many cities.
func (c scoreCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	var all []*score.Score
	var err error
	w := score.NewWeeks()
	if c.Seeds != 0 {
		all, err = c.scoreCities(ctx, app, w)
	} else {
		all, err = c.scoreFolder(ctx, app, w)
	}
	if err != nil {
		return err
	}
	var t text
	switch {
	case c.JSON && c.Weeks:
		return printJSON(app, w)
	case c.JSON:
		return printJSON(app, all)
	case c.Weeks:
		describeWeeks(&t, w)
	default:
		if c.Seeds == 0 {
			describeScore(&t, all[0])
		}
		describeTotal(&t, score.Sum(all), c.Shifts)
	}
	_, err = io.WriteString(app.Out, t.String())
	return err
}

// scoreFolder scores the models of the folder, or with --weeks adds its batches to w.
func (c scoreCommand) scoreFolder(ctx context.Context, app *cli.App, w *score.Weeks) ([]*score.Score, error) {
	v, err := catalog.Read(ctx, c.Dir)
	if err != nil {
		return nil, err
	}
	if _, err := (dirFlag{c.Dir}).findModel(v, "latest"); err != nil {
		return nil, fmt.Errorf("score: %w", err)
	}
	if c.Weeks {
		if err := w.AddFolder(v, c.Past); err != nil || w.Judged > 0 {
			return nil, err
		}
		return nil, usage.Errorf("score: %s: no batch has %d before it that say what is usual; use a smaller --past, 3 at least, or a folder of more batches", c.Dir, c.Past)
	}
	stage := app.Console.Stage("score", "models")
	defer stage.Done()
	one, err := score.Folder(ctx, v, c.Input, c.Shifts, func(done, total int) { stage.Set(int64(done), int64(total), "") })
	return []*score.Score{one}, err
}

// scoreCities scores the cities of the seeds 1 to c.Seeds, or with --weeks adds them to w.
func (c scoreCommand) scoreCities(ctx context.Context, app *cli.App, w *score.Weeks) ([]*score.Score, error) {
	s := c.K.Settings(model.DefaultSettings())
	s.Features = c.Features
	if err := train.Validate(s); err != nil {
		return nil, usage.Wrap(err)
	}
	stage := app.Console.Stage("score", "cities")
	defer stage.Done()
	var all []*score.Score
	for seed := 1; seed <= c.Seeds; seed++ {
		city := score.City{Seed: uint64(seed), Rows: c.Rows, BatchRows: c.BatchSize, Settings: s, Compare: c.Shifts}
		if c.Weeks {
			if err := w.AddCity(ctx, city, c.Past); err != nil {
				return nil, err
			}
		} else {
			one, err := city.Run(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		stage.Set(int64(seed), int64(c.Seeds), "")
	}
	return all, nil
}

// describeScore writes every model and pair.
func describeScore(t *text, s *score.Score) {
	for _, m := range s.Spots {
		t.line("model %d", m.Model)
		for _, f := range m.Found {
			what := "false: nothing was planted there"
			if h := f.Planted; h != nil {
				what = fmt.Sprintf("found hot spot %d, %.1f %% of the incidents, mostly %s", h.ID, h.Share*100, h.Category)
			}
			t.line("  spot %-3d %.4f %.4f: %s", f.Spot, f.Place.Lat, f.Place.Lon, what)
		}
		for _, h := range m.Missed {
			t.line("  missed hot spot %d at %.4f %.4f, %.1f %% of the incidents", h.ID, h.Center.Lat, h.Center.Lon, h.Share*100)
		}
	}
	for _, p := range s.Shifts {
		t.line("model %d to %d: %d hot spots came or went; spots show %d of them and %d that are none; compare says %s",
			p.A, p.B, p.Planted, p.Found, p.False, p.Words())
	}
}

// describeTotal writes the sums and rates.
func describeTotal(t *text, sum score.Total, shifts bool) {
	t.line("hot spots planted   %s in %s models, found %s", cli.Count(sum.Planted), cli.Count(sum.Models), of(sum.Found, sum.Planted))
	t.line("spots named         %s, false %s", cli.Count(sum.Named), of(sum.False, sum.Named))
	if shifts {
		t.line("pairs with a shift  %s; compare says that where crimes lie has changed for %s, or their number for %s",
			cli.Count(sum.Shifted), of(sum.ShiftedSaid, sum.Shifted), of(sum.ShiftedMore, sum.Shifted))
		t.line("pairs without       %s; it says so for %s, and more or fewer for %s",
			cli.Count(sum.Still), of(sum.StillSaid, sum.Still), of(sum.StillMore, sum.Still))
		t.line("comings and goings  %s planted, the spots show %s, and %s that are none",
			cli.Count(sum.Moves), of(sum.MovesFound, sum.Moves), cli.Count(sum.MovesFalse))
	}
}

// describeWeeks writes what is called more or fewer, beside what is so.
func describeWeeks(t *text, w *score.Weeks) {
	t.line("batches judged      %s; something is called more or fewer in %s", cli.Count(w.Judged), of(w.Alarms, w.Judged))
	t.line("their counts        %s; within the range that holds 90 %%: %s", cli.Count(w.Counts), of(w.Inside, w.Counts))
	for _, b := range w.Planted {
		if b.Planted > 0 {
			t.line("60 %% more planted   on %d expected or more: called more in %s", b.Expected, of(b.Called, b.Planted))
		}
	}
}

// of writes n of all, with the share.
func of(n, all int) string {
	if all == 0 {
		return "0 of 0"
	}
	return fmt.Sprintf("%s of %s (%.1f %%)", cli.Count(n), cli.Count(all), float64(n)/float64(all)*100)
}
