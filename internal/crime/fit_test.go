package crime_test

import (
	"strings"
	"testing"

	"hotspot/internal/crime"
)

func TestPlacesFitAnAreaWhenHalfOfThemLieInIt(t *testing.T) {
	in := crime.Place{Lon: -104.98, Lat: 39.74}
	for _, tt := range []struct {
		name   string
		places []crime.Place
		want   string // "" for a fit
	}{
		{"none", nil, ""},
		{"half", []crime.Place{in, {}}, ""},
		{"another city", []crime.Place{in, {Lon: -87.63, Lat: 41.88}, {Lon: -87.64, Lat: 41.88}}, "2 of 3 places lie outside of the area -105.2 to -104.5 and 39.55 to 39.95; is it another city's file"},
		{"zero", []crime.Place{{}, {}}, "an unknown place written as zero?"},
		{"swapped", []crime.Place{{Lon: in.Lat, Lat: in.Lon}}, "longitude and latitude swapped?"},
		{"no sign", []crime.Place{{Lon: -in.Lon, Lat: in.Lat}}, "lack its sign?"},
		{"the other sign", []crime.Place{{Lon: in.Lon, Lat: -in.Lat}}, "lack its sign?"},
	} {
		f := crime.NewFit(crime.Denver)
		for _, p := range tt.places {
			f.Add(p)
		}
		err := f.Err()
		if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
