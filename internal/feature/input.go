package feature

import "hotspot/internal/crime"

// Input is all that a vector is computed from. Whoever needs a vector gets an
// Input by one of the two functions below and by no other way: so what training
// sees of a row, an answer sees, too.
type Input struct {
	Place   crime.Place // degrees; zero when not Located
	Located bool
	Hour    int8 // 0 to 23, or NoHour
}

// NoHour is the hour of a crime of which nobody says when it happened.
const NoHour = -1

// NewInput returns what a vector needs of r: its place, and the hour at which it
// is said to have happened first.
func NewInput(r *crime.Record) Input {
	in := Input{Place: r.Place, Located: r.Located, Hour: NoHour}
	if hour, _, ok := r.Occurred(); ok {
		in.Hour = int8(hour)
	}
	return in
}

// InputAt returns the input of a crime that is only asked about: at a place, and
// at an hour of 0 to 23 or, when that is nil, at none.
func InputAt(place crime.Place, hour *int) Input {
	in := Input{Place: place, Located: true, Hour: NoHour}
	if hour != nil {
		in.Hour = int8(*hour)
	}
	return in
}
