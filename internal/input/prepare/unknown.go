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

// beyond says whether p lies more than so many degrees away from b.
func beyond(b crime.Bounds, p crime.Place, degrees float64) bool {
	wide := crime.Bounds{
		Lon: [2]float64{b.Lon[0] - degrees, b.Lon[1] + degrees},
		Lat: [2]float64{b.Lat[0] - degrees, b.Lat[1] + degrees},
	}
	return !wide.Contains(p)
}

func far(b crime.Bounds, p crime.Place) bool { return beyond(b, p, farDegrees) }

// dropUnknown takes 0,0 and -1,-1 and what lies within 100 m of them for no place. Denver's
// file keeps its own, and a prepared one was looked at.
func (r *run) dropUnknown(rec *crime.Record) {
	if r.config.ours || !rec.Located {
		return
	}
	for _, at := range [...]float64{0, -1} {
		if math.Abs(rec.Place.Lon-at) < 0.001 && math.Abs(rec.Place.Lat-at) < 0.001 {
			noPlace(&rec.Text)
			rec.Located, rec.Place = false, crime.Place{}
			r.summary.Unknown[crime.Place{Lon: at, Lat: at}]++
		}
	}
}

// dropRepeated takes far places that many rows have for no place.
func (r *run) dropRepeated() {
	if r.config.ours {
		return
	}
	times := map[crime.Place]int64{}
	for _, row := range r.held {
		if row.located() && far(*r.meta.Bounds, row.place) {
			times[row.place]++
		}
	}
	for i := range r.held {
		if row := &r.held[i]; row.located() && times[row.place] >= manyTimes {
			row.rewrite(noPlace)
			r.summary.Unknown[row.place]++
			row.place = nowhere
		}
	}
}

func noPlace(text *[crime.NumColumns]string) {
	text[crime.ColGeoLon], text[crime.ColGeoLat] = "", ""
}
