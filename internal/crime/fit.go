package crime

import "fmt"

// Fit counts how the places of rows lie to the area that they are said to lie in.
type Fit struct {
	area            Area
	located, inside int64
	likely          [len(guesses)]int64 // of those outside, for which each guess fits
	far             int64               // of those outside, more than 2 degrees away
}

// guesses are why a place may lie outside.
var guesses = [...]string{"is an unknown place written as zero?", "are longitude and latitude swapped?", "does a number lack its sign?"}

// NewFit counts against this area.
func NewFit(a Area) *Fit { return &Fit{area: a} }

// Add counts the place of a row.
func (f *Fit) Add(p Place) {
	f.located++
	in, b := f.area.Bounds.Contains, f.area.Bounds
	if p.Lon < b.Lon[0]-2 || p.Lon > b.Lon[1]+2 || p.Lat < b.Lat[0]-2 || p.Lat > b.Lat[1]+2 {
		f.far++
	}
	switch {
	case in(p):
		f.inside++
	case p == Place{}:
		f.likely[0]++
	case in(Place{Lon: p.Lat, Lat: p.Lon}):
		f.likely[1]++
	case in(Place{Lon: -p.Lon, Lat: p.Lat}), in(Place{Lon: p.Lon, Lat: -p.Lat}):
		f.likely[2]++
	}
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
	for i, n := range f.likely {
		if n*2 > f.located-f.inside {
			guess = guesses[i]
		}
	}
	b := f.area.Bounds
	return fmt.Errorf("%d of %d places lie outside of the area %v to %v and %v to %v; %s",
		f.located-f.inside, f.located, b.Lon[0], b.Lon[1], b.Lat[0], b.Lat[1], guess)
}
