package train_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// onMap is a batch of rows that lie so many km east and north of the origin, each
// with a category.
func onMap(t *testing.T, category string, points ...[2]float64) []string {
	t.Helper()
	var lines []string
	for _, p := range points {
		place := feature.Default().Unproject(p[0], p[1])
		lines = append(lines, fmt.Sprintf("- %.9f %.9f %s hale", place.Lon, place.Lat, category))
	}
	return lines
}

// times repeats a point.
func times(n int, east, north float64) [][2]float64 {
	return slices.Repeat([][2]float64{{east, north}}, n)
}

// TestSpots: every figure worked out by hand.
func TestSpots(t *testing.T) {
	// 60 in the west, of which 40 are arson, with 24 in the ring around them; 40 in the east.
	lines := slices.Concat(
		onMap(t, "arson", times(40, -5, 0)...), onMap(t, "larceny", times(20, -5, 0)...),
		onMap(t, "larceny", times(24, -5, 1)...), onMap(t, "larceny", times(40, 5, 0)...),
	)
	first := fit(t, 1, rowsCSV(t, lines...), settings(2), nil)
	west, east := feature.Default().Unproject(-5, 0), feature.Default().Unproject(5, 0)
	want := []model.Spot{
		{
			Spot: 0, Cluster: new(0), Lon: model.Round(west.Lon, 6), RadiusM: 300, Crimes: 60, Share: .4839, Expected: 1, Ratio: new(60.),
			// 40 of 60, where 40 of 124 are arson.
			Categories: []model.Category{{ID: "arson", Count: 40, Share: .6667, Lift: 2.0667}, {ID: "larceny", Count: 20, Share: .3333, Lift: .4921}},
		},
		{
			Spot: 1, Cluster: new(1), Lon: model.Round(east.Lon, 6), RadiusM: 300, Crimes: 40, Share: .3226,
			Categories: []model.Category{{ID: "larceny", Count: 40, Share: 1, Lift: 1.4762}},
		},
		{ // where the ring was, the 60 are around it: 2.5 are expected
			Spot: 2, Cluster: new(0), Lon: model.Round(west.Lon, 6), RadiusM: 300, Crimes: 24, Share: .1935, Expected: 2.5, Ratio: new(9.6),
			Categories: []model.Category{{ID: "larceny", Count: 24, Share: 1, Lift: 1.4762}},
		},
	}
	got := slices.Clone(first.Spots)
	for i := range got {
		if got[i].PAdjusted > 1e-10 {
			t.Errorf("spot %d: p %g", i, got[i].PAdjusted)
		}
		want[i].PAdjusted, want[i].Lat = got[i].PAdjusted, got[i].Lat
	}
	if diff := cmp.Diff(want, got); diff != "" || len(first.SpotsGone) != 0 {
		t.Errorf("gone %v, spots (-want +got):\n%s", first.SpotsGone, diff)
	}

	// The west moves by 100 m, the east is gone but for 2, one is new.
	second := fit(t, 2, rowsCSV(t, slices.Concat(
		onMap(t, "larceny", times(50, -4.9, 0)...), onMap(t, "arson", times(2, 5, .1)...), onMap(t, "arson", times(30, 0, 7)...),
	)...), settings(2), first)
	if n := len(second.Spots); n != 2 || second.Spots[1].Previous != nil {
		t.Fatalf("%d spots: %+v", n, second.Spots)
	}
	if p := second.Spots[0].Previous; p == nil || p.Spot != 0 || math.Abs(p.MovedM-100) > .2 {
		t.Errorf("the west continues %+v, want spot 0, moved by 100 m", p)
	}
	gone := []model.SpotGone{
		{Spot: 1, Lon: want[1].Lon, Lat: want[1].Lat, Before: 40, Now: 2},
		{Spot: 2, Lon: want[2].Lon, Lat: want[2].Lat, Before: 24},
	}
	if diff := cmp.Diff(gone, second.SpotsGone); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}
	for _, m := range []*model.Model{first, second} {
		if _, err := model.Decode(m.Encode()); err != nil {
			t.Errorf("model %d cannot be read: %v", m.Model, err)
		}
	}
}

// TestSpotsOfABatchWithoutAreas: what cannot be cut into k areas can have spots.
func TestSpotsOfABatchWithoutAreas(t *testing.T) {
	for name, tt := range map[string]struct {
		lines []string
		want  int
	}{
		"no row":                {nil, 0},
		"one row":               {onMap(t, "arson", [2]float64{1, 1}), 0},
		"no usable place":       {[]string{"- - - arson hale", "- -105.95 39.74 arson hale"}, 0},
		"all rows at one place": {onMap(t, "arson", times(50, 1, 1)...), 1},
		"two places":            {onMap(t, "arson", append(times(50, 1, 1), times(30, -1, 1)...)...), 2},
	} {
		m := fit(t, 1, rowsCSV(t, tt.lines...), settings(5), nil)
		if m.Status != model.Untrainable || len(m.Spots) != tt.want {
			t.Errorf("%s: %s, spots %+v; want %d", name, m.Status, m.Spots, tt.want)
		}
		for _, s := range m.Spots {
			if s.Cluster != nil || s.Previous != nil {
				t.Errorf("%s: %+v is in an area, or not the first", name, s)
			}
		}
		if _, err := model.Decode(m.Encode()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
