package train_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// onMap is a batch of rows that lie so many km east and north of the origin.
func onMap(t *testing.T, points [][2]float64) []byte {
	lines := make([]string, len(points))
	for i, p := range points {
		place := feature.Default().Unproject(p[0], p[1])
		lines[i] = fmt.Sprintf("- %.9f %.9f larceny hale", place.Lon, place.Lat)
	}
	return rowsCSV(t, lines...)
}

// times repeats a point.
func times(n int, east, north float64) [][2]float64 {
	points := make([][2]float64, n)
	for i := range points {
		points[i] = [2]float64{east, north}
	}
	return points
}

func TestDensestSpot(t *testing.T) {
	join := func(all ...[][2]float64) (points [][2]float64) {
		for _, a := range all {
			points = append(points, a...)
		}
		return points
	}
	tests := []struct {
		name        string
		points      [][2]float64
		east, north float64
		want        model.Densest
	}{
		{"one place", times(4, 3.01, -2.01), 3.01, -2.01, model.Densest{Within500m: 4, Share500m: 1, LargestPlaceShare: 1, HalfKm2: .0625}},
		// The mean of all lies where nobody was: 4 km from either spot.
		{"two spots", join(times(6, -4, 0), times(4, 6, 0)), -4, 0, model.Densest{Within500m: 6, Share500m: .6, LargestPlaceShare: .6, HalfKm2: .0625}},
		// 3 rows on one place have fewer around them than 4 on places 100 m apart.
		{
			"crowd of places", join(times(3, 5, 5), times(1, 0, 0), times(1, .1, 0), times(2, .2, 0), times(1, .3, 0)), .2, 0,
			model.Densest{Within500m: 5, Share500m: .625, LargestPlaceShare: .375, HalfKm2: .0625},
		},
		{
			"thin", join(times(1, 2, 0), times(1, -2, 0), times(1, 0, 1), times(1, 0, 3)), -2, 0,
			model.Densest{Within500m: 1, Share500m: .25, LargestPlaceShare: .25, HalfKm2: .125},
		},
		// Exactly half of the rows is half; equal spots: the southern one.
		{"equals", join(times(2, 1, 1), times(2, 1, -1)), 1, -1, model.Densest{Within500m: 2, Share500m: .5, LargestPlaceShare: .5, HalfKm2: .0625}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := *fit(t, 1, onMap(t, tt.points), settings(1), nil).Clusters[0].Densest
			place := feature.Default().Unproject(tt.east, tt.north)
			if math.Abs(got.Lon-place.Lon) > 1e-6 || math.Abs(got.Lat-place.Lat) > 1e-6 {
				t.Errorf("the spot is %v %v, want %v %v", got.Lon, got.Lat, place.Lon, place.Lat)
			}
			if got.Lon, got.Lat = 0, 0; got != tt.want {
				t.Errorf("densest = %+v, want %+v", got, tt.want)
			}
		})
	}
}

// Against the definition, without lines and windows: the cell of 50 m with the
// greatest sum of (1 - (r/500 m)²)² over the rows, r from center to center.
func TestDensestSpotIsTheGreatestSum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	for range 20 {
		var points [][2]float64
		for range 300 {
			points = append(points, [2]float64{r.NormFloat64(), r.NormFloat64()})
		}
		got := fit(t, 1, onMap(t, points), settings(1), nil).Clusters[0].Densest
		east, north := feature.Default().Project(placeOf(got))
		sum := func(x, y float64) float64 {
			var sum float64
			for _, p := range points {
				dx, dy := math.Floor(p[0]/.05)-math.Floor(x/.05), math.Floor(p[1]/.05)-math.Floor(y/.05)
				if u := 1 - (dx*dx+dy*dy)/100; u > 0 {
					sum += u * u
				}
			}
			return sum
		}
		best := 0.0
		for _, p := range points {
			best = max(best, sum(p[0], p[1]))
		}
		if at := sum(east, north); at < best-1e-9 {
			t.Errorf("at the spot the density is %v, the greatest is %v", at, best)
		}
	}
}

func placeOf(d *model.Densest) crime.Place { return crime.Place{Lon: d.Lon, Lat: d.Lat} }
