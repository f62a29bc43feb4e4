package prepare_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotspot/internal/input/mapping"
	"hotspot/internal/input/prepare"
	"hotspot/internal/testkit"
)

// A made-up sample in the published form of each city is prepared without a
// mapping, and gives the rows and the notes of cities.golden.
func TestEveryBuiltInCityIsRecognizedAndPrepared(t *testing.T) {
	files, err := filepath.Glob("testdata/cities/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var seen []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		seen = append(seen, name)
		out := filepath.Join(t.TempDir(), "out.csv")
		s, err := prepare.Run(t.Context(), prepare.Config{Input: file, Output: out})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		csv, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		_, rows, _ := strings.Cut(string(csv), "\n")
		fmt.Fprintf(&b, "== %s: %s, %d of %d rows, %d without a place, %s\n%s", name, s.Title, s.Kept, s.Read, s.NoLocation, s.Place, rows)
		for _, n := range s.Notes {
			fmt.Fprintf(&b, "note: %s (%d)\n", n.Text, n.Rows)
		}
		fmt.Fprintf(&b, "absent: %s\n", strings.Join(s.Absent, ", "))
	}
	for _, city := range mapping.Cities() {
		if !slices.Contains(seen, city) {
			t.Errorf("testdata/cities has no sample of %s", city)
		}
	}
	testkit.Golden(t, "testdata/cities.golden", b.String())
}

// What --suggest prints for a city that nobody knows prepares its file unchanged.
func TestASuggestedMappingPreparesTheFile(t *testing.T) {
	for name, raw := range map[string]string{
		"a date with a clock beside it": "Case No;Reported;Date;Time;Offence;Beat;Lat;Lon\nGO-1;03/28/2024;03/27/2024;2340;Theft;12;52,51;13,40\nGO-2;03/29/2024;03/28/2024;0015;Arson;13;52,52;13,41\n",
		"a point and no id":             "when,kind,place\n2024-03-27 23:40:00,theft,POINT (13.40 52.51)\n2024-03-28 00:15:00,arson,POINT (13.41 52.52)\n",
		"milliseconds":                  "id,created_date,crime,x,y\n17,1711579200000,theft,13.40,52.51\n18,1711582800000,arson,13.41,52.52\n",
		"halves of a day and no ids":    "Row,Case,Date,Lon,Lat\n1,,2024/03/27 11:40:00 PM,13.40,52.51\n2,,2024/03/28 12:15:00 AM,13.41,52.52\n",
		"a nameless column":             ",incident,date,longitude,latitude\n0,a,2024-03-27T23:40:00,13.40,52.51\n1,b,2024-03-28T00:15:00,13.41,52.52\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, columns := filepath.Join(dir, "raw.csv"), filepath.Join(dir, "m.yaml")
			if err := os.WriteFile(path, []byte(raw), 0o644); err != nil {
				t.Fatal(err)
			}
			yaml, err := prepare.Suggest(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(columns, []byte(yaml), 0o644); err != nil {
				t.Fatal(err)
			}
			s, err := prepare.Run(t.Context(), prepare.Config{Input: path, Output: filepath.Join(dir, "out.csv"), Columns: columns})
			if err != nil || s.Kept != 2 || s.NoLocation != 0 || s.RejectedRows != 0 {
				t.Errorf("%+v, %v; of\n%s", s, err, yaml)
			}
		})
	}
}
