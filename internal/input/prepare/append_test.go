package prepare_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/input/prepare"
	"hotspot/internal/source"
)

// Week two lacks offense 2, has another category for 3, and brings 1 late and 4.
func TestTheNextWeekGoesBehindTheOldRows(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "crime.csv")
	week := func(rows string, c prepare.Config) (prepare.Summary, error) {
		t.Helper()
		c.Input = filepath.Join(dir, "raw.csv")
		if err := os.WriteFile(c.Input, []byte(cityHeader+rows), 0o644); err != nil {
			t.Fatal(err)
		}
		return prepare.Run(t.Context(), c)
	}
	two, three := cityRow("2", "7/26/2020 4:00:00 PM", ""), cityRow("3", "7/27/2020 4:00:00 PM", "")
	if _, err := week(two+three, prepare.Config{Output: file}); err != nil {
		t.Fatal(err)
	}
	old, _ := os.ReadFile(file)
	second := cityRow("4", "7/28/2020 4:00:00 PM", "") + cityRow("1", "7/25/2020 4:00:00 PM", "") +
		strings.Replace(three, "public-disorder", "larceny", 1)
	s, err := week(second, prepare.Config{AppendTo: file})
	if err != nil {
		t.Fatal(err)
	}
	want := string(old) + preparedRow("1", "2020-07-25T16:00:00") + preparedRow("4", "2020-07-28T16:00:00")
	if got, _ := os.ReadFile(file); string(got) != want {
		t.Errorf("after the second week\n%s\nwant\n%s", got, want)
	}
	if s.Read != 3 || s.Added != 2 || s.Already != 1 || s.Changed != 1 || s.Removed != 1 || s.Beside != 0 || s.Kept != 4 {
		t.Errorf("summary %+v", s)
	}
	if m, _ := source.ReadMeta(file); m.Rows != 4 || m.Title != "Denver crime" {
		t.Errorf("sidecar %+v", m)
	}
	if s, err = week(second, prepare.Config{AppendTo: file}); err != nil || s.Added != 0 {
		t.Errorf("the same week again added %d rows: %v", s.Added, err)
	}
	if got, _ := os.ReadFile(file); string(got) != want {
		t.Errorf("the same week again changed the file:\n%s", got)
	}
	if s, err = week(cityRow("5", "7/29/2020 4:00:00 PM", ""), prepare.Config{AppendTo: file}); err != nil || s.Added != 1 || s.Removed != 0 || s.Beside != 4 {
		t.Errorf("a file of the last day alone removes nothing: %+v, %v", s, err)
	}
	was, _ := os.ReadFile(file)
	if _, err := week("1,2\n3,4\n", prepare.Config{AppendTo: file}); err == nil || !strings.Contains(err.Error(), "none of 2 rows can be read") {
		t.Errorf("a week of nothing but rejects: %v", err)
	}
	if is, _ := os.ReadFile(file); string(is) != string(was) {
		t.Error("a week of nothing but rejects changed the file")
	}
	for want, c := range map[string]prepare.Config{
		"give the same --blur":                     {AppendTo: file, Part: prepare.Part{Blur: "100m"}},
		"give the same --where":                    {AppendTo: file, Part: prepare.Part{Since: "2020-01-01"}},
		"leave --title, --origin and --bounds out": {AppendTo: file, Title: "x"},
		"both name the file to write":              {AppendTo: file, Output: file},
		"has no sidecar":                           {AppendTo: filepath.Join(dir, "nowhere.csv")},
	} {
		if _, err := week(second, c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", c, err, want)
		}
	}
}

// A prepared file can be the input too: then its sidecar says which part of the
// city it is, how blurred, and whether invented.
func TestAppendedRowsAreOfTheSamePartOfTheSameCity(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "crime.csv")
	week := func(m source.Meta, rows string, c prepare.Config) error {
		t.Helper()
		c.Input = filepath.Join(dir, "prepared.csv")
		m.Format, m.Title = source.MetaFormat, "Town"
		if err := os.WriteFile(source.MetaPath(c.Input), m.Encode(), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(c.Input, []byte(header()+rows), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := prepare.Run(t.Context(), c)
		return err
	}
	part := prepare.Part{Where: []string{"DISTRICT_ID=5"}, Blur: "50m"}
	wide := 100.0
	north := source.Meta{Filter: "north", BlurM: &wide}
	one, two := preparedRow("1", "2020-07-25T16:00:00"), preparedRow("2", "2020-07-25T16:00:00")
	if err := week(north, one, prepare.Config{Output: file, Part: part}); err != nil {
		t.Fatal(err)
	}
	if err := week(north, one+two, prepare.Config{AppendTo: file, Part: part}); err != nil {
		t.Errorf("the same part of the same city: %v", err)
	}
	if m, _ := source.ReadMeta(file); m.Rows != 2 || m.Filter != "north, DISTRICT_ID=5" || *m.BlurM != 100 {
		t.Errorf("sidecar %+v", m)
	}
	invented := north
	invented.Invented = true
	for want, m := range map[string]source.Meta{
		`its rows are the part "north, DISTRICT_ID=5" and not "DISTRICT_ID=5"`:            {BlurM: &wide},
		"blurred by 100m and not by 50m":                                                  {Filter: "north"},
		"its city is invented: false, that of the new rows: true; prepare them to a file": invented,
	} {
		if err := week(m, one+two, prepare.Config{AppendTo: file, Part: part}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", m, err, want)
		}
	}
}
