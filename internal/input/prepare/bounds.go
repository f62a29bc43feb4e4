package prepare

import (
	"fmt"
	"math"
	"slices"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// BoundsAuto asks for the bounds that hold the middle 99.9 % of the places on
// each axis, rounded outward to 0.01 degrees. A place that lies far from the
// others on either axis counts on neither: beyond the quartiles by 6 times
// their distance, or by 0.03 degrees where that is more.
const BoundsAuto = "auto"

// What bounds that are found in the places cannot be.
const (
	widest = 2.0  // degrees: no city is wider
	jump   = 10.0 // degrees: another country
)

// area is what --origin and --bounds ask for, and what they leave open is of
// side, which may be nil, else of Denver. The Earth stands in for bounds that
// findArea finds.
func (c Config) area(side *source.Meta) (crime.Area, error) {
	known, flags, city := side.Area(), source.AreaFlags{Origin: c.Origin, Bounds: c.Bounds}, crime.Denver
	if c.auto() {
		known, flags.Bounds = &crime.Area{Bounds: crime.Earth}, ""
	} else if known == nil {
		known = &city
	}
	a, err := flags.Area(known)
	if err != nil {
		return a, usage.Errorf("prepare: --origin %q --bounds %q: %v; --bounds auto finds them in the places", c.Origin, c.Bounds, err)
	}
	return a, nil
}

// fence are the limits beyond which a value lies far from all others. values are
// sorted, and not none.
func fence(values []float64, least float64) (low, high float64) {
	q1, q3 := values[(len(values)-1)/4], values[(len(values)-1)*3/4]
	d := 6 * max(q3-q1, least)
	return q1 - d, q3 + d
}

// middleOf is the bounds that BoundsAuto asks for. Places that all lie on one
// spot get 0.01 degrees around it. places are not none.
func middleOf(places []crime.Place) crime.Bounds {
	var inner crime.Bounds
	lon, lat := axes(places)
	inner.Lon[0], inner.Lon[1] = fence(lon, 0.005)
	inner.Lat[0], inner.Lat[1] = fence(lat, 0.005)
	if near := slices.DeleteFunc(slices.Clone(places), func(p crime.Place) bool { return !inner.Contains(p) }); len(near) > 0 {
		lon, lat = axes(near) // of two or three places each may lie far from the others
	}
	side := func(v []float64, most float64) [2]float64 {
		cut := len(v) / 2000 // 0.05 % at each end
		low, high := math.Floor(v[cut]*100)/100, math.Ceil(v[len(v)-1-cut]*100)/100
		if low == high {
			low, high = math.Round(low*100-1)/100, math.Round(high*100+1)/100
		}
		return [2]float64{max(low, -most), min(high, most)}
	}
	return crime.Bounds{Lon: side(lon, 180), Lat: side(lat, 90)}
}

// axes are the longitudes and the latitudes of places, sorted.
func axes(places []crime.Place) (lon, lat []float64) {
	for _, p := range places {
		lon, lat = append(lon, p.Lon), append(lat, p.Lat)
	}
	slices.Sort(lon)
	slices.Sort(lat)
	return lon, lat
}

// findArea gives the sidecar its bounds when they are to be found in the rows, and
// refuses bounds that hardly any row lies in.
func (r *run) findArea() error {
	var places []crime.Place
	for _, row := range r.held {
		if row.located() {
			places = append(places, row.place)
		}
	}
	if r.config.auto() {
		if len(places) == 0 {
			return usage.Errorf("prepare: --bounds auto: no row has a place; give --bounds WEST,SOUTH,EAST,NORTH, or mend the mapping of GEO_LON and GEO_LAT")
		}
		b := middleOf(places)
		a, err := source.AreaFlags{Origin: r.config.Origin}.Area((&source.Meta{Bounds: &b}).Area())
		if err != nil {
			return usage.Errorf("prepare: --bounds auto found %v to %v and %v to %v: %v; give --origin and --bounds, or mend the mapping of GEO_LON and GEO_LAT",
				b.Lon[0], b.Lon[1], b.Lat[0], b.Lat[1], err)
		}
		r.meta.Bounds, r.meta.Origin = &b, &a.Origin
	}
	r.dropRepeated()
	if r.config.auto() {
		if err := r.implausible(places); err != nil {
			return err
		}
	}
	if r.config.AppendTo != "" { // compare looks at all rows, also those that were there
		return nil
	}
	if r.meta.Masked == nil {
		r.meta.Masked = r.masked()
	}
	r.keepArea(places)
	if m := r.meta.Masked; m != nil {
		r.seen.Note(int64(len(places)), "points look snapped to %d places: distances below %d m mean nothing", m.Places, m.Meters)
	}
	fit := crime.NewFit(*r.meta.Area())
	for _, p := range places {
		fit.Add(p)
	}
	if err := fit.Err(); err != nil && fit.Located() >= fewPlaces {
		return usage.Errorf("prepare: %w; give --bounds WEST,SOUTH,EAST,NORTH of the city, or auto", err)
	}
	return nil
}

// fewPlaces are too few to say that a file is of another city.
const fewPlaces = 10

// keepArea takes the area of the file that is replaced, as long as it holds 99 % of
// the places and no flag asks for another: it belongs to the identity of a topic,
// where a file that has grown goes on.
func (r *run) keepArea(places []crime.Place) {
	c, m := r.config, r.meta
	old, err := source.ReadMeta(c.Output)
	if err != nil || old == nil || old.Title != m.Title || old.Area() == nil || old.Origin == nil {
		return
	}
	inside := 0
	for _, p := range places {
		if old.Bounds.Contains(p) {
			inside++
		}
	}
	free := c.auto() && c.Bounds == "" && c.Origin == "" && inside*100 >= len(places)*99
	if free || *old.Bounds == *m.Bounds && *old.Origin == *m.Origin {
		m.Bounds, m.Origin, m.Timezone, m.Masked = old.Bounds, old.Origin, old.Timezone, old.Masked
		r.seen.Note(int64(inside), "the area is that of the file before")
	}
}

// implausible refuses bounds that no city has, and rows that lie in several
// countries: with the rows that make it so, the flag that accepts it, and a guess.
func (r *run) implausible(places []crime.Place) error {
	b, origin := r.meta.Bounds, r.meta.Origin
	lon, lat := axes(places)
	middle := crime.Bounds{
		Lon: [2]float64{lon[len(lon)/2], lon[len(lon)/2]},
		Lat: [2]float64{lat[len(lat)/2], lat[len(lat)/2]},
	}
	away := func(degrees float64) (rows []heldRow) {
		around := middle.Grow(degrees)
		for _, row := range r.held {
			if row.located() && !around.Contains(row.place) {
				rows = append(rows, row)
			}
		}
		return rows
	}
	var what string
	cause := away(jump)
	wide, high := b.Lon[1]-b.Lon[0], b.Lat[1]-b.Lat[0]
	switch {
	case wide > widest || high > widest:
		what = fmt.Sprintf("the places lie in an area of %.1f by %.1f degrees, wider than a city", wide, high)
		cause = away(widest / 2)
	case math.Abs(origin.Lat) > crime.FarNorth:
		what = fmt.Sprintf("the middle of the places lies at %.1f degrees of latitude, where no city of this kind is", origin.Lat)
		cause = away(-1) // all rows
	case len(cause)*100 > len(places):
		what = fmt.Sprintf("%d of %d places lie more than %.0f degrees away from the others", len(cause), len(places), jump)
	default:
		return nil
	}
	for i, row := range cause[:min(len(cause), 3)] {
		what += fmt.Sprintf("%c line %d at %s", ":,,"[i], row.at, placeText(row.place, 4))
	}
	if guess := middle.Grow(widest).Guess(cause[0].place); guess != "" {
		what += "; " + guess
	}
	return usage.Errorf("prepare: %s; mend the mapping of GEO_LON and GEO_LAT, or give --bounds WEST,SOUTH,EAST,NORTH if it is so", what)
}
