package source_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/platform/durable"
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
	m.Timezone, m.Masked, m.Precision, m.Identity = "America/Denver", &source.Masked{Places: 700, Meters: 150}, source.PrecisionTime, "OFFENSE_ID"
	want := `{
 "format": "hotspot.source/2",
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
 },
 "timezone": "America/Denver",
 "masked": {
  "places": 700,
  "meters": 150
 },
 "precision": "time",
 "identity": "OFFENSE_ID"
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

func TestAnAreaIsNotKnownWithoutBounds(t *testing.T) {
	for _, m := range []*source.Meta{nil, {Format: source.MetaFormat, Title: "t"}} {
		if a := m.Area(); a != nil {
			t.Errorf("%+v lies in %s", m, a)
		}
	}
}

func TestReadMetaRejects(t *testing.T) {
	tests := map[string]string{
		"empty":         ``,
		"array":         `[]`,
		"other format":  `{"format":"hotspot.source/1","title":"t"}`,
		"no title":      `{"format":"hotspot.source/2"}`,
		"control":       `{"format":"hotspot.source/2","title":"a\nb"}`,
		"unknown":       `{"format":"hotspot.source/2","title":"t","titel":"t"}`,
		"trailing":      `{"format":"hotspot.source/2","title":"t"}{}`,
		"rows":          `{"format":"hotspot.source/2","title":"t","rows":-1}`,
		"no_location":   `{"format":"hotspot.source/2","title":"t","rows":1,"no_location":2}`,
		"blur":          `{"format":"hotspot.source/2","title":"t","blur_m":-1}`,
		"origin":        `{"format":"hotspot.source/2","title":"t","origin":{"lon":0,"lat":91}}`,
		"bounds":        `{"format":"hotspot.source/2","title":"t","bounds":{"lon":[-181,0],"lat":[0,1]}}`,
		"origin alone":  `{"format":"hotspot.source/2","title":"t","origin":{"lon":0,"lat":1}}`,
		"origin beside": `{"format":"hotspot.source/2","title":"t","origin":{"lon":0,"lat":2},"bounds":{"lon":[0,1],"lat":[0,1]}}`,
		"zone":          `{"format":"hotspot.source/2","title":"t","timezone":"Mountain time","bounds":{"lon":[0,1],"lat":[0,1]}}`,
		"masked":        `{"format":"hotspot.source/2","title":"t","masked":{"places":7,"meters":0}}`,
		"precision":     `{"format":"hotspot.source/2","title":"t","precision":"year"}`,
		"empty bounds":  `{"format":"hotspot.source/2","title":"t","bounds":{"lon":[1,0],"lat":[0,1]}}`,
		"longer than 1": `{"format":"hotspot.source/2","title":"t"}` + strings.Repeat(" ", 1<<20),
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

// A prepared file is visible whole and with its own sidecar, or not at all.
func TestPublishShowsFileAndSidecar(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crime.csv")
	for _, appended := range []bool{false, false, true} {
		m := denverMeta()
		d, err := durable.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if _, err := d.Write([]byte("rows")); err != nil {
			t.Fatal(err)
		}
		if err := source.Publish(d, m, appended); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != "rows" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if got, err := source.ReadMeta(path); err != nil || got.Rows != m.Rows {
			t.Errorf("sidecar %+v, %v", got, err)
		}
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if files, err := os.ReadDir(filepath.Dir(path)); len(files) != 2 || err != nil {
		t.Errorf("left %v, %v", files, err)
	}
}
