package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"hotspot/internal/kmeans"
	"hotspot/internal/kmeans/sweep"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/train"
)

type sweepCommand struct {
	Files          []string `arg:"" name:"file" help:"Prepared files or batch files, plain or gzip; - is the standard input."`
	train.FitFlags `embed:""`
	train.Memory   `embed:""`
	JSON           bool   `name:"json" help:"Print JSON."`
	From           int    `name:"from" default:"2" help:"Least k."`
	To             int    `name:"to" default:"15" help:"Greatest k."`
	All            bool   `name:"all" help:"Print every index, not only gap, stability and silhouette."`
	SVG            string `name:"svg" placeholder:"FILE" help:"Write the curves as a drawing."`
}

func (sweepCommand) Help() string {
	return `Trains with every k of a range, judges each, and suggests one: the least k whose gap is at least that of the next less its standard error. Indices are for the same rows and features only; silhouettes of other features are not to be compared.

Examples:
  hotspot sweep dataset-kafka/batch-000001.csv
  hotspot sweep --all --svg curves.svg dataset/crime_preprocessed.csv`
}

// trial is a k with all that is known of it; its JSON is the command's.
type trial struct {
	K              int      `json:"k"`
	Suggested      bool     `json:"suggested"`
	Inertia        float64  `json:"inertia"`
	Gap            float64  `json:"gap"`
	GapSE          float64  `json:"gap_se"`
	Stability      float64  `json:"stability"`
	Silhouette     *float64 `json:"silhouette"`
	SilhouetteKind string   `json:"silhouette_kind"`
	model.Quality
}

// Run sweeps, trains a model of every k and prints the table.
func (c sweepCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	defer c.Memory.Close() //nolint:errcheck // nothing of it is to be kept
	s := c.Settings("native", 1)
	if err := train.Validate(s); err != nil {
		return usage.Wrap(err)
	}
	if c.To < c.From {
		return usage.Errorf("--from %d --to %d: want the lesser first", c.From, c.To)
	}
	if err := durable.CheckOutput(c.SVG, c.Files...); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	d, err := readRows(ctx, app, c.FitFlags, &c.Memory, c.Files[0], c.Files)
	if err != nil {
		return err
	}
	x, columns, err := d.Sample()
	if err != nil {
		return err
	}
	stage := app.Console.Stage("sweep", "samples")
	rows, err := sweep.Run(ctx, x, columns, sweep.Config{From: c.From, To: c.To, Fit: s.Fit()}, func(done, total int) {
		stage.Set(int64(done), int64(total), "")
	})
	stage.Done()
	if errors.Is(err, kmeans.ErrTooFewPoints) {
		return usage.Errorf("%w; give files with more places, or a smaller --from", err)
	}
	if err != nil {
		return err
	}
	suggested := sweep.Suggest(rows)
	var trials []trial
	for _, r := range rows {
		s.K = r.K
		m, err := d.Train(ctx, s)
		if err != nil {
			return err
		}
		if m.Status == model.Untrainable {
			return usage.Errorf("sweep: %s", m.Reason)
		}
		trials = append(trials, newTrial(r, m, r.K == suggested))
	}
	if c.SVG != "" {
		if err := writeFile(c.SVG, []byte(drawCurves(trials, suggested))); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	if c.JSON {
		return printJSON(app, trials)
	}
	app.Console.Print(app.Out, "%s", formatTable(trials, suggested, c.All))
	return nil
}

func newTrial(r sweep.Row, m *model.Model, suggested bool) trial {
	t := trial{
		K: r.K, Suggested: suggested, Inertia: model.Round(m.Inertia, 1),
		Gap: model.Round(r.Gap, 4), GapSE: model.Round(r.GapSE, 4), Stability: model.Round(r.Stability, 4),
	}
	if m.Silhouette != nil {
		t.Silhouette, t.SilhouetteKind = &m.Silhouette.Value, m.Silhouette.Kind
	}
	if q := m.Quality; q != nil {
		t.Quality = *q
	}
	return t
}

// drawCurves draws gap, stability and silhouette over k.
func drawCurves(trials []trial, suggested int) string {
	curves := []sweep.Curve{{Name: "gap"}, {Name: "stability"}, {Name: "silhouette"}}
	var ks []int
	for _, t := range trials {
		ks = append(ks, t.K)
		silhouette := math.NaN()
		if t.Silhouette != nil {
			silhouette = *t.Silhouette
		}
		for i, v := range []float64{t.Gap, t.Stability, silhouette} {
			curves[i].Values = append(curves[i].Values, v)
		}
	}
	return sweep.Draw(ks, suggested, curves)
}

// orDash writes a figure that may not be defined.
func orDash(format string, v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf(format, *v)
}

// formatTable writes a line for every k, and what the columns mean.
func formatTable(trials []trial, suggested int, all bool) string {
	var t text
	kind := ""
	indices := ""
	if all {
		indices = "      inertia  explained  calinski-h.  davies-b."
	}
	t.line("   k     gap   +-    stability  silhouette%s", indices)
	for _, r := range trials {
		mark := " "
		if r.Suggested {
			mark = "*"
		}
		if r.Silhouette != nil {
			kind = r.SilhouetteKind
		}
		if all {
			indices = fmt.Sprintf("  %11.1f  %9s  %11s  %9s", r.Inertia,
				orDash("%.4f", r.Explained), orDash("%.1f", r.CalinskiHarabasz), orDash("%.4f", r.DaviesBouldin))
		}
		t.line("%s %2d  %6.4f  %.4f  %9.4f  %10s%s", mark, r.K, r.Gap, r.GapSE, r.Stability, orDash("%.4f", r.Silhouette), indices)
	}
	t.line("suggested  k = %d: the smallest k whose gap is at least the gap of the next k minus the standard error of that gap", suggested)
	t.line("stability  how well the areas of two random halves agree, 1 = the same")
	if kind != "" {
		t.line("silhouette %s", kind)
	}
	return t.String()
}
