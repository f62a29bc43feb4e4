// Package feature turns a record into the vector that k-means sees: the same
// code when a model is trained and when it answers, so that the two cannot
// drift apart.
//
// It stands between crime (rows) and kmeans (numbers). A vector depends on its
// record and on the Frame alone, never on the other rows of a batch, and is the
// same bits on every architecture. It knows nothing of batches and models.
package feature

import (
	"fmt"
	"strings"

	"hotspot/internal/crime"
)

// Set is the name of a set of features.
type Set string

// Geo is where a crime was, in kilometres east and north of the origin.
const Geo Set = "geo"

// Column is one number of a vector.
type Column struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Weight float64 `json:"weight"` // the number was multiplied by it
}

// sets holds every set, in the order in which they are named to people.
var sets = []struct {
	name    Set
	columns []Column
}{
	{Geo, []Column{
		{Name: "east", Unit: "km", Weight: 1},
		{Name: "north", Unit: "km", Weight: 1},
	}},
}

// Sets returns the known sets.
func Sets() []Set {
	names := make([]Set, len(sets))
	for i, s := range sets {
		names[i] = s.name
	}
	return names
}

// ParseSet returns the set of that name, or an error that names the known ones.
func ParseSet(name string) (Set, error) {
	if err := Set(name).Validate(); err != nil {
		return "", err
	}
	return Set(name), nil
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

// Skip says why a record has no vector.
type Skip string

const (
	Usable     Skip = ""            // it has one
	NoLocation Skip = "no_location" // both coordinates are empty
	OutOfArea  Skip = "out_of_area" // the place lies outside of the frame's bounds
)

// Vector appends the numbers of r to dst, one per column of s, on the grid. A
// record that cannot be used leaves dst as it is and says why. An unknown set
// is a bug of the caller, who has Validate, and panics.
func (f Frame) Vector(dst []float64, s Set, r *crime.Record) ([]float64, Skip) {
	switch {
	case s != Geo:
		panic(s.Validate())
	case !r.Located:
		return dst, NoLocation
	case !f.Bounds.Contains(r.Place):
		return dst, OutOfArea
	}
	east, north := f.Project(r.Place)
	return append(dst, east, north), Usable
}
