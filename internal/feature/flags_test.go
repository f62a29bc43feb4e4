package feature_test

import (
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/source"
)

// TestTheFrameComesFromFlagsThenSidecarThenDenver: and the origin is never that
// of another city than the bounds.
func TestTheFrameComesFromFlagsThenSidecarThenDenver(t *testing.T) {
	const denver = "--origin -104.95,39.74 --bounds -105.2,39.55,-104.5,39.95"
	origin := &crime.Place{Lon: -87.63, Lat: 41.88}
	bounds := &crime.Bounds{Lon: [2]float64{-87.95, -87.5}, Lat: [2]float64{41.6, 42.1}}
	chicago := &source.Meta{Origin: origin, Bounds: bounds}
	tests := []struct {
		name           string
		origin, bounds string
		meta           *source.Meta
		want, err      string
	}{
		{"nothing said", "", "", nil, denver, ""},
		{"a sidecar that says nothing", "", "", &source.Meta{}, denver, ""},
		{"a sidecar", "", "", chicago, "--origin -87.63,41.88 --bounds -87.95,41.6,-87.5,42.1", ""},
		{"a sidecar of bounds alone", "", "", &source.Meta{Bounds: bounds}, "--origin -87.725,41.85 --bounds -87.95,41.6,-87.5,42.1", ""},
		{"flags before the sidecar", "-105,39.7", "-105.2,39.5,-104.5,39.9", chicago, "--origin -105,39.7 --bounds -105.2,39.5,-104.5,39.9", ""},
		{"bounds alone", "", "-0.5,51.3,0.3,51.7", chicago, "--origin -0.1,51.5 --bounds -0.5,51.3,0.3,51.7", ""},
		{"the origin alone", "-87.7,41.9", "", chicago, "--origin -87.7,41.9 --bounds -87.95,41.6,-87.5,42.1", ""},
		{"the origin alone, of another city", "-87.7,41.9", "", nil, "", "origin -87.7,41.9 is outside of the bounds"},
		{"too few numbers", "-105", "", nil, "", `--origin "-105": want LON,LAT in degrees`},
		{"no number", "", "-105.2,south,-104.5,39.9", nil, "", `--bounds "-105.2,south,-104.5,39.9": want WEST,SOUTH,EAST,NORTH in degrees`},
		{"NaN", "NaN,39", "", nil, "", `--origin "NaN,39": want`},
		{"both wrong", "x", "y", nil, "", `--bounds "y": want`},
		{"east before west", "", "-104.5,39.5,-105.2,39.9", nil, "", "bounds: lon [-104.5 -105.2] is not least and greatest"},
		{"off the earth", "", "-204.5,39.5,-105.2,39.9", nil, "", "is not within 180 degrees"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := feature.FrameFlags{Origin: tt.origin, Bounds: tt.bounds}.Frame(tt.meta)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("%v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || f.String() != tt.want {
				t.Errorf("%s, %v, want %s", f, err, tt.want)
			}
		})
	}
	if f, _ := (feature.FrameFlags{}).Frame(nil); f != feature.Default() {
		t.Errorf("%+v is not the default", f)
	}
}
