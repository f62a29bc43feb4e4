package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/analysis/score"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/train"
)

type scoreCommand struct {
	Dir       string  `name:"dir" default:"dataset-kafka" help:"Folder of batches and models of an invented city."`
	Input     string  `name:"input" default:"dataset/crime_preprocessed.csv" help:"The file that hotspot generate wrote: its sidecar holds what was planted."`
	Seeds     int     `name:"seeds" help:"Instead of the folder: make this many cities, seed 1 to N, in memory, and give the rates over all of them."`
	Rows      int     `name:"rows" default:"15000" help:"With --seeds: rows of each city."`
	BatchSize int     `name:"batch-size" default:"5000" help:"With --seeds: rows in a batch. The hot spots change after every 5,000 rows."`
	K         model.K `name:"k" default:"5" help:"With --seeds: areas in a model, or auto."`
	Features  string  `name:"features" default:"geo" help:"With --seeds: geo or geo+time."`
	Shifts    bool    `name:"shifts" default:"true" negatable:"" help:"Compare each model with the one before; this takes 120 trainings a pair."`
	JSON      bool    `name:"json" help:"Print every model and pair as JSON."`
}

// Help shows examples.
func (scoreCommand) Help() string {
	return `Measures models by the truth of an invented city: which planted hot spots their densest spots found, which they missed, which of theirs are false; and whether a change was said where one was planted. A densest spot has found a hot spot when it lies on its ground or within 50 m of it.

Examples:
  hotspot score
  hotspot score --seeds 200 --no-shifts
  hotspot score --seeds 200 --rows 10000 --batch-size 2500`
}

// Run scores the folder, or many cities.
func (c scoreCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	var all []*score.Score
	var err error
	if c.Seeds != 0 {
		all, err = c.cities(ctx, app)
	} else {
		var one *score.Score
		one, err = c.folder(ctx, app)
		all = []*score.Score{one}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		data, err := json.MarshalIndent(all, "", " ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(app.Out, "%s\n", data)
		return err
	}
	text := ""
	if c.Seeds == 0 {
		text = oneByOne(all[0])
	}
	_, err = fmt.Fprint(app.Out, text+rates(score.Sum(all), c.Shifts))
	return err
}

// cities scores the cities of the seeds 1 to c.Seeds.
func (c scoreCommand) cities(ctx context.Context, app *cli.App) ([]*score.Score, error) {
	s := c.K.Settings(model.DefaultSettings())
	s.Features = c.Features
	err := train.Validate(s)
	if c.Seeds < 0 {
		err = errors.Join(fmt.Errorf("--seeds %d: want 1 or more", c.Seeds), err)
	}
	if c.BatchSize < 1 || c.Rows < c.BatchSize {
		err = errors.Join(fmt.Errorf("--rows %d --batch-size %d: want one batch of a row at least", c.Rows, c.BatchSize), err)
	}
	if err != nil {
		return nil, usage.Wrap(err)
	}
	stage := app.Console.Stage("score", "cities")
	defer stage.Done()
	var all []*score.Score
	for seed := 1; seed <= c.Seeds; seed++ {
		one, err := score.City{Seed: uint64(seed), Rows: c.Rows, BatchRows: c.BatchSize, Settings: s, Compare: c.Shifts}.Run(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
		stage.Set(int64(seed), int64(c.Seeds), "")
	}
	return all, nil
}

// folder scores the models of a folder.
func (c scoreCommand) folder(ctx context.Context, app *cli.App) (*score.Score, error) {
	meta, err := source.ReadMeta(c.Input)
	if err != nil {
		return nil, err
	}
	if meta == nil || len(meta.Planted) == 0 {
		return nil, usage.Errorf("score: %s has no sidecar that says what was planted; only a file of hotspot generate has one (or --seeds N)", c.Input)
	}
	dir, err := durable.Open(c.Dir)
	if err != nil {
		return nil, err
	}
	numbers, err := model.OpenFolder(dir).Numbers()
	if err != nil {
		return nil, err
	}
	if len(numbers) == 0 {
		return nil, usage.Errorf("score: %s has no models; hotspot up makes some", c.Dir)
	}
	stage := app.Console.Stage("score", "models")
	defer stage.Done()
	s := &score.Score{Spots: []score.Spots{}, Shifts: []score.Shift{}}
	var before *compare.Side
	known := meta.Planted[len(meta.Planted)-1].LastRow
	for i, n := range numbers {
		now, err := side(dir, n)
		switch m := now.Model; {
		case err != nil:
			return nil, err
		case !m.Invented || m.Title != meta.Title:
			return nil, usage.Errorf("score: model %d is of %q, and %s plants in %q", n, m.Title, source.MetaPath(c.Input), meta.Title)
		case m.Batch.LastRow > known:
			return nil, usage.Errorf("score: model %d is of rows up to %d, and the sidecar says what was planted up to %d", n, m.Batch.LastRow, known)
		}
		s.Spots = append(s.Spots, score.Of(now.Model, meta.Planted))
		if before != nil && c.Shifts && len(before.Model.Clusters) > 0 && len(now.Model.Clusters) > 0 {
			r, err := compare.Models(ctx, *before, now)
			if err != nil {
				return nil, err
			}
			s.Shifts = append(s.Shifts, score.Between(before.Model, now.Model, meta.Planted, r))
		}
		before = &now
		stage.Set(int64(i+1), int64(len(numbers)), "")
	}
	return s, nil
}

// oneByOne tells every model and pair.
func oneByOne(s *score.Score) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	for _, m := range s.Spots {
		say("model %d", m.Model)
		for _, f := range m.Found {
			what := "false: nothing was planted there"
			if h := f.Planted; h != nil {
				what = fmt.Sprintf("found hot spot %d, %.1f %% of the incidents, mostly %s", h.ID, h.Share*100, h.Category)
			}
			say("  area %-3d densest spot %.4f %.4f: %s", f.Cluster, f.Place.Lat, f.Place.Lon, what)
		}
		for _, h := range m.Missed {
			why := ""
			if h.Hidden {
				why = ", whose densest spot is another planted one"
			}
			say("  missed hot spot %d at %.4f %.4f, %.1f %% of the incidents, in area %d%s", h.Planted.ID,
				h.Planted.Center.Lat, h.Planted.Center.Lon, h.Planted.Share*100, h.Cluster, why)
		}
	}
	for _, p := range s.Shifts {
		say("model %d to %d: %d hot spots came or went; densest spots show %d of them and %d that are none; compare says %s",
			p.A, p.B, p.Planted, p.Found, p.False, p.Words())
	}
	return b.String()
}

// rates tells the sums.
func rates(t score.Total, shifts bool) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	of := func(n, all int) string {
		if all == 0 {
			return "0 of 0"
		}
		return fmt.Sprintf("%s of %s (%.1f %%)", cli.Count(int64(n)), cli.Count(int64(all)), float64(n)/float64(all)*100)
	}
	say("hot spots planted   %s in %s models, found %s", cli.Count(int64(t.Planted)), cli.Count(int64(t.Models)), of(t.Found, t.Planted))
	say("  missed            %s, since their area names another planted one; %s in other areas", of(t.Hidden, t.Planted), of(t.Planted-t.Found-t.Hidden, t.Planted))
	say("densest spots       %s, false %s; %s of these in areas where nothing was planted",
		cli.Count(int64(t.Named)), of(t.False, t.Named), cli.Count(int64(t.Empty)))
	if shifts {
		say("pairs with a shift  %s; compare says that where crimes lie has changed for %s, or their number for %s",
			cli.Count(int64(t.Shifted)), of(t.ShiftedSaid, t.Shifted), of(t.ShiftedMore, t.Shifted))
		say("pairs without       %s; it says so for %s, and more or fewer for %s",
			cli.Count(int64(t.Still)), of(t.StillSaid, t.Still), of(t.StillMore, t.Still))
		say("comings and goings  %s planted, the densest spots show %s, and %s that are none",
			cli.Count(int64(t.Moves)), of(t.MovesFound, t.Moves), cli.Count(int64(t.MovesFalse)))
	}
	return b.String()
}
