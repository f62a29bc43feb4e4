package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hotspot/internal/analysis/sweep"
	"hotspot/internal/batch"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
	"hotspot/internal/train"
)

type sweepCommand struct {
	Files          []string `arg:"" name:"file" help:"Prepared files or batch files, plain or gzip; - is the standard input."`
	train.FitFlags `embed:""`
	JSON           bool   `name:"json" help:"Print JSON."`
	From           int    `name:"from" default:"2" help:"Least k."`
	To             int    `name:"to" default:"15" help:"Greatest k."`
	All            bool   `name:"all" help:"Print every index, not only gap, stability and silhouette."`
	Next           string `name:"next" placeholder:"FILE" help:"Rows that came later, to look how many lie near the densest spots; for batch-000001.csv it is batch-000002.csv by itself."`
	SVG            string `name:"svg" placeholder:"FILE" help:"Write the curves as a drawing."`
}

// Help shows examples.
func (sweepCommand) Help() string {
	return `Trains with every k of a range, judges each, and suggests one: the least k whose gap is at least that of the next less its standard error. Indices are for the same rows and features only; silhouettes of other features are not to be compared.

Examples:
  hotspot sweep dataset-kafka/batch-000001.csv
  hotspot sweep --all --svg curves.svg dataset/crime_preprocessed.csv`
}

// trial is a k with all that is known of it; its JSON is the command's.
type trial struct {
	K                int      `json:"k"`
	Suggested        bool     `json:"suggested"`
	Inertia          float64  `json:"inertia"`
	Gap              float64  `json:"gap"`
	GapSE            float64  `json:"gap_se"`
	Stability        float64  `json:"stability"`
	Silhouette       *float64 `json:"silhouette"`
	SilhouetteKind   string   `json:"silhouette_kind"`
	Explained        float64  `json:"explained"`
	CalinskiHarabasz float64  `json:"calinski_harabasz"`
	DaviesBouldin    float64  `json:"davies_bouldin"`
	NextShare        *float64 `json:"next_share_500m"`
	NextGround       *float64 `json:"next_ground_500m"`
}

// Run sweeps, trains a model of every k and prints the table.
func (c sweepCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	s := c.Settings("native", 1)
	if err := train.Validate(s); err != nil {
		return usage.Wrap(err)
	}
	if c.From < 1 || c.To < c.From || c.To > model.MaxClusters {
		return usage.Errorf("--from %d --to %d: want 1 to %d, rising", c.From, c.To, model.MaxClusters)
	}
	d, err := readRows(ctx, app, c.FitFlags, c.Files[0], c.Files)
	if err != nil {
		return err
	}
	var next *train.Data
	if file := c.next(); file != "" {
		if next, err = readRows(ctx, app, c.FitFlags, c.Files[0], []string{file}); err != nil {
			return err
		}
	}
	rows, err := swept(ctx, app, d, s, c.From, c.To)
	if errors.Is(err, kmeans.ErrTooFewPoints) {
		return usage.Wrap(err)
	}
	if err != nil {
		return err
	}
	var trials []trial
	for _, r := range rows {
		s.K = r.K
		m, err := d.Train(ctx, s)
		if err != nil {
			return err
		}
		trials = append(trials, newTrial(r, m, r.K == sweep.Suggest(rows), next))
	}
	if c.SVG != "" {
		if err := os.WriteFile(c.SVG, []byte(curves(trials)), 0o644); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	if c.JSON {
		data, err := json.MarshalIndent(trials, "", " ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(app.Out, "%s\n", data)
		return err
	}
	app.Console.Print(app.Out, "%s", table(trials, c.All))
	return nil
}

// next is the file of rows that came later, "" when there is none.
func (c sweepCommand) next() string {
	if c.Next != "" || len(c.Files) != 1 {
		return c.Next
	}
	dir, name := filepath.Split(c.Files[0])
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, batch.Prefix), ".csv"))
	if err != nil || name != batch.CSVName(n) {
		return ""
	}
	file := filepath.Join(dir, batch.CSVName(n+1))
	if _, err := os.Stat(file); err != nil {
		return ""
	}
	return file
}

// swept runs a sweep over the vectors of d, with a progress line.
func swept(ctx context.Context, app *cli.App, d *train.Data, s model.Settings, from, to int) ([]sweep.Row, error) {
	stage := app.Console.Stage("sweep", "samples")
	defer stage.Done()
	x, columns := d.Vectors()
	return sweep.Run(ctx, x, columns, sweep.Config{From: from, To: to, Fit: s.Fit()},
		func(done, total int) { stage.Set(int64(done), int64(total), "") })
}

func newTrial(r sweep.Row, m *model.Model, suggested bool, next *train.Data) trial {
	t := trial{
		K: r.K, Suggested: suggested, Inertia: model.Round(r.Inertia, 1),
		Gap: model.Round(r.Gap, 4), GapSE: model.Round(r.GapSE, 4), Stability: model.Round(r.Stability, 4),
	}
	if m.Silhouette != nil {
		t.Silhouette, t.SilhouetteKind = &m.Silhouette.Value, m.Silhouette.Kind
	}
	if q := m.Quality; q != nil {
		t.Explained, t.CalinskiHarabasz, t.DaviesBouldin = q.Explained, q.CalinskiHarabasz, q.DaviesBouldin
	}
	if next != nil {
		n := next.Near(m)
		share, ground := model.Round(n.Share, 4), model.Round(n.Ground, 4)
		t.NextShare, t.NextGround = &share, &ground
	}
	return t
}

func table(trials []trial, all bool) string {
	var b strings.Builder
	kind, check := "", false
	suggested := 0
	b.WriteString("   k     gap   +-    stability  silhouette")
	if all {
		b.WriteString("      inertia  explained  calinski-h.  davies-b.")
	}
	b.WriteString("  near spots\n")
	for _, t := range trials {
		mark, silhouette, near := " ", "-", "-"
		if t.Suggested {
			mark, suggested = "*", t.K
		}
		if t.Silhouette != nil {
			silhouette, kind = fmt.Sprintf("%.4f", *t.Silhouette), t.SilhouetteKind
		}
		if t.NextShare != nil {
			near, check = fmt.Sprintf("%.1f %% on %.1f %%", *t.NextShare*100, *t.NextGround*100), true
		}
		fmt.Fprintf(&b, "%s %2d  %6.4f  %.4f  %9.4f  %10s", mark, t.K, t.Gap, t.GapSE, t.Stability, silhouette)
		if all {
			fmt.Fprintf(&b, "  %11.1f  %9.4f  %11.1f  %9.4f", t.Inertia, t.Explained, t.CalinskiHarabasz, t.DaviesBouldin)
		}
		fmt.Fprintf(&b, "  %s\n", near)
	}
	fmt.Fprintf(&b, "suggested  k = %d: the least whose gap is at least that of the next less its standard error\n", suggested)
	b.WriteString("stability  how well the areas of two random halves agree, 1 = the same\n")
	if kind != "" {
		fmt.Fprintf(&b, "silhouette %s\n", kind)
	}
	if check {
		b.WriteString("near spots of the rows that came next, the share within 500 m of a densest spot, and of the ground with rows the share that this is: a check, not a forecast\n")
	}
	return b.String()
}
