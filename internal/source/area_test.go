package source_test

import (
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// TestTheAreaComesFromFlagsThenFromWhatIsKnown: and the origin is never that of
// another city than the bounds.
func TestTheAreaComesFromFlagsThenFromWhatIsKnown(t *testing.T) {
	chicago := &crime.Area{
		Origin: crime.Place{Lon: -87.63, Lat: 41.88}, Bounds: crime.Bounds{Lon: [2]float64{-87.95, -87.5}, Lat: [2]float64{41.6, 42.1}},
		Zone: "America/Chicago", MaskedM: 50,
	}
	tests := []struct {
		name           string
		origin, bounds string
		known          *crime.Area
		want, err      string
	}{
		{"nothing said", "", "", nil, "", source.ErrNoArea.Error()},
		{"an area that is known", "", "", chicago, "-87.63,41.88;-87.95,41.6,-87.5,42.1;America/Chicago;50", ""},
		{"flags before it", "-105,39.7", "-105.2,39.5,-104.5,39.9", chicago, "-105,39.7;-105.2,39.5,-104.5,39.9;America/Chicago;50", ""},
		{"bounds alone", "", "-0.5,51.3,0.3,51.7", chicago, "-0.1,51.5;-0.5,51.3,0.3,51.7;America/Chicago;50", ""},
		{"the origin alone", "-87.7,41.9", "", chicago, "-87.7,41.9;-87.95,41.6,-87.5,42.1;America/Chicago;50", ""},
		{"the origin alone, of nobody knows what", "-87.7,41.9", "", nil, "", source.ErrNoArea.Error()},
		{"the origin alone, of another city", "-8.7,41.9", "", chicago, "", "origin -8.7,41.9 is outside of the bounds"},
		{"too few numbers", "-105", "", nil, "", `--origin "-105": want LON,LAT in degrees`},
		{"no number", "", "-105.2,south,-104.5,39.9", nil, "", `--bounds "-105.2,south,-104.5,39.9": want WEST,SOUTH,EAST,NORTH in degrees`},
		{"NaN", "NaN,39", "", chicago, "", "origin NaN,39 is not within 180"},
		{"both wrong", "x", "y", nil, "", `--bounds "y": want`},
		{"east before west", "", "-104.5,39.5,-105.2,39.9", nil, "", "bounds: lon [-104.5 -105.2] is not least and greatest"},
		{"off the earth", "", "-204.5,39.5,-105.2,39.9", nil, "", "is not within 180 degrees"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := source.AreaFlags{Origin: tt.origin, Bounds: tt.bounds}.Area(tt.known)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("%v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || a.String() != tt.want {
				t.Errorf("%s, %v, want %s", a, err, tt.want)
			}
		})
	}
}

func TestBoundsInAnotherOrderAreNamed(t *testing.T) {
	const want = "in another order? WEST,SOUTH,EAST,NORTH would be -119,33.5,-118,34.5"
	for _, bounds := range []string{"33.5,-119,34.5,-118", "-119,-118,33.5,34.5", "-118,33.5,-119,34.5", "34.5,-119,33.5,-118"} {
		if _, err := (source.AreaFlags{Bounds: bounds}).Area(nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", bounds, err, want)
		}
	}
	if _, err := (source.AreaFlags{Bounds: "1,1,1,2"}).Area(nil); err == nil || strings.Contains(err.Error(), "order") {
		t.Errorf("a box that is none in any order: %v", err)
	}
}
