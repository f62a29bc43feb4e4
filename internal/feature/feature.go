// Package feature turns a record into the vector that k-means sees: by the same
// Input and the same code when a model is trained and when it answers, so that the
// two cannot drift apart.
//
// It stands between crime (rows) and kmeans (numbers). A vector depends on its
// record and on the Frame alone, never on the other rows of a batch, and is the
// same bits on every architecture. It knows nothing of batches and models.
package feature

import (
	"fmt"
	"strings"

	"hotspot/internal/kmeans"
)

// Set is the name of a set of features.
type Set string

// The sets.
const (
	Geo     Set = "geo"      // where a crime was, in kilometres east and north of the origin
	GeoTime Set = "geo+time" // and at which hour it is said to have happened first
)

// HourSin is the name of the first of the two columns of the hour.
const HourSin = "hour_sin"

// Column is one number of a vector.
type Column struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Weight  float64 `json:"weight"`             // the number was multiplied by it
	ScaleKm float64 `json:"scale_km,omitempty"` // and by this many kilometres, where it is none by itself
}

// The hour is a place on a dial, so that 23 h and 0 h are neighbors: sine and
// cosine of 15 degrees an hour. A dial with a radius of 8 km would weigh as much
// as the map, since Denver's crimes lie 8.38 km from their middle (root mean
// square); at half of that a model is still one of places first. The scale is a
// constant and not the batch's own, so that models can be compared.
const (
	hourWeight  = .5
	hourScaleKm = 8
)

// sets holds every set, in the order in which they are named to people.
var sets = []struct {
	name    Set
	columns []Column
}{
	{Geo, []Column{
		{Name: "east", Unit: "km", Weight: 1},
		{Name: "north", Unit: "km", Weight: 1},
	}},
	{GeoTime, []Column{
		{Name: "east", Unit: "km", Weight: 1},
		{Name: "north", Unit: "km", Weight: 1},
		{Name: HourSin, Unit: "km", Weight: hourWeight, ScaleKm: hourScaleKm},
		{Name: "hour_cos", Unit: "km", Weight: hourWeight, ScaleKm: hourScaleKm},
	}},
}

// Validate returns an error that names the known sets when s is none of them.
func (s Set) Validate() error {
	var names []string
	for _, known := range sets {
		if known.name == s {
			return nil
		}
		names = append(names, string(known.name))
	}
	return fmt.Errorf("features: %q is not one of: %s", string(s), strings.Join(names, ", "))
}

// Columns returns the columns of a vector, in order; the slice is the caller's.
// It is empty for an unknown set.
func (s Set) Columns() []Column {
	for _, known := range sets {
		if known.name == s {
			return append([]Column(nil), known.columns...)
		}
	}
	return nil
}

// Timed reports whether a vector of s depends on the hour.
func (s Set) Timed() bool { return s == GeoTime }

// Skip says why there is no vector.
type Skip string

// Why there is no vector.
const (
	Usable     Skip = ""            // there is one
	NoLocation Skip = "no_location" // both coordinates are empty
	OutOfArea  Skip = "out_of_area" // the place lies outside of the frame's bounds
)

// Vector appends the numbers of in to dst, one per column of s, on the grid. What
// cannot be used leaves dst as it is, and Vector says why. An unknown set is a bug
// of the caller, who has Validate, and panics.
func (f Frame) Vector(dst []float64, s Set, in Input) ([]float64, Skip) {
	switch {
	case s != Geo && s != GeoTime:
		panic(s.Validate())
	case !in.Located:
		return dst, NoLocation
	case !f.Bounds.Contains(in.Place):
		return dst, OutOfArea
	}
	east, north := f.Project(in.Place)
	dst = append(dst, east, north)
	if s == GeoTime {
		sin, cos := dial(in.Hour)
		dst = append(dst, sin, cos)
	}
	return dst, Usable
}

// sines are those of 0, 15, … 90 degrees, as literals, so that nobody's library
// decides their last bit.
var sines = [...]float64{
	0, 0.25881904510252076, 0.5, 0.7071067811865475, 0.8660254037844386, 0.9659258262890683, 1,
}

// dial returns where an hour lies on the dial. NoHour lies in the middle of it, as
// far from every hour as from any other: its place counts, and no hour is made up
// for it.
func dial(hour int8) (sin, cos float64) {
	if hour == NoHour {
		return 0, 0
	}
	sine := func(h int) float64 { // of 15 h degrees
		sign := 1.0
		if h %= 24; h >= 12 {
			h, sign = h-12, -1
		}
		return sign * sines[min(h, 12-h)]
	}
	return kmeans.Snap(hourWeight * hourScaleKm * sine(int(hour))), kmeans.Snap(hourWeight * hourScaleKm * sine(int(hour)+6))
}
