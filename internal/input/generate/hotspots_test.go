package generate_test

import (
	"math"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/input/generate"
	"hotspot/internal/source"

	"github.com/google/go-cmp/cmp"
)

// metres between two places, flat as a city is.
func metres(a, b crime.Place) float64 {
	const perDegree = 111_195.0
	east := (a.Lon - b.Lon) * perDegree * math.Cos(39.74*math.Pi/180)
	north := (a.Lat - b.Lat) * perDegree
	return math.Hypot(east, north)
}

// TestPlantedIsTheTruth: where and when a hot spot is said to be, its share of
// the rows lies; before and after, next to nothing does.
func TestPlantedIsTheTruth(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		data, _ := made(t, generate.Config{Seed: seed})
		recs := records(t, data)
		planted := generate.Planted(seed, 15_000)
		for _, h := range planted {
			near := func(first, last int64, category string) float64 {
				n := 0
				for _, r := range recs[first-1 : last] {
					if r.Located && metres(r.Place, h.Center) <= float64(h.RadiusM)+25 &&
						(category == "" || r.Text[crime.ColOffenseCategory] == category) {
						n++
					}
				}
				return float64(n) / float64(last-first+1)
			}
			share := near(h.FirstRow, h.LastRow, "")
			if share < 0.8*h.Share || share > 1.5*h.Share+0.02 {
				t.Errorf("seed %d: hot spot %d has %.3f of rows %d to %d, planted was %.3f", seed, h.ID, share, h.FirstRow, h.LastRow, h.Share)
			}
			if of := near(h.FirstRow, h.LastRow, h.Category); of < share/3 {
				t.Errorf("seed %d: %.3f of hot spot %d's %.3f is %s", seed, of, h.ID, share, h.Category)
			}
			for _, other := range [][2]int64{{1, h.FirstRow - 1}, {h.LastRow + 1, 15_000}} {
				if other[0] <= other[1] {
					if before := near(other[0], other[1], ""); before > share/2 {
						t.Errorf("seed %d: hot spot %d has %.3f of rows %d to %d as well", seed, h.ID, before, other[0], other[1])
					}
				}
			}
		}
		checkChanges(t, seed, planted)
	}
}

// checkChanges: after each batch one vanishes, one appears, one moves.
func checkChanges(t *testing.T, seed uint64, planted []source.HotSpot) {
	t.Helper()
	began, ended := map[int64][]string{}, map[int64][]string{}
	from := map[int]source.HotSpot{}
	for _, h := range planted {
		began[h.FirstRow] = append(began[h.FirstRow], string(h.Began))
		ended[h.LastRow] = append(ended[h.LastRow], string(h.Ended))
		if before, ok := from[h.ID]; ok != (h.Began == source.Moved) {
			t.Errorf("seed %d: hot spot %d began as %s", seed, h.ID, h.Began)
		} else if ok {
			if d := metres(before.Center, h.Center); d < 1150 || d > 2550 || before.LastRow+1 != h.FirstRow {
				t.Errorf("seed %d: hot spot %d moved %.0f m from row %d to %d", seed, h.ID, d, before.LastRow, h.FirstRow)
			}
		}
		from[h.ID] = h
	}
	there := []string{"there", "there", "there", "there", "there", "there", "there"}
	if diff := cmp.Diff(map[int64][]string{1: there, 5001: {"moved", "appeared"}, 10_001: {"moved", "appeared"}}, sorted(began)); diff != "" {
		t.Errorf("seed %d: began\n%s", seed, diff)
	}
	if diff := cmp.Diff(map[int64][]string{5000: {"moved", "vanished"}, 10_000: {"moved", "vanished"}, 15_000: there}, sorted(ended)); diff != "" {
		t.Errorf("seed %d: ended\n%s", seed, diff)
	}
}

// sorted puts "moved" first in each list of two.
func sorted(m map[int64][]string) map[int64][]string {
	for _, l := range m {
		if len(l) == 2 && l[1] == "moved" {
			l[0], l[1] = l[1], l[0]
		}
	}
	return m
}
