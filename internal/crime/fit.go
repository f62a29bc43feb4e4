package crime

import (
	"fmt"
	"math"
)

// Fit counts how the places of rows lie to the area that they are said to lie in.
type Fit struct {
	area            Area
	located, inside int64
	far             int64            // of those outside, more than 2 degrees away
	guesses         map[string]int64 // of those outside, by Guess
}

// NewFit counts against this area.
func NewFit(a Area) *Fit { return &Fit{area: a, guesses: map[string]int64{}} }

// Add counts the place of a row.
func (f *Fit) Add(p Place) {
	f.located++
	if f.area.Bounds.Contains(p) {
		f.inside++
		return
	}
	if !f.area.Bounds.Grow(2).Contains(p) {
		f.far++
	}
	f.guesses[f.area.Bounds.Guess(p)]++
}

// FarNorth is the latitude beyond which, north or south, no city is mapped: one
// scale for both axes is of no use there.
const FarNorth = 70.0

// Guess asks what most often puts a place outside of the bounds of its city; "" for
// no idea.
func (b Bounds) Guess(p Place) string {
	switch {
	case p.Lon == 0 || p.Lat == 0:
		return "is an unknown place written as zero?"
	case b.Contains(Place{Lon: p.Lat, Lat: p.Lon}), math.Abs(p.Lat) > FarNorth && math.Abs(p.Lon) < FarNorth:
		return "are longitude and latitude swapped?"
	case b.Contains(Place{Lon: -p.Lon, Lat: p.Lat}), b.Contains(Place{Lon: p.Lon, Lat: -p.Lat}):
		return "does a number lack its sign?"
	}
	return ""
}

// Located is how many places were counted.
func (f *Fit) Located() int64 { return f.located }

// Far says that most places lie so far away that even a few are another city's.
func (f *Fit) Far() bool { return f.far*2 > f.located }

// Err says that fewer than half of the places lie in the area, so that it is
// another city's, and what is most likely so; nil when they do, or when there are
// none.
func (f *Fit) Err() error {
	if f.inside*2 >= f.located {
		return nil
	}
	guess := "is it another city's file, or are the bounds another city's?"
	for g, n := range f.guesses {
		if g != "" && n*2 > f.located-f.inside { // so no other one
			guess = g
		}
	}
	b := f.area.Bounds
	return fmt.Errorf("%d of %d places lie outside of the area %v to %v and %v to %v; %s",
		f.located-f.inside, f.located, b.Lon[0], b.Lon[1], b.Lat[0], b.Lat[1], guess)
}
