package crime_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/rowtest"
)

func TestParseReadsPlaceAndIds(t *testing.T) {
	tests := []struct {
		name, lon, lat string
		want           crime.Place
		located        bool
	}{
		{"decimal", "-104.98748859", "39.73989755", crime.Place{Lon: -104.98748859, Lat: 39.73989755}, true},
		{"exponent", "5.3E-07", "4e1", crime.Place{Lon: 5.3e-07, Lat: 40}, true},
		{"zero", "-0", "-1e-400", crime.Place{}, true},
		{"many digits", "-104.9874885900000000001", "39.73989755123456789012345678901234567890", crime.Place{Lon: -104.98748859, Lat: 39.739897551234567}, true},
		{"none", "", "", crime.Place{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := mustParse(t, rowtest.With("GEO_LON", tt.lon, "GEO_LAT", tt.lat))
			if r.Place != tt.want || r.Located != tt.located {
				t.Errorf("place %+v located %v, want %+v %v", r.Place, r.Located, tt.want, tt.located)
			}
			if math.Signbit(r.Place.Lat) {
				t.Error("latitude is -0")
			}
			if r.Incident != 2018174723 || r.Offense != 2018174723239901 {
				t.Errorf("ids %d %d", r.Incident, r.Offense)
			}
		})
	}
}

// TestCoordinatesAreTheNearestFloat: the fast way of reading a number gives
// the bits of strconv.
func TestCoordinatesAreTheNearestFloat(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 50_000 {
		s := strconv.FormatFloat(rng.Float64()*180-90, 'f', rng.IntN(18), 64)
		if rng.IntN(10) == 0 {
			s = strconv.FormatFloat(rng.NormFloat64()/1e5, 'e', -1, 64)
		}
		want, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		if r := mustParse(t, rowtest.With("GEO_LAT", s)); math.Float64bits(r.Place.Lat) != math.Float64bits(want+0) {
			t.Fatalf("%s is read as %v, want %v", s, r.Place.Lat, want)
		}
	}
}

func TestAMomentTellsHourAndWeekday(t *testing.T) {
	day := time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)
	for i := range 3000 {
		at := day.AddDate(0, 0, i).Add(time.Duration(i%24) * time.Hour)
		r := mustParse(t, rowtest.With("FIRST_OCCURRENCE_DATE", at.Format("2006-01-02T15:04:05"), "LAST_OCCURRENCE_DATE", ""))
		var hours [24]int64
		var days [7]int64
		s := r.Span()
		if day := (int(at.Weekday()) + 6) % 7; !s.AddHours(&hours) || !s.AddDays(&days) || hours[at.Hour()] != crime.Whole || days[day] != crime.Whole {
			t.Fatalf("%s: %+v, %v %v", at, s, hours, days)
		}
	}
}

func TestBoundsHoldTheirEdges(t *testing.T) {
	b := crime.Denver.Bounds
	for _, tt := range []struct {
		p    crime.Place
		want bool
	}{
		{crime.Denver.Origin, true},
		{crime.Place{Lon: -105.2, Lat: 39.95}, true},
		{crime.Place{Lon: -105.20619676, Lat: 39.66515729}, false},
		{crime.Place{}, false},
		{crime.Place{Lon: -105, Lat: 39.5499}, false},
	} {
		if got := b.Contains(tt.p); got != tt.want {
			t.Errorf("Contains(%v) = %v", tt.p, got)
		}
	}
}
