package prepare

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/source"
)

// The rule for points that were moved before they were published, so that they do
// not name a house:
//
//   - of 100 located rows or more, 99 % have degrees with 3 decimals or fewer; or
//   - 400 places or more hold several incidents, and hardly any place has another one
//     within 30 m: fewer than 10 for 100 that hold several. Houses stand side by side,
//     so of exact places those that are close grow in number as those that repeat:
//     Denver's file has 30 for 100 in the month that has fewest, and 190 in all; one
//     that was moved to crossings, or to points of streets, has next to none.
const (
	maskedRows   = 100
	maskedPlaces = 400
	closeM       = 30.0
	closeShare   = 0.10
)

// masked is how many places the rows within the bounds have and below how many
// meters a distance between them means nothing, if they were moved; nil if not.
func (r *run) masked() *source.Masked {
	at := map[crime.Place]string{} // the first incident of a place, "" once it has several
	rows, coarse, repeat := 0, 0, 0
	for _, row := range r.held {
		if !r.meta.Bounds.Contains(row.place) {
			continue
		}
		rows++
		if decimals3(row.place.Lon) && decimals3(row.place.Lat) {
			coarse++
		}
		incident, _, _ := strings.Cut(row.line, ",")
		switch first, there := at[row.place]; {
		case !there:
			at[row.place] = incident
		case first != "" && first != incident:
			at[row.place] = ""
			repeat++
		}
	}
	exact := coarse*100 < rows*99
	if rows < maskedRows || r.part.blurM > 0 || len(at) < 2 || exact && repeat < maskedPlaces {
		return nil
	}
	places := slices.SortedFunc(maps.Keys(at), func(a, b crime.Place) int { return cmp.Compare(a.Lat, b.Lat) })
	nearest := r.nearestM(places)
	near, _ := slices.BinarySearch(nearest, closeM)
	if exact && float64(near)/float64(len(nearest)) >= closeShare*float64(repeat)/float64(len(places)) {
		return nil
	}
	return &source.Masked{Places: int64(len(places)), Meters: int(math.Round(nearest[len(nearest)/2] / 2))}
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
