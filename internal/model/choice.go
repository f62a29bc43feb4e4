package model

import "hotspot/internal/feature"

// Repeated is why a row has no vector of its own under weight Incident: an
// earlier row of the same incident has one.
const Repeated feature.Skip = "repeated"

// Choice decides which rows of a batch are trained on, one after the other in
// their order. It is the same for training, comparing and serving. It is not
// for concurrent use.
type Choice struct {
	frame feature.Frame
	set   feature.Set
	seen  map[int64]struct{} // incidents that have a vector; nil when every row counts
}

// NewChoice begins with the first row of a batch. Features and Weight of s must
// be valid.
func NewChoice(s Settings, frame feature.Frame) *Choice {
	c := &Choice{frame: frame, set: feature.Set(s.Features)}
	if s.Weight == Incident {
		c.seen = map[int64]struct{}{}
	}
	return c
}

// Vector is Frame.Vector of the next row, but for rows that are Repeated.
func (c *Choice) Vector(dst []float64, incident int64, in feature.Input) ([]float64, feature.Skip) {
	v, skip := c.frame.Vector(dst, c.set, in)
	if skip != feature.Usable || c.seen == nil {
		return v, skip
	}
	if _, ok := c.seen[incident]; ok {
		return dst, Repeated
	}
	c.seen[incident] = struct{}{}
	return v, feature.Usable
}
