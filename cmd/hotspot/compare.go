package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/analysis/past"
	"hotspot/internal/catalog"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
)

type compareCommand struct {
	A       string `arg:"" optional:"" default:"latest" help:"Number of the model to start from, or latest; without another one, the model that is compared with its past."`
	B       string `arg:"" optional:"" help:"Number of the model to compare with it, or latest."`
	dirFlag `embed:""`
	Past    int  `name:"past" default:"8" help:"With one model: so many batches before its own say what is usual."`
	JSON    bool `name:"json" help:"Print the answer as GET /models/A/changes or GET /models/A/compare/B gives it."`
}

func (compareCommand) Help() string {
	return `Of one model: says what is more or fewer in its batch than the batches before it let expect, in the city, each area, neighborhood and category. Chance alone would call something so in one of 20 batches (docs/past.md).

Of two models: says what changed between them, and what chance alone would have changed: beside each figure stands the worst that it came to between 59 pairs of random halves of the same crimes.

Examples:
  hotspot compare
  hotspot compare 12
  hotspot compare 12 --past 26
  hotspot compare 1 2`
}

// Run reads the folder and prints the comparison.
func (c compareCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	if c.B != "" && c.Past != past.Usual {
		return usage.Errorf("compare: --past %d: two models are compared with each other; name one to compare it with its past", c.Past)
	}
	v, err := catalog.Read(ctx, c.Dir)
	if err != nil {
		return err
	}
	a, err := c.findModel(v, c.A)
	if err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	if c.B == "" {
		return c.comparePast(app, v, a)
	}
	b, err := c.findModel(v, c.B)
	if err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	var sides []compare.Side
	for _, m := range []*catalog.Model{a, b} {
		rows, err := v.Rows(m)
		if err != nil {
			return err
		}
		sides = append(sides, compare.NewSide(m.Model, rows))
	}
	r, err := compare.Models(ctx, sides[0], sides[1])
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

// comparePast prints what is more or fewer in the batch of m than its past lets expect.
func (c compareCommand) comparePast(app *cli.App, v *catalog.View, m *catalog.Model) error {
	r, err := past.Compare(v, m.Number(), c.Past)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(app.Out).Encode(r)
	}
	var t text
	describeSides(&t, m.Model)
	t.line("%s", r.Verdict)
	for _, c := range r.Changes() {
		t.line("  %-5s %s: %s", c.Verdict, c.Thing, c.Words)
	}
	for _, note := range r.Notes {
		t.line("%s", note)
	}
	t.line("%s", reports)
	_, err = fmt.Fprint(app.Out, t.String())
	return err
}

// reports is what every comparison ends with.
const reports = "Counts are reports, not risk: they show what was reported, and where."

// describeSides says what the models were trained on.
func describeSides(t *text, models ...*model.Model) {
	for _, m := range models {
		window := strings.TrimPrefix(m.Batch.Window.String()+": ", ": ") // none by rows
		t.line("model %-4d %s%s crimes%s", m.Model, window, cli.Count(m.Rows.Trained), daysOf(m))
	}
}

// daysOf says when the rows of m were reported, nothing when it has none.
func daysOf(m *model.Model) string {
	if m.Rows.Total == 0 {
		return ""
	}
	return fmt.Sprintf(" reported %s to %s", dateOf(m.Batch.Reported.First), dateOf(m.Batch.Reported.Last))
}

// describeComparison says what changed from a to b.
func describeComparison(a, b *model.Model, r *compare.Result) string {
	var t text
	describeSides(&t, a, b)
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
	t.line("%s", reports)
	return t.String()
}

// verdicts are those of compare on an area that both models have, in English.
var verdicts = map[compare.Verdict]string{
	compare.Usual: "within the usual ups and downs", compare.More: "more", compare.Fewer: "fewer",
}
