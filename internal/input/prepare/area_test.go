package prepare_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/input/prepare"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// townRows writes rows with the ids from first on, at places that at gives.
func townRows(first, n int, at func(i int) (lon, lat float64)) string {
	var b strings.Builder
	for i := range n {
		lon, lat := at(i)
		fmt.Fprintf(&b, "%d,2024-03-%02dT10:%02d:00,%v,%v,theft\n", first+i, 1+i%28, i%60, lon, lat)
	}
	return b.String()
}

const townHeader = "nr,when,x,y,what\n"

// town gives places around 77.0 W, 38.9 N, with six decimals, no two alike.
func town(i int) (lon, lat float64) {
	r := rand.New(rand.NewPCG(uint64(i), 7))
	return float64(int(-77.02e6+r.Float64()*0.08e6)) / 1e6, float64(int(38.88e6+r.Float64()*0.04e6)) / 1e6
}

func at(lon, lat float64) func(int) (float64, float64) {
	return func(int) (float64, float64) { return lon, lat }
}

var townBounds = crime.Bounds{Lon: [2]float64{-77.02, -76.94}, Lat: [2]float64{38.88, 38.92}}

func TestAPlaceThatPortalsWriteForUnknownIsNone(t *testing.T) {
	mapping := townMapping(t)
	for name, tt := range map[string]struct {
		lon, lat float64
		rows     int
		want     int64 // rows without a place
	}{
		"null island":                           {0, 0, 31, 31},
		"null island once":                      {0, 0, 1, 1},
		"a hair beside it":                      {5.3e-7, 4e-8, 2, 2},
		"-1,-1":                                 {-1, -1, 2, 2},
		"the corner of a state plane":           {-91.686565684, 36.619446395, 26, 26},
		"four rows far away may have one place": {-91.686565684, 36.619446395, 4, 0},
		"a crowded corner of the city":          {-77.0, 38.9, 100, 0},
	} {
		r := prepared(t, prepare.Config{Columns: mapping}, townHeader+townRows(1, 1000, town)+townRows(2000, tt.rows, at(tt.lon, tt.lat)))
		if r.err != nil {
			t.Errorf("%s: %v", name, r.err)
			continue
		}
		said := noted(r.summary, "unknown place")
		if r.summary.NoLocation != tt.want || said != tt.want || r.summary.Kept != int64(1000+tt.rows) || *r.meta.Bounds != townBounds {
			t.Errorf("%s: %d without a place, said of %d, bounds %v", name, r.summary.NoLocation, said, *r.meta.Bounds)
		}
		if tt.want > 0 && strings.Contains(r.csv, fmt.Sprintf("%v,%v", tt.lon, tt.lat)) {
			t.Errorf("%s: the place is written", name)
		}
	}
}

// Mistyped places are few, and lie anywhere.
func TestBoundsAreNotMovedByFewPlacesFarAway(t *testing.T) {
	far := func(i int) (lon, lat float64) { return -120 + 4*float64(i), 30 + float64(i) }
	r := prepared(t, prepare.Config{Columns: townMapping(t)}, townHeader+townRows(1, 5000, town)+townRows(9000, 20, far))
	if r.err != nil || *r.meta.Bounds != townBounds || r.summary.OutOfArea != 20 {
		t.Errorf("%v: bounds %v, %d out of area", r.err, r.meta, r.summary.OutOfArea)
	}
}

func TestAnImplausibleAreaIsRefusedWithItsRowsAndAGuess(t *testing.T) {
	mapping := townMapping(t)
	swapped := func(i int) (lon, lat float64) { lon, lat = town(i); return lat, lon }
	unsigned := func(i int) (lon, lat float64) { lon, lat = town(i); return -lon, lat }
	state := func(i int) (lon, lat float64) { lon, lat = town(i); return -77 + 40*(lon+77), 38.9 + 40*(lat-38.9) }
	for name, tt := range map[string]struct {
		rows string
		want []string
	}{
		"a state":          {townRows(1, 500, state), []string{"wider than a city: line ", " W; mend the mapping of GEO_LON and GEO_LAT, or give --bounds"}},
		"all swapped":      {townRows(1, 500, swapped), []string{"at -77.0 degrees of latitude", "; are longitude and latitude swapped?"}},
		"some swapped":     {townRows(1, 500, town) + townRows(600, 20, swapped), []string{"20 of 520 places lie more than 10 degrees away", "line 502 at 77.0100 S, 38.9068 E, line 503", "; are longitude and latitude swapped?"}},
		"half unsigned":    {townRows(1, 500, town) + townRows(600, 500, unsigned), []string{"wider than a city", "; does a number lack its sign?"}},
		"some unsigned":    {townRows(1, 500, town) + townRows(600, 20, unsigned), []string{"line 502 at 38.", " E, line 503", "; does a number lack its sign?"}},
		"zero in one axis": {townRows(1, 500, town) + townRows(600, 20, func(i int) (float64, float64) { lon, _ := town(i); return lon, 0 }), []string{"; is an unknown place written as zero?"}},
	} {
		r := prepared(t, prepare.Config{Columns: mapping}, townHeader+tt.rows)
		if r.err == nil || !usage.Is(r.err) || r.csv != "" {
			t.Errorf("%s: %v, wrote %d bytes", name, r.err, len(r.csv))
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(r.err.Error(), want) {
				t.Errorf("%s: %v\nwants %q", name, r.err, want)
			}
		}
		if r := prepared(t, prepare.Config{Columns: mapping, Bounds: "-180,-90,180,90", Origin: "-77,38.9"}, townHeader+tt.rows); r.err != nil {
			t.Errorf("%s: --bounds does not accept it: %v", name, r.err)
		}
	}
}

func TestBoundsThatHoldHardlyAnyRowAreRefused(t *testing.T) {
	r := prepared(t, prepare.Config{Columns: townMapping(t), Bounds: "-78,30,-77,31"}, townHeader+townRows(1, 500, town))
	if r.err == nil || !strings.Contains(r.err.Error(), "500 of 500 places lie outside of the area -78 to -77 and 30 to 31; is it another city's file, or are the bounds another city's?; give --bounds") {
		t.Error(r.err)
	}
}

func TestAFileThatHasGrownKeepsItsAreaAsLongAsItHoldsThePlaces(t *testing.T) {
	dir := t.TempDir()
	c := prepare.Config{Columns: townMapping(t), Title: "Town", Input: filepath.Join(dir, "raw.csv"), Output: filepath.Join(dir, "crime.csv")}
	run := func(c prepare.Config, rows string) prepare.Summary {
		t.Helper()
		if err := os.WriteFile(c.Input, []byte(townHeader+rows), 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := prepare.Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	rows := townRows(1, 1000, town)
	first := run(c, rows)
	grown := rows + townRows(2000, 10, at(-77.031, 38.9)) // 1 % of all, beside the city
	if s := run(c, grown); s.Area != first.Area || noted(s, "of the file before") == 0 || s.OutOfArea != 10 {
		t.Errorf("grown: %s, was %s", s.Area, first.Area)
	}
	// What belongs to the area is kept with it, or the topic would be another's.
	side, err := source.ReadMeta(c.Output)
	if err != nil {
		t.Fatal(err)
	}
	side.Timezone, side.Masked = "America/New_York", &source.Masked{Places: 5, Meters: 42}
	if err := os.WriteFile(source.MetaPath(c.Output), side.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
	run(c, grown)
	if m, err := source.ReadMeta(c.Output); err != nil || *m.Area() != *side.Area() {
		t.Errorf("the area %v became %v, %v", side.Area(), m.Area(), err)
	}
	auto := c
	auto.Bounds = prepare.BoundsAuto
	if s := run(auto, grown); s.Area == first.Area || noted(s, "of the file before") > 0 {
		t.Errorf("--bounds auto keeps the old area %s", s.Area)
	}
	again := func() {
		os.Remove(source.MetaPath(c.Output))
		run(c, rows)
	}
	again()
	if s := run(c, grown+townRows(3000, 100, at(-77.031, 38.9))); s.Area == first.Area {
		t.Errorf("another city's worth of rows: %s", s.Area)
	}
	again()
	c.Title = "Other town"
	if s := run(c, grown); s.Area == first.Area || noted(s, "of the file before") > 0 {
		t.Errorf("another title: %s", s.Area)
	}
}
