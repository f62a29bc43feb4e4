package crime_test

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/source"

	"github.com/google/go-cmp/cmp"
)

func denverMeta() *source.Meta {
	origin, bounds := crime.Denver.Origin, crime.Denver.Bounds
	return &source.Meta{
		Format: source.MetaFormat, Title: "Denver <crime> & more", Rows: 15000, NoLocation: 3,
		Origin: &origin, Bounds: &bounds,
	}
}

func TestMetaTravels(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crime.csv")
	if m, err := source.ReadMeta(path); m != nil || err != nil {
		t.Errorf("without a sidecar: %+v, %v", m, err)
	}
	if m, err := source.ReadMeta("-"); m != nil || err != nil {
		t.Errorf("standard input: %+v, %v", m, err)
	}
	m, blur := denverMeta(), 50.5
	m.BlurM = &blur
	want := `{
 "format": "hotspot.source/1",
 "title": "Denver <crime> & more",
 "invented": false,
 "filter": "",
 "blur_m": 50.5,
 "rows": 15000,
 "no_location": 3,
 "origin": {
  "lon": -104.95,
  "lat": 39.74
 },
 "bounds": {
  "lon": [
   -105.2,
   -104.5
  ],
  "lat": [
   39.55,
   39.95
  ]
 }
}
`
	if diff := cmp.Diff(want, string(m.Encode())); diff != "" {
		t.Error(diff)
	}
	if err := os.WriteFile(source.MetaPath(path), m.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := source.ReadMeta(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadMetaRejects(t *testing.T) {
	tests := map[string]string{
		"empty":         ``,
		"array":         `[]`,
		"other format":  `{"format":"hotspot.source/2","title":"t"}`,
		"no title":      `{"format":"hotspot.source/1"}`,
		"control":       `{"format":"hotspot.source/1","title":"a\nb"}`,
		"unknown":       `{"format":"hotspot.source/1","title":"t","titel":"t"}`,
		"trailing":      `{"format":"hotspot.source/1","title":"t"}{}`,
		"rows":          `{"format":"hotspot.source/1","title":"t","rows":-1}`,
		"no_location":   `{"format":"hotspot.source/1","title":"t","rows":1,"no_location":2}`,
		"blur":          `{"format":"hotspot.source/1","title":"t","blur_m":-1}`,
		"origin":        `{"format":"hotspot.source/1","title":"t","origin":{"lon":0,"lat":91}}`,
		"bounds":        `{"format":"hotspot.source/1","title":"t","bounds":{"lon":[-181,0],"lat":[0,1]}}`,
		"empty bounds":  `{"format":"hotspot.source/1","title":"t","bounds":{"lon":[1,0],"lat":[0,1]}}`,
		"longer than 1": `{"format":"hotspot.source/1","title":"t"}` + strings.Repeat(" ", 1<<20),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "crime.csv")
			if err := os.WriteFile(source.MetaPath(path), []byte(data), 0o644); err != nil {
				t.Fatal(err)
			}
			m, err := source.ReadMeta(path)
			var fe *source.FileError
			if !errors.As(err, &fe) || !strings.HasPrefix(tail(err), "crime.csv.meta.json: not the sidecar of a prepared file: ") {
				t.Errorf("%+v, %v", m, err)
			}
		})
	}
}

// TestRejectFile: its form, and that the raw bytes come back from it.
func TestRejectFile(t *testing.T) {
	bad := line("GEO_LAT", "abc")
	o := readString("\ufeff" + header() + line() + bad + "x,\x00\n")
	var b bytes.Buffer
	r := source.NewRejects(&b)
	for _, e := range o.rejects {
		if err := r.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Flush(); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	offset := 3 + len(header()) + len(line())
	want := [][]string{
		{"line", "byte_offset", "reason", "column", "raw_base64"},
		{"3", itoa(int64(offset)), "not_a_number", "GEO_LAT", base64.StdEncoding.EncodeToString([]byte(strings.TrimSuffix(bad, "\n")))},
		{"4", itoa(int64(offset + len(bad))), "missing_columns", "OFFENSE_CODE", base64.StdEncoding.EncodeToString([]byte("x,\x00"))},
	}
	if diff := cmp.Diff(want, records); diff != "" {
		t.Error(diff)
	}

	b.Reset()
	if err := source.NewRejects(&b).Flush(); err != nil || b.String() != source.RejectsHeader {
		t.Errorf("nothing rejected: %q, %v", b.String(), err)
	}
}

// names are the files of a folder.
func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestDraftIsWholeOrAbsent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	path := filepath.Join(dir, "crime.csv")
	for _, text := range []string{"first", "second"} {
		d, err := source.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if old, _ := os.ReadFile(path); string(old) == text {
			t.Error("it is visible before it is published")
		}
		if err := d.PublishWith(denverMeta()); err != nil {
			t.Fatal(err)
		}
		d.Close()
		if got, err := os.ReadFile(path); string(got) != text || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	if m, err := source.ReadMeta(path); err != nil || m.Rows != 15000 {
		t.Errorf("sidecar %+v, %v", m, err)
	}

	d, err := source.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Write([]byte("dropped")); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if got, _ := os.ReadFile(path); string(got) != "second" {
		t.Errorf("a dropped draft left %q", got)
	}
	if diff := cmp.Diff([]string{"crime.csv", "crime.csv.meta.json"}, names(t, dir)); diff != "" {
		t.Error(diff)
	}
	if _, err := source.Create(dir); err == nil {
		t.Error("a directory is taken for a file")
	}
}
