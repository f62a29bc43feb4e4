package prepare

import (
	"math"

	"hotspot/internal/crime"
)

// Where so many rows have the very same place more than a degree away from the
// city, it is what a portal writes for an unknown one: the corner of a state plane,
// or a clerk's default.
const (
	farDegrees = 1.0
	manyTimes  = 5
)

// far says whether p lies more than a degree away from b.
func far(b crime.Bounds, p crime.Place) bool { return !b.Grow(farDegrees).Contains(p) }

// dropUnknown takes 0,0 and -1,-1 and what lies within 100 m of them for no place. Denver's
// file keeps its own, and a prepared one was looked at.
func (r *run) dropUnknown(rec *crime.Record) {
	for _, at := range [...]float64{0, -1} {
		if !r.ours && rec.Located && math.Abs(rec.Place.Lon-at) < 0.001 && math.Abs(rec.Place.Lat-at) < 0.001 {
			noPlace(&rec.Text)
			rec.Located, rec.Place = false, crime.Place{}
			r.seen.Note(1, unknownPlace, at, at)
		}
	}
}

// dropRepeated takes far places that many rows have for no place.
func (r *run) dropRepeated() {
	if r.ours {
		return
	}
	times := map[crime.Place]int{}
	for _, row := range r.held {
		if row.located() && far(*r.meta.Bounds, row.place) {
			times[row.place]++
		}
	}
	for i := range r.held {
		if row := &r.held[i]; times[row.place] >= manyTimes {
			row.rewrite(noPlace)
			r.seen.Note(1, unknownPlace, row.place.Lon, row.place.Lat)
			row.place = nowhere
		}
	}
}

const unknownPlace = "%g,%g is written for an unknown place: none"

func noPlace(text *[crime.NumColumns]string) {
	text[crime.ColGeoLon], text[crime.ColGeoLat] = "", ""
}
