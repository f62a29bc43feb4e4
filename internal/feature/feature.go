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

	"hotspot/internal/crime"
	"hotspot/internal/kmeans"
)

// Set is the name of a set of features.
type Set string

// The sets.
const (
	Geo     Set = "geo"      // where a crime was, in kilometres east and north of the origin
	GeoTime Set = "geo+time" // and at which hours it can have happened
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

// Input is all that a vector is computed from. Whoever needs a vector gets an
// Input by one of the two functions below and by no other way: so what training
// sees of a row, an answer sees, too.
type Input struct {
	Place   crime.Place // degrees; zero when not Located
	Located bool
	Span    crime.Span
}

// NewInput returns what a vector needs of r: its place, and when it happened.
func NewInput(r *crime.Record) Input {
	return Input{Place: r.Place, Located: r.Located, Span: r.Span()}
}

// InputAt returns the input of a crime that is only asked about: at a place, and
// at an hour of 0 to 23 or, when that is nil, at none.
func InputAt(place crime.Place, hour *int) Input {
	in := Input{Place: place, Located: true}
	if hour != nil {
		in.Span = crime.Span{Start: int16(*hour * 60), Minutes: 1}
	}
	return in
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

// set is a set of features: the place, and what may come behind it.
type set struct {
	name    Set
	asks    string                                  // what a place is asked about with, beside lon and lat
	columns []Column                                // after east and north
	extend  func(dst []float64, in Input) []float64 // appends the numbers of columns; nil without any
}

// sets holds every set, in the order in which they are named to people.
var sets = []set{
	{name: Geo},
	{GeoTime, "hour", []Column{
		{Name: HourSin, Unit: "km", Weight: hourWeight, ScaleKm: hourScaleKm},
		{Name: "hour_cos", Unit: "km", Weight: hourWeight, ScaleKm: hourScaleKm},
	}, appendDial},
}

// find returns the set of that name, nil when there is none.
func (s Set) find() *set {
	for i := range sets {
		if sets[i].name == s {
			return &sets[i]
		}
	}
	return nil
}

// Validate returns an error that names the known sets when s is none of them.
func (s Set) Validate() error {
	if s.find() != nil {
		return nil
	}
	var names []string
	for _, known := range sets {
		names = append(names, string(known.name))
	}
	return fmt.Errorf("features: %q is not one of: %s", string(s), strings.Join(names, ", "))
}

// Columns returns the columns of a vector, in order; the slice is the caller's.
// It is empty for an unknown set.
func (s Set) Columns() []Column {
	known := s.find()
	if known == nil {
		return nil
	}
	return append([]Column{{Name: "east", Unit: "km", Weight: 1}, {Name: "north", Unit: "km", Weight: 1}}, known.columns...)
}

// Asks returns what a place has to be asked about with, beside lon and lat, for a
// vector of the known set s: "hour", or "" for nothing.
func (s Set) Asks() string { return s.find().asks }

// sines are those of 0, 15, … 90 degrees, as literals, so that nobody's library
// decides their last bit.
var sines = [...]float64{
	0, 0.25881904510252076, 0.5, 0.7071067811865475, 0.8660254037844386, 0.9659258262890683, 1,
}

// appendDial appends the mean of the hours on the dial, each with its part of the
// crime. The longer the span, the nearer it lies to the middle; there lies a crime
// without an hour: its place counts, and no hour is made up for it.
func appendDial(dst []float64, in Input) []float64 {
	var hours [24]int64
	in.Span.AddHours(&hours)
	const steps = 1 << -kmeans.GridExponent // of a km
	sine := func(h int) int64 {             // of 15 h degrees, on the dial, in steps
		sign := 1.0
		if h %= 24; h >= 12 {
			h, sign = h-12, -1
		}
		return int64(kmeans.Snap(hourWeight*hourScaleKm*sign*sines[min(h, 12-h)]) * steps)
	}
	var sin, cos int64 // at most crime.Whole * 4 km in steps, 2^58
	for h, part := range hours {
		sin += part * sine(h)
		cos += part * sine(h+6)
	}
	return append(dst, kmeans.Snap(float64(sin)/crime.Whole/steps), kmeans.Snap(float64(cos)/crime.Whole/steps))
}
