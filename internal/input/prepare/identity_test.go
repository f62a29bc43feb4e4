package prepare_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/input/prepare"
	"hotspot/internal/source"
)

// Rows of a file with an id for each victim, as New York's.
const victims = `nr,when,x,y,what
7,2024-03-01T10:00:00,-73.9,40.7,a
8,2024-03-08T10:00:00,-73.8,40.7,a
8,2024-03-08T10:00:00,-73.8,40.7,b
8,2024-03-08T10:00:00,-73.8,40.7,c
`

// townMapping writes the mapping of a file with the columns nr, when, x, y, what.
func townMapping(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "town.yaml")
	text := "format: hotspot.mapping/1\ncolumns: {INCIDENT_ID: nr, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y, OFFENSE_CATEGORY_ID: what}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// offenses are OFFENSE_ID and category of each row, in order.
func offenses(t *testing.T, csv string) (ids []int64, categories []string) {
	t.Helper()
	for rec, err := range source.Rows([]byte(csv), "") {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, rec.Offense)
		categories = append(categories, rec.Text[crime.ColOffenseCategory])
	}
	return ids, categories
}

func distinct(ids []int64) int {
	return len(slices.Compact(slices.Sorted(slices.Values(ids))))
}

func TestOffenseIDsAreUniqueHoweverOftenTheCityRepeatsAnID(t *testing.T) {
	town := townMapping(t)
	var want string
	for seed := range 10 {
		lines := strings.SplitAfter(strings.TrimSuffix(victims, "\n"), "\n")
		lines[4] += "\n"
		rand.New(rand.NewPCG(uint64(seed), 0)).Shuffle(4, func(i, j int) { lines[1+i], lines[1+j] = lines[1+j], lines[1+i] })
		r := prepared(t, prepare.Config{Columns: town}, strings.Join(lines, ""))
		if r.err != nil {
			t.Fatal(r.err)
		}
		ids, _ := offenses(t, r.csv)
		if len(ids) != 4 || distinct(ids) != 4 || noted(r.summary, "OFFENSE_ID") != 2 || noted(r.summary, "same as another") != 0 || !slices.Contains(ids, 8) {
			t.Fatalf("ids %d, summary %+v", ids, r.summary)
		}
		if want == "" {
			want = r.csv
		}
		if r.csv != want {
			t.Errorf("another order of the same rows gives other bytes:\n%s\nwant\n%s", r.csv, want)
		}
	}
}

// appendTo prepares weeks one behind the other, and gives the file and the last summary.
func appendTo(t *testing.T, c prepare.Config, weeks ...string) (string, prepare.Summary) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "crime.csv")
	c.Input = filepath.Join(dir, "raw.csv")
	var s prepare.Summary
	for i, week := range weeks {
		if err := os.WriteFile(c.Input, []byte(week), 0o644); err != nil {
			t.Fatal(err)
		}
		if c.Output = file; i > 0 {
			c.Output, c.AppendTo = "", file
		}
		var err error
		if s, err = prepare.Run(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	csv, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(csv), s
}

func TestAppendingLosesNoRowOfAnIDThatRepeats(t *testing.T) {
	c := prepare.Config{Columns: townMapping(t)}
	first := strings.Join(strings.SplitAfter(victims, "\n")[:2], "")
	csv, s := appendTo(t, c, first, victims)
	ids, categories := offenses(t, csv)
	if slices.Sort(categories); distinct(ids) != 4 || !slices.Equal(categories, []string{"a", "a", "b", "c"}) || s.Added != 3 || s.Already != 1 || s.Changed != 0 {
		t.Errorf("ids %d of %q, summary %+v", ids, categories, s)
	}
	if again, s := appendTo(t, c, first, victims, victims); again != csv || s.Added != 0 || s.Already != 4 {
		t.Errorf("the same week again: %+v", s)
	}
	// A fourth victim, and b became d: three were there, of which one has changed.
	changed := strings.Replace(victims, ",b\n", ",d\n", 1) + "8,2024-03-08T10:00:00,-73.8,40.7,e\n"
	csv, s = appendTo(t, c, victims, changed)
	if ids, _ := offenses(t, csv); distinct(ids) != 5 || s.Added != 1 || s.Already != 4 || s.Changed != 1 || s.Removed != 0 {
		t.Errorf("ids %d, summary %+v", ids, s)
	}
}

// A column that is no id has one text for all rows, and takes no longer for that.
func TestAnIDOfManyThousandRowsIsNoTrap(t *testing.T) {
	var b strings.Builder
	b.WriteString("nr,when,x,y,what\n")
	for i := range 20_000 {
		b.WriteString("1,2024-03-01T10:00:00,-73.9,40.7,c" + strconv.Itoa(i) + "\n")
	}
	csv, s := appendTo(t, prepare.Config{Columns: townMapping(t)}, b.String(), strings.ReplaceAll(b.String(), ",c", ",d"))
	if ids, _ := offenses(t, csv); distinct(ids) != 20_000 || s.Changed != 20_000 || s.Added != 0 {
		t.Errorf("%d ids, summary %+v", distinct(ids), s)
	}
}

// Two exports that overlap, joined with cat: what is there twice is said, and
// --append-to leaves it out.
func TestAnOffenseOfTwoExportsIsNotKeptTwiceUnsaid(t *testing.T) {
	head, rows, _ := strings.Cut(victims, "\n")
	head += "\n"
	c := prepare.Config{Columns: townMapping(t)}
	if _, s := appendTo(t, c, victims+rows); s.Added != 8 || noted(s, "same as another") != 4 {
		t.Errorf("joined: %+v", s)
	}
	if _, s := appendTo(t, c, victims, head+rows+rows); noted(s, "same as another") != 4 || s.Already != 4 {
		t.Errorf("joined and appended: %+v", s)
	}
	if _, s := appendTo(t, c, victims, victims); s.Kept != 4 || noted(s, "same as another") != 0 {
		t.Errorf("one behind the other: %+v", s)
	}
}

// The ids of a file without any are the numbers of its rows: they say nothing about
// the rows of the next file.
func TestRowsWithoutAnIDAreToldApartByAllElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "town.yaml")
	text := "format: hotspot.mapping/2\ncolumns: {INCIDENT_ID: {id: row}, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y, OFFENSE_CATEGORY_ID: what}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	csv, s := appendTo(t, prepare.Config{Columns: file}, victims, "nr,when,x,y,what\n1,2024-03-09T10:00:00,-73.8,40.7,d\n8,2024-03-08T10:00:00,-73.8,40.7,b\n2,2024-03-10T10:00:00,-73.8,40.7,a\n")
	if ids, categories := offenses(t, csv); !slices.Equal(ids, []int64{1, 2, 3, 4, 5, 6}) || strings.Join(categories, "") != "aabcda" || s.Already != 1 || s.Changed != 0 {
		t.Errorf("ids %d of %q, summary %+v", ids, categories, s)
	}
}
