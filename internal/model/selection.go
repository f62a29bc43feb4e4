package model

import "hotspot/internal/feature"

// Repeated is why a row has no vector of its own under weight Incident: an
// earlier row of the same incident has one.
const Repeated feature.Skip = "repeated"

// Selection decides which rows of a batch are trained on, one after the other in
// their order. It is the same for training, comparing and serving. It is not
// for concurrent use.
type Selection struct {
	frame feature.Frame
	set   feature.Set
	seen  map[int64]struct{} // incidents that have a vector; nil when every row counts
}

// NewSelection begins with the first row of a batch. Features and Weight must
// be valid.
func NewSelection(settings Settings, frame feature.Frame) *Selection {
	s := &Selection{frame: frame, set: feature.Set(settings.Features)}
	if settings.Weight == Incident {
		s.seen = map[int64]struct{}{}
	}
	return s
}

// Vector is Frame.Vector of the next row, but for rows that are Repeated.
func (s *Selection) Vector(dst []float64, incident int64, in feature.Input) ([]float64, feature.Skip) {
	v, skip := s.frame.Vector(dst, s.set, in)
	if skip != feature.Usable || s.seen == nil {
		return v, skip
	}
	if _, ok := s.seen[incident]; ok {
		return dst, Repeated
	}
	s.seen[incident] = struct{}{}
	return v, feature.Usable
}

// Incidents is how many incidents are held, to be told from those to come.
func (s *Selection) Incidents() int { return len(s.seen) }
