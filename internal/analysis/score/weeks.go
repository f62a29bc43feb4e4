package score

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"hotspot/internal/analysis/past"
	"hotspot/internal/batch"
	"hotspot/internal/catalog"
	"hotspot/internal/input/generate"
	"hotspot/internal/model"
)

// Weeks is what package past says of batches beside what is so.
type Weeks struct {
	Judged  int    `json:"judged"`  // batches
	Alarms  int    `json:"alarms"`  // of these: something is called more or fewer
	Counts  int    `json:"counts"`  // in the batches that were judged
	Inside  int    `json:"inside"`  // of these: within the range that holds 90 %
	Planted []Band `json:"planted"` // by what was expected
}

// Band are the counts, from as many expected reports on and below those of the next
// band, that got 60 % more in the middle of a city without change.
type Band struct {
	Expected int `json:"expected"`
	Planted  int `json:"planted"`
	Called   int `json:"called"` // more
}

const (
	planting     = .6 // the share by which a planted count is more
	leastPlanted = 30 // expected reports, of the first band; each other one begins with as many more
)

// NewWeeks are none so far.
func NewWeeks() *Weeks {
	w := &Weeks{}
	for i := range 4 {
		w.Planted = append(w.Planted, Band{Expected: leastPlanted * (i + 1)})
	}
	return w
}

// add adds what is said of batch n of v. A past that is shorter than was asked for does not count.
func (w *Weeks) add(v *catalog.View, n, before int) (*past.Result, error) {
	r, err := past.Compare(v, n, before)
	if err != nil || !r.Judged || len(r.Past) < before {
		return nil, err
	}
	w.Judged++
	if len(r.Changes()) > 0 {
		w.Alarms++
	}
	w.Counts += len(r.Counts)
	for _, c := range r.Counts {
		if c.Low <= c.Now && c.Now <= c.High {
			w.Inside++
		}
	}
	return r, nil
}

// AddFolder adds the batches of a folder that have a past of so many.
func (w *Weeks) AddFolder(v *catalog.View, before int) error {
	if err := v.RefusedError(); err != nil {
		return fmt.Errorf("score: %w", err)
	}
	for n := v.Oldest; n <= v.LastModel(); n++ {
		if _, err := w.add(v, n, before); err != nil {
			return err
		}
	}
	return nil
}

// AddCity adds the weeks of c as a city without change, and of the same weeks with more
// of one thing each. What is planted is drawn from the rows of the next week, so
// that a planted count is one by chance as any.
func (w *Weeks) AddCity(ctx context.Context, c City, before int) error {
	v, csv, err := c.view(ctx, generate.Config{Rows: c.Rows, Seed: c.Seed, Still: true}, batch.Config{Window: batch.Window{By: batch.ByWeek}})
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(c.Seed, 0)) //nolint:gosec // a planting, not a secret
	for n := 1; n < v.LastModel(); n++ {
		r, err := w.add(v, n, before)
		if err != nil {
			return err
		}
		if r == nil {
			continue
		}
		ripe := slices.DeleteFunc(r.Counts, func(c past.Count) bool { return c.Of == past.City || c.Expected < leastPlanted })
		if len(ripe) == 0 {
			continue
		}
		c := ripe[rng.IntN(len(ripe))]
		planted, err := plant(v, csv, n, c.Thing, v.Models[*r.AreasOf-1].Model, rng)
		if err != nil {
			return err
		}
		if r, err = past.Compare(planted, n, before); err != nil {
			return err
		}
		b := &w.Planted[min(int(c.Expected)/leastPlanted, len(w.Planted))-1]
		b.Planted++
		if slices.ContainsFunc(r.Counts, func(o past.Count) bool { return o.Thing == c.Thing && o.Verdict == past.More }) {
			b.Called++
		}
	}
	return nil
}

// plant is v with rows of the next batch in batch n: of those of t three in five.
func plant(v *catalog.View, csv [][]byte, n int, t past.Thing, areas *model.Model, rng *rand.Rand) (*catalog.View, error) {
	lines := bytes.SplitAfter(csv[n], []byte("\n"))[1:] // batch n+1, without its header
	m := *v.Batches[n-1].Manifest
	rows := slices.Clone(csv[n-1])
	for r, things := range past.Each(v.Batches[n], areas) {
		if slices.Contains(things, t) && rng.Float64() < planting {
			rows = append(rows, lines[r.Number()-v.Batches[n].FirstRow]...)
			m.Rows++
		}
	}
	b, err := catalog.ReadBatch(&m, rows)
	if err != nil {
		return nil, err
	}
	planted := *v
	planted.Batches = slices.Clone(v.Batches)
	planted.Batches[n-1] = b
	return &planted, nil
}
