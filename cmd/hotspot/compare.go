package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/catalog"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
)

type compareCommand struct {
	A       int `arg:"" help:"Number of the model to start from."`
	B       int `arg:"" help:"Number of the model to compare with it."`
	dirFlag `embed:""`
	JSON    bool `name:"json" help:"Print the answer as GET /models/A/compare/B gives it."`
}

func (compareCommand) Help() string {
	return `Says what changed between two models, and what chance alone would have changed: beside each figure stands the worst that it came to between 59 pairs of random halves of the same crimes.

Example: hotspot compare 1 2`
}

// Run reads both models with their batches and prints the comparison.
func (c compareCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	v, err := catalog.Read(ctx, c.Dir)
	if err != nil {
		return err
	}
	a, err := c.findSide(v, c.A)
	if err != nil {
		return err
	}
	b, err := c.findSide(v, c.B)
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
		return json.NewEncoder(app.Out).Encode(r)
	}
	_, err = fmt.Fprint(app.Out, describeComparison(a.Model, b.Model, r))
	return err
}

// findSide returns model n of the folder with the rows that it was trained on.
func (c compareCommand) findSide(v *catalog.View, n int) (compare.Side, error) {
	m, err := c.findModel(v, n)
	if err != nil {
		return compare.Side{}, fmt.Errorf("compare: %w", err)
	}
	rows, err := v.Rows(m)
	if err != nil {
		return compare.Side{}, err
	}
	return compare.NewSide(m.Model, rows), nil
}

// describeComparison says what changed from a to b.
func describeComparison(a, b *model.Model, r *compare.Result) string {
	var t text
	for _, m := range []*model.Model{a, b} {
		t.line("model %-4d %s crimes reported %s to %s", m.Model, cli.Count(m.Rows.Trained), dateOf(m.Batch.Reported.First), dateOf(m.Batch.Reported.Last))
	}
	t.line("%s", r.Verdict)
	t.line("  borders    agree by %.3f; by chance alone %.3f or more (adjusted Rand index, 1 = the same)", r.ARI.Value, r.ARI.Floor)
	t.line("  shares     differ by %.4f; by chance alone %.4f or less (population stability index, 0 = the same)", r.PSI.Value, r.PSI.Floor)
	t.line("%s", strings.ReplaceAll(fmt.Sprintf("  old areas  fit the new crimes with %.4f times the squared distances of the new areas; by chance alone %.4f or less (ratio of inertias)",
		r.InertiaRatio.Value, r.InertiaRatio.Floor), "+Inf", "infinitely many")) // the new areas have none
	t.line("areas, both counted on the same ground:")
	for _, c := range r.Clusters {
		counts := fmt.Sprintf("%5.1f -> %5.1f crimes a day, %4.1f -> %4.1f %% of all", c.PerDayA, c.PerDayB, c.ShareA*100, c.ShareB*100)
		switch c.Verdict {
		case compare.New:
			t.line("  area %-3d %s: in model %d only", *c.B, counts, r.B)
		case compare.Gone:
			t.line("  area %-3d %s: in model %d only", *c.A, counts, r.A)
		default:
			number := fmt.Sprint(*c.A)
			if *c.B != *c.A {
				number += fmt.Sprintf(" (%d in model %d)", *c.B, r.B)
			}
			t.line("  area %-3s %s: %s; centroid moved %.0f m, by chance alone up to %.0f m", number, counts, verdicts[c.Verdict], *c.MovedM, *c.MovedFloorM)
		}
	}
	t.line("Counts are reports, not risk: they show what was reported, and where.")
	return t.String()
}

// verdicts are those of compare on an area that both models have, in English.
var verdicts = map[compare.Verdict]string{
	compare.Usual: "within the usual ups and downs", compare.More: "more", compare.Fewer: "fewer",
}
