package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
)

type compareCommand struct {
	A    int    `arg:"" help:"Number of the model to start from."`
	B    int    `arg:"" help:"Number of the model to compare with it."`
	Dir  string `name:"dir" default:"dataset-kafka" help:"Folder of batches and models."`
	JSON bool   `name:"json" help:"Print the answer as GET /models/A/compare/B gives it."`
}

// Help shows an example.
func (compareCommand) Help() string {
	return `Says what changed between two models, and what chance alone would have changed: beside each figure stands the worst that it came to between 59 pairs of random halves of the same crimes.

Example: hotspot compare 1 2`
}

// Run reads both models with their batches and prints the comparison.
func (c compareCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	dir, err := durable.Open(c.Dir, durable.Options{})
	if err != nil {
		return err
	}
	a, err := side(dir, c.A)
	if err != nil {
		return err
	}
	b, err := side(dir, c.B)
	if err != nil {
		return err
	}
	r, err := compare.Models(ctx, a, b)
	if errors.Is(err, compare.ErrNotComparable) {
		return usage.Wrap(err)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		data, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(app.Out, "%s\n", data)
		return err
	}
	_, err = fmt.Fprint(app.Out, told(a.Model, b.Model, r))
	return err
}

// side is model n of a folder with the rows that it was trained on.
func side(dir *durable.Folder, n int) (compare.Side, error) {
	m, _, err := model.OpenFolder(dir).Read(n)
	if errors.Is(err, model.ErrNotFound) {
		return compare.Side{}, usage.Errorf("compare: %s has no model %d", dir.Path("."), n)
	}
	if err != nil {
		return compare.Side{}, err
	}
	batches := batch.OpenFolder(dir)
	manifest, err := batches.Manifest(m.Batch.Number)
	if err != nil {
		return compare.Side{}, err
	}
	csv, err := batches.CSV(manifest)
	if err != nil {
		return compare.Side{}, err
	}
	if manifest.CSV.SHA256 != m.Batch.SHA256 {
		return compare.Side{}, fmt.Errorf("compare: model %d was trained on other rows than %s holds; hotspot verify says more", n, manifest.CSV.Name)
	}
	x, err := compare.Vectors(m, csv)
	return compare.Side{Model: m, X: x}, err
}

// told is a comparison in the words of a person.
func told(a, b *model.Model, r *compare.Result) string {
	var s strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	for _, m := range []*model.Model{a, b} {
		say("model %-4d %s crimes reported %s to %s", m.Model, cli.Count(int64(m.Rows.Trained)), day(m.Batch.Reported.First), day(m.Batch.Reported.Last))
	}
	say("%s", r.Verdict)
	say("  borders    agree by %.3f; by chance alone %.3f or more (adjusted Rand index, 1 = the same)", r.ARI.Value, r.ARI.Floor)
	say("  shares     differ by %.4f; by chance alone %.4f or less (population stability index, 0 = the same)", r.PSI.Value, r.PSI.Floor)
	say("  old areas  are %.4f times as wide for the new crimes; by chance alone %.4f or less (ratio of inertias)", r.InertiaRatio.Value, r.InertiaRatio.Floor)
	say("areas, both counted on the same ground:")
	for _, c := range r.Clusters {
		counts := fmt.Sprintf("%5.1f -> %5.1f crimes a day, %4.1f -> %4.1f %% of all", c.PerDayA, c.PerDayB, c.ShareA*100, c.ShareB*100)
		switch c.Verdict {
		case compare.New:
			say("  area %-3d %s: in model %d only", *c.B, counts, r.B)
		case compare.Gone:
			say("  area %-3d %s: in model %d only", *c.A, counts, r.A)
		default:
			number := fmt.Sprint(*c.A)
			if *c.B != *c.A {
				number += fmt.Sprintf(" (%d in model %d)", *c.B, r.B)
			}
			say("  area %-3s %s: %s; centroid moved %.0f m, by chance alone up to %.0f m", number, counts, spokenVerdicts[c.Verdict], *c.MovedM, *c.MovedFloorM)
		}
	}
	say("Counts are reports, not risk: they show what was reported, and where.")
	return s.String()
}

var spokenVerdicts = map[compare.Verdict]string{
	compare.Usual: "within the usual ups and downs", compare.More: "more", compare.Fewer: "fewer",
}
