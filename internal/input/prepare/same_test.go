package prepare_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/input/prepare"
)

// appending prepares a town and gives a function that appends rows to it.
func appending(t *testing.T, rows string) (file string, more func(rows string) (prepare.Summary, error)) {
	t.Helper()
	dir := t.TempDir()
	c := prepare.Config{Columns: townMapping(t), Input: filepath.Join(dir, "raw.csv"), Output: filepath.Join(dir, "crime.csv")}
	file = c.Output
	run := func(rows string) (prepare.Summary, error) {
		t.Helper()
		if err := os.WriteFile(c.Input, []byte(townHeader+rows), 0o644); err != nil {
			t.Fatal(err)
		}
		return prepare.Run(t.Context(), c)
	}
	if _, err := run(rows); err != nil {
		t.Fatal(err)
	}
	c.AppendTo, c.Output = c.Output, ""
	return file, run
}

func TestAnotherCityIsNotAppended(t *testing.T) {
	file, more := appending(t, townRows(1, 200, town))
	was, _ := os.ReadFile(file)
	elsewhere := func(i int) (lon, lat float64) { lon, lat = town(i); return lon - 1, lat }
	_, err := more(townRows(1000, 150, elsewhere) + townRows(2000, 20, town))
	if err == nil || !strings.Contains(err.Error(), "150 of 170 places lie outside of the area -77.02 to -76.94 and 38.88 to 38.92; is it another city's file, or are the bounds another city's?; prepare another city's to a file of its own with -o") {
		t.Error(err)
	}
	if is, _ := os.ReadFile(file); string(is) != string(was) {
		t.Error("the file is another")
	}
	abroad := func(i int) (lon, lat float64) { lon, lat = town(i); return lon - 10, lat }
	if _, err := more(townRows(1000, 3, abroad)); err == nil || !strings.Contains(err.Error(), "3 of 3 places lie outside") {
		t.Errorf("three rows of a far city: %v", err)
	}
	s, err := more(townRows(1000, 50, elsewhere) + townRows(2000, 100, town))
	if err != nil || s.OutOfArea != 50 || s.Added != 150 {
		t.Errorf("what lies outside: %v, %+v", err, s)
	}
}

func TestIDsOfAnotherKindAreSaid(t *testing.T) {
	_, more := appending(t, townRows(1, 200, town))
	if s, err := more(townRows(5000, 200, town)); err != nil || noted(s, "another kind") != 200 {
		t.Errorf("none of 200 rows of the same days was there: %v, %+v", err, s)
	}
	if s, err := more(townRows(5100, 200, town)); err != nil || noted(s, "another kind") > 0 || s.Already != 100 {
		t.Errorf("half of them were: %v, %+v", err, s)
	}
}

func TestOneStrayDateRemovesNoOldRow(t *testing.T) {
	_, more := appending(t, townRows(1, 1000, town))
	week := strings.ReplaceAll(townRows(3000, 200, town), "2024-03", "2024-04")
	s, err := more(week + "4000,1970-01-01T00:00:00,-77,38.9,theft\n")
	if err != nil || s.Removed != 0 || s.Beside != 1000 {
		t.Errorf("%v, %+v", err, s)
	}
}

// The old file is kept as a copy: not every file system has hard links.
func TestWhatWasAppendedCanBeTakenBack(t *testing.T) {
	file, more := appending(t, townRows(1, 200, town))
	for week := range 2 {
		was, _ := os.ReadFile(file)
		old, _ := os.Stat(file)
		if _, err := more(townRows(1000*(week+1), 10, town)); err != nil {
			t.Fatal(err)
		}
		is, _ := os.ReadFile(file)
		if before, err := os.ReadFile(file + prepare.Before); err != nil || string(before) != string(was) || string(is) == string(was) {
			t.Errorf("week %d: %d bytes before, %d were, %v", week, len(before), len(was), err)
		}
		if kept, err := os.Stat(file + prepare.Before); err != nil || os.SameFile(kept, old) {
			t.Errorf("week %d: what was kept is a link to the old file: %v", week, err)
		}
	}
	if err := os.Rename(file+prepare.Before, file); err != nil {
		t.Fatal(err)
	}
	if s, err := more(townRows(2000, 10, town)); err != nil || s.Added != 10 || s.Kept != 220 {
		t.Errorf("after it was taken back: %v, %+v", err, s)
	}
}
