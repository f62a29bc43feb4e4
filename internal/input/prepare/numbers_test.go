package prepare_test

import (
	"os"
	"path/filepath"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/input/prepare"
	"hotspot/internal/source"
)

// TestTheNumbersOfDocsCities counts on the city's file what docs/cities.md says.
func TestTheNumbersOfDocsCities(t *testing.T) {
	folder := os.Getenv("HOTSPOT_TEST_DATA")
	if folder == "" {
		t.Skip("HOTSPOT_TEST_DATA names no folder with the city's file")
	}
	run := func(c prepare.Config) (prepare.Summary, string) {
		t.Helper()
		c.Input, c.Output = filepath.Join(folder, "crime.csv.gz"), filepath.Join(t.TempDir(), "crime.csv")
		s, err := prepare.Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return s, c.Output
	}
	// places are how many there are within Denver's bounds, and how many hold one crime.
	places := func(path string) (all, single int) {
		t.Helper()
		src, err := source.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		crimes := make(map[crime.Place]int)
		for rec, err := range src.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if rec.Located && crime.Denver.Bounds.Contains(rec.Place) {
				crimes[rec.Place]++
			}
		}
		for _, n := range crimes {
			if n == 1 {
				single++
			}
		}
		return len(crimes), single
	}

	s, exact := run(prepare.Config{Bounds: prepare.BoundsAuto})
	m, err := source.ReadMeta(exact)
	if err != nil {
		t.Fatal(err)
	}
	if want := (crime.Bounds{Lon: [2]float64{-105.11, -104.66}, Lat: [2]float64{39.61, 39.86}}); *m.Bounds != want || s.OutOfArea != 319 {
		t.Errorf("--bounds auto: %v with %d outside, want %v with 319", *m.Bounds, s.OutOfArea, want)
	}
	if all, single := places(exact); all != 99_287 || single != 58_195 {
		t.Errorf("%d of %d places hold one crime, want 58195 of 99287", single, all)
	}
	_, blurred := run(prepare.Config{Part: prepare.Part{Blur: "100m"}})
	if all, single := places(blurred); all != 21_832 || single != 2_282 {
		t.Errorf("blurred, %d of %d places hold one crime, want 2282 of 21832", single, all)
	}
	if s, _ := run(prepare.Config{Part: prepare.Part{Where: []string{"OFFENSE_CATEGORY_ID=burglary"}}}); s.Kept != 28_635 || s.NoLocation != 17 || s.OutOfArea != 4 {
		t.Errorf("burglary: %d rows, %d without a place, %d outside, want 28635, 17, 4", s.Kept, s.NoLocation, s.OutOfArea)
	}
}
