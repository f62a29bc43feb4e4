package feature

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
	known := s.find()
	switch {
	case known == nil:
		panic(s.Validate())
	case !in.Located:
		return dst, NoLocation
	case !f.Bounds.Contains(in.Place):
		return dst, OutOfArea
	}
	east, north := f.Project(in.Place)
	dst = append(dst, east, north)
	if known.extend != nil {
		dst = known.extend(dst, in)
	}
	return dst, Usable
}
