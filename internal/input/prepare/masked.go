package prepare

import (
	"cmp"
	"math"
	"slices"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
)

// The rule for points that were moved before they were published, so that they do
// not name a house:
//
//   - of 100 located rows or more, 99 % have degrees with 3 decimals or fewer; or
//   - places repeat, at 50 of them or more, and hardly any has another one within
//     30 m: fewer than 15 for 100 that repeat. Houses stand side by side, so of exact
//     places those that are close grow in number as those that repeat: Denver's file
//     has 43 for 100 in its emptiest month and 180 in all, one that was moved to
//     crossings or to the middle of blocks has none.
const (
	maskedRows   = 100
	maskedPlaces = 50
	closeM       = 30.0
	closeShare   = 0.15
)

// Masked says that points were moved to few places.
type Masked struct {
	Places int // how many there are
	M      int // meters; distances below mean nothing
}

// masked is how many places the rows within the bounds have and below how many
// meters a distance between them means nothing, if they were moved; nil if not.
func (r *run) masked() *Masked {
	places := make([]crime.Place, 0, len(r.held))
	coarse := 0
	for _, row := range r.held {
		if row.located() && r.meta.Bounds.Contains(row.place) {
			places = append(places, row.place)
			if decimals3(row.place.Lon) && decimals3(row.place.Lat) {
				coarse++
			}
		}
	}
	rows := len(places)
	if rows < maskedRows || r.part.blurM > 0 {
		return nil
	}
	slices.SortFunc(places, func(a, b crime.Place) int { return cmp.Or(cmp.Compare(a.Lat, b.Lat), cmp.Compare(a.Lon, b.Lon)) })
	repeat := 0
	for i := 1; i < rows; i++ {
		if places[i] == places[i-1] && (i == 1 || places[i] != places[i-2]) {
			repeat++
		}
	}
	if places = slices.Compact(places); len(places) < 2 || coarse*100 < rows*99 && repeat < maskedPlaces {
		return nil
	}
	nearest := r.nearestM(places)
	near, _ := slices.BinarySearch(nearest, closeM)
	if coarse*100 < rows*99 && float64(near)/float64(len(nearest)) >= closeShare*float64(repeat)/float64(len(places)) {
		return nil
	}
	return &Masked{Places: len(places), M: int(math.Round(nearest[len(nearest)/2] / 2))}
}

func decimals3(degrees float64) bool {
	return math.Abs(degrees*1000-math.Round(degrees*1000)) < 1e-6
}

// nearestM is how far the nearest other place is from each, or from 10,000 of them,
// in meters, sorted. places are sorted by latitude, and each is there once.
func (r *run) nearestM(places []crime.Place) []float64 {
	frame := feature.NewFrame(*r.meta.Origin, *r.meta.Bounds)
	at := make([][2]float64, len(places)) // km
	for i, p := range places {
		at[i][0], at[i][1] = frame.Project(p)
	}
	var out []float64
	for i := 0; i < len(at); i += 1 + len(at)/10_000 {
		best := math.Inf(1)
		further := func(j int) bool {
			north := math.Abs(at[j][1] - at[i][1])
			best = min(best, math.Hypot(at[j][0]-at[i][0], north))
			return north < best
		}
		for j := i + 1; j < len(at) && further(j); j++ {
		}
		for j := i - 1; j >= 0 && further(j); j-- {
		}
		out = append(out, best*1000)
	}
	slices.Sort(out)
	return out
}
