package score_test

import (
	"os"
	"path/filepath"
	"testing"

	"hotspot/internal/analysis/past"
	"hotspot/internal/analysis/score"
	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/input/prepare"
	"hotspot/internal/model"
	"hotspot/internal/testkit"
)

// TestWeeksWithoutChangeAreSeldomCalledOne: of the first 20 cities in at most one week
// of 20 something is called more or fewer, the ranges hold 9 of 10 counts, and 60 % more
// of much is called. docs/past.md has the figures of 200 cities.
func TestWeeksWithoutChangeAreSeldomCalledOne(t *testing.T) {
	s := model.DefaultSettings()
	s.Restarts = 3
	w := score.NewWeeks()
	for seed := uint64(1); seed <= 20; seed++ {
		if err := w.AddCity(t.Context(), score.City{Seed: seed, Rows: 15000, Settings: s}, past.Usual); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%+v", w)
	if w.Judged < 100 || 20*w.Alarms > w.Judged {
		t.Errorf("%d of %d weeks are called more or fewer", w.Alarms, w.Judged)
	}
	if share := float64(w.Inside) / float64(w.Counts); share < .88 || share > .92 {
		t.Errorf("%v of the counts are within their range", share)
	}
	if b := w.Planted[len(w.Planted)-1]; b.Planted < 10 || 10*b.Called < 9*b.Planted {
		t.Errorf("60 %% more on %d and more: %d of %d called", b.Expected, b.Called, b.Planted)
	}
}

// TestRangesHoldDenversWeeks: of the counts of the weeks of 2020 to 2024 the ranges hold
// 88 to 92 %.
func TestRangesHoldDenversWeeks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "denver.csv")
	if _, err := prepare.Run(t.Context(), prepare.Config{Input: testkit.City(t), Output: path}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := model.DefaultSettings()
	s.Restarts = 1
	v, _, err := score.ReadView(t.Context(), f, crime.Source{Title: "Denver", Area: crime.Denver.String()}, batch.Config{Window: batch.Window{By: batch.ByWeek}}, s)
	if err != nil {
		t.Fatal(err)
	}
	var judged, counts, inside int
	for n, b := range v.Batches {
		if b.Window.First < "2020" {
			continue
		}
		r, err := past.Compare(v, n+1, past.Usual)
		if err != nil {
			t.Fatal(err)
		}
		judged++
		for _, c := range r.Counts {
			counts++
			if c.Low <= c.Now && c.Now <= c.High {
				inside++
			}
		}
	}
	t.Logf("%d of %d counts of %d weeks are within their range", inside, counts, judged)
	if share := float64(inside) / float64(counts); judged < 240 || share < .88 || share > .92 {
		t.Errorf("%d weeks, %v of the counts are within their range, want .88 to .92", judged, share)
	}
}
