package main

import (
	"context"
	"encoding/csv"
	"fmt"

	"hotspot/internal/api"
	"hotspot/internal/catalog"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/spots"
	"hotspot/internal/train"
)

type spotsCommand struct {
	Files            []string `arg:"" optional:"" name:"file" help:"Prepared files or batch files, plain or gzip, that count together; - is the standard input. Without one, a model of the folder."`
	Model            string   `name:"model" default:"latest" help:"Number of the model, or latest."`
	dirFlag          `embed:""`
	source.AreaFlags `embed:""`
	train.Memory     `embed:""`
	GeoJSON          bool `name:"geojson" xor:"form" help:"Print the spots as points for a GIS."`
	CSV              bool `name:"csv" xor:"form" help:"Print the spots as CSV."`
	Cells            bool `name:"cells" xor:"form" help:"Print every cell of 250 m as CSV: its rows, Gi* of it and the cells that touch it, and its p."`
}

func (spotsCommand) Help() string {
	return `Lists the spots: the places where much more was reported within 300 m than on as much ground around them, as many as there are, or none. docs/spots.md says how they are found.

Examples:
  hotspot spots
  hotspot spots --model 3 --geojson > spots.geojson
  hotspot spots dataset/crime_preprocessed.csv
  hotspot spots --cells dataset-kafka/batch-000001.csv > cells.csv`
}

// Run prints the spots or the cells.
func (c spotsCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	find := c.readModel
	if len(c.Files) > 0 {
		find = c.trainFiles
	}
	defer c.Memory.Close() //nolint:errcheck // nothing of it is to be kept
	m, ground, err := find(ctx, app)
	if err != nil {
		return err
	}
	switch {
	case c.Cells:
		return printCells(app, m, ground.Cells())
	case c.CSV:
		return printSpots(app, m.Spots)
	case c.GeoJSON:
		return printJSON(app, api.CollectSpots(m.Spots))
	}
	var t text
	if len(c.Files) == 0 {
		describeSides(&t, m)
	} else {
		t.line("%s crimes%s", cli.Count(m.Rows.Trained), daysOf(m))
	}
	describeSpots(&t, m)
	app.Console.Print(app.Out, "%s", t.String())
	return nil
}

// trainFiles makes a model of the files; they may hold too few places for its areas.
func (c spotsCommand) trainFiles(ctx context.Context, app *cli.App) (*model.Model, *spots.Ground, error) {
	if c.Model != "latest" {
		return nil, nil, usage.Errorf("spots: --model %s and %s: want one of them", c.Model, c.Files[0])
	}
	flags := train.Flags{FitFlags: train.FitFlags{AreaFlags: c.AreaFlags}}.WithDefaults()
	d, err := readRows(ctx, app, flags.FitFlags, &c.Memory, c.Files[0], c.Files)
	if err != nil {
		return nil, nil, err
	}
	p := d.Points()
	if p.N == 0 {
		return nil, nil, usage.Errorf("spots: no row of %s has a place in the city; hotspot prepare says why", c.Files[0])
	}
	m, err := d.Train(ctx, flags.Settings())
	return m, spots.NewGround(p.X, p.D, p.Weight), err
}

// readModel reads a model of the folder, with the ground of its rows.
func (c spotsCommand) readModel(ctx context.Context, _ *cli.App) (*model.Model, *spots.Ground, error) {
	v, err := catalog.Read(ctx, c.Dir)
	if err != nil {
		return nil, nil, err
	}
	m, err := c.findModel(v, c.Model)
	if err != nil {
		return nil, nil, fmt.Errorf("spots: %w", err)
	}
	rows, err := v.Rows(m)
	if err != nil {
		return nil, nil, err
	}
	var x []float64
	for _, vector := range rows.Trained(m.Model) {
		x = append(x, vector...)
	}
	return m.Model, spots.NewGround(x, m.Dimensions(), nil), nil
}

// describeSpots lists the spots of m for a person, and those that are gone.
func describeSpots(t *text, m *model.Model) {
	if len(m.Spots) == 0 {
		t.line("no place stands out from the ground around it")
	}
	for _, s := range m.Spots {
		where, more := "", ""
		if s.Cluster != nil {
			where = fmt.Sprintf(" in area %d", *s.Cluster)
		}
		if len(s.Categories) > 0 {
			more = ", most " + s.Categories[0].ID
		}
		if m.AlignedTo != nil {
			more += "; " + s.Previous.Words()
		}
		t.line("  spot %-3d %.4f %.4f%s: %s crimes within %d m, where the ground around it has %.1f%s",
			s.Spot, s.Lat, s.Lon, where, cli.Count(s.Crimes), s.RadiusM, s.Expected, more)
	}
	for _, g := range m.SpotsGone {
		t.line("spot %d of the model before, at %.4f %.4f, is gone: %s crimes then, %s now", g.Spot, g.Lat, g.Lon, cli.Count(g.Before), cli.Count(g.Now))
	}
}

func printSpots(app *cli.App, list []model.Spot) error {
	lines := [][]any{{"spot", "lon", "lat", "radius_m", "crimes", "share", "expected", "ratio", "p_adjusted", "cluster", "category", "lift", "previous", "moved_m"}}
	for _, s := range list {
		var cluster, ratio, category, lift, previous, moved any = "", "", "", "", "", ""
		if s.Cluster != nil {
			cluster = *s.Cluster
		}
		if s.Ratio != nil {
			ratio = *s.Ratio
		}
		if len(s.Categories) > 0 {
			category, lift = s.Categories[0].ID, s.Categories[0].Lift
		}
		if p := s.Previous; p != nil {
			previous, moved = p.Spot, p.MovedM
		}
		lines = append(lines, []any{s.Spot, s.Lon, s.Lat, s.RadiusM, s.Crimes, s.Share, s.Expected, ratio, s.PAdjusted, cluster, category, lift, previous, moved})
	}
	return printCSV(app, lines)
}

// printCells writes z and p with 12 digits, so that no last bit is seen.
func printCells(app *cli.App, m *model.Model, cells []spots.Cell) error {
	lines := [][]any{{"lon", "lat", "rows", "z", "p", "p_adjusted"}}
	for _, c := range cells {
		at := m.Frame.Unproject(c.EastKm, c.NorthKm)
		lines = append(lines, []any{
			model.Round(at.Lon, 6), model.Round(at.Lat, 6), c.Rows, fmt.Sprintf("%.12g", c.Z), fmt.Sprintf("%.12g", c.P), fmt.Sprintf("%.12g", c.Adjusted),
		})
	}
	return printCSV(app, lines)
}

func printCSV(app *cli.App, lines [][]any) error {
	w := csv.NewWriter(app.Out)
	for _, line := range lines {
		var fields []string
		for _, v := range line {
			fields = append(fields, fmt.Sprint(v))
		}
		if err := w.Write(fields); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
