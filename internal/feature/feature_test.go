package feature_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
)

func at(lon, lat float64) feature.Input {
	return feature.InputAt(crime.Place{Lon: lon, Lat: lat}, nil)
}

func TestVector(t *testing.T) {
	tests := []struct {
		name string
		in   feature.Input
		want []float64
		skip feature.Skip
	}{
		{"the origin", at(-104.95, 39.74), []float64{0, 0}, feature.Usable},
		{"somewhere", at(-104.80111124, 39.7978271), []float64{13348960 * step, 6742437 * step}, feature.Usable},
		{"a corner of the bounds", at(-105.2, 39.55), []float64{-22414318 * step, -22153334 * step}, feature.Usable},
		{"just outside", at(-105.2000001, 39.55), nil, feature.OutOfArea},
		{"C31: 0,0", at(0, 0), nil, feature.OutOfArea},
		{"C31: lat and lon swapped", at(39.74, -104.95), nil, feature.OutOfArea},
		{"without coordinates", feature.NewInput(&crime.Record{}), nil, feature.NoLocation},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := []float64{1, 2, 3}
			got, skip := feature.Default().Vector(before, feature.Geo, tt.in)
			if want := append([]float64{1, 2, 3}, tt.want...); !slices.Equal(got, want) || skip != tt.skip {
				t.Errorf("Vector = %v %q, want %v %q", got, skip, want, tt.skip)
			}
		})
	}
}

func TestVectorOfAnUnknownSetIsABug(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Vector did not panic")
		}
	}()
	feature.Default().Vector(nil, "color", at(-104.95, 39.74))
}

func TestSetsAreKnownByName(t *testing.T) {
	for _, s := range []feature.Set{feature.Geo, feature.GeoTime} {
		if err := s.Validate(); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		v, _ := feature.Default().Vector(nil, s, at(-104.95, 39.74))
		if columns := s.Columns(); len(columns) != len(v) || len(columns) == 0 {
			t.Errorf("%s has %d columns and vectors of %d", s, len(columns), len(v))
		}
	}
	for _, name := range []string{"", "GEO", "geo ", "hour"} {
		err := feature.Set(name).Validate()
		if err == nil || !strings.Contains(err.Error(), `"`+name+`" is not one of: geo, geo+time`) {
			t.Errorf("%q: %v, want an error that names the sets", name, err)
		}
	}
	if got := feature.Set("hour").Columns(); len(got) != 0 {
		t.Errorf("an unknown set has columns %v", got)
	}
}

// The columns as the model file of formats.md holds them.
func TestColumnsAsJSON(t *testing.T) {
	const want = `[{"name":"east","unit":"km","weight":1},{"name":"north","unit":"km","weight":1}]`
	columns := feature.Geo.Columns()
	if got, err := json.Marshal(columns); err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	columns[0].Name = "x"
	if feature.Geo.Columns()[0].Name != "east" {
		t.Error("a caller can change the columns of everybody")
	}
}

// See the test of the same name in package kmeans.
func TestNothingIsFused(t *testing.T) {
	build := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-S", ".")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	listing, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%.2000s", err, listing)
	}
	if !strings.Contains(string(listing), "FMULD") {
		t.Fatal("the listing holds no floating-point product at all")
	}
	for _, m := range regexp.MustCompile(`(?m)\((\S+\.go:\d+)\)\s+(FN?M(?:ADD|SUB)[DS]?)\b`).FindAllStringSubmatch(string(listing), -1) {
		t.Errorf("%s: %s: write float64(x*y) + z", m[1], m[2])
	}
}

func BenchmarkVector(b *testing.B) {
	f, r := feature.Default(), at(-104.80111124, 39.7978271)
	v := make([]float64, 0, 2)
	for b.Loop() {
		v, _ = f.Vector(v[:0], feature.Geo, r)
	}
}

// TestTheHourIsAPlaceOnADial: of 4 km around, midnight in the north, 6 h in the
// east. The numbers are those of sine and cosine on the grid, to the last bit on
// every architecture.
func TestTheHourIsAPlaceOnADial(t *testing.T) {
	const radius = 4
	for h := range 24 {
		r := crime.Record{Place: crime.Place{Lon: -104.95, Lat: 39.74}, Located: true}
		r.Text[crime.ColFirstOccurrence] = fmt.Sprintf("2019-01-01T%02d:59:59", h)
		got, skip := feature.Default().Vector(nil, feature.GeoTime, feature.NewInput(&r))
		if again, _ := feature.Default().Vector(nil, feature.GeoTime, feature.InputAt(r.Place, &h)); !slices.Equal(again, got) {
			t.Errorf("hour %d: a row has %v, a place that is asked about %v", h, got, again)
		}
		sin, cos := math.Sincos(2 * math.Pi * float64(h) / 24)
		want := []float64{0, 0, math.RoundToEven(radius*sin/step) * step, math.RoundToEven(radius*cos/step) * step}
		if skip != feature.Usable || !slices.Equal(got, want) {
			t.Errorf("hour %d: %v %q, want %v", h, got, skip, want)
		}
		for _, v := range got {
			if v == 0 && math.Signbit(v) {
				t.Errorf("hour %d: %v holds -0", h, got)
			}
		}
	}
	// A crime of several hours lies at the mean of them: over a
	// whole day, in the middle.
	sin := func(h float64) float64 { return radius * math.Sin(2*math.Pi*h/24) }
	for last, want := range map[string][2]float64{
		"2019-01-02T00:30:00": {sin(22)/4 + sin(23)/2, sin(28)/4 + sin(29)/2 + radius/4.},
		"2019-01-02T22:30:00": {}, "2019-01-03T22:30:00": {},
	} {
		var r crime.Record
		r.Located, r.Place = true, crime.Place{Lon: -104.95, Lat: 39.74}
		r.Text[crime.ColFirstOccurrence], r.Text[crime.ColLastOccurrence] = "2019-01-01T22:30:00", last
		got, _ := feature.Default().Vector(nil, feature.GeoTime, feature.NewInput(&r))
		if math.Abs(got[2]-want[0]) > step || math.Abs(got[3]-want[1]) > step || math.Signbit(got[2]) && got[2] == 0 {
			t.Errorf("until %s: %v, want %v", last, got[2:], want)
		}
	}
	r := at(-104.95, 39.74)
	if got, skip := feature.Default().Vector(nil, feature.GeoTime, r); skip != feature.Usable || !slices.Equal(got, []float64{0, 0, 0, 0}) {
		t.Errorf("without an hour: %v %q, want the middle of the dial", got, skip)
	}
	if got, skip := feature.Default().Vector(nil, feature.GeoTime, feature.NewInput(&crime.Record{})); skip != feature.NoLocation || len(got) != 0 {
		t.Errorf("without a place: %v %q", got, skip)
	}
	for _, c := range feature.GeoTime.Columns()[2:] {
		if c.Weight*c.ScaleKm != radius {
			t.Errorf("%+v does not say that the dial has %d km", c, radius)
		}
	}
}
