package model

import (
	"fmt"
	"slices"
)

// Spot is a place where much more was reported than around it (package spots says
// how it is found).
type Spot struct {
	Spot       int           `json:"spot"`    // its number, which is its place in the list
	Cluster    *int          `json:"cluster"` // that most of its crimes are in; nil where there are none
	Lon        float64       `json:"lon"`
	Lat        float64       `json:"lat"`
	RadiusM    int           `json:"radius_m"`
	Crimes     int           `json:"crimes"`     // trained rows in its circle
	Share      float64       `json:"share"`      // of all trained rows
	Expected   float64       `json:"expected"`   // crimes on as much ground around it
	Ratio      *float64      `json:"ratio"`      // of crimes to expected; nil when those are none
	PAdjusted  float64       `json:"p_adjusted"` // with 3 digits
	Categories []Category    `json:"categories"` // as those of a cluster
	Previous   *PreviousSpot `json:"previous"`   // nil when it is new, and where there is no model before
}

// PreviousSpot is the spot of the model before that a spot continues.
type PreviousSpot struct {
	Spot   int     `json:"spot"`
	MovedM float64 `json:"moved_m"` // between the centers
}

// Words say what became of a spot since the model before: new, stays, moved 180 m.
func (p *PreviousSpot) Words() string {
	const block = 100 // metres: where the center is moves by less with the rows of a batch
	switch {
	case p == nil:
		return "new"
	case p.MovedM < block:
		return "stays"
	}
	return fmt.Sprintf("moved %.0f m", p.MovedM)
}

// SpotGone is a spot of the model before that none continues.
type SpotGone struct {
	Spot   int     `json:"spot"`
	Lon    float64 `json:"lon"`
	Lat    float64 `json:"lat"`
	Before int     `json:"crimes_before"`
	Now    int     `json:"crimes_now"` // in the same circle
}

// SpotsIn are the spots of a cluster, in their order.
func (m *Model) SpotsIn(cluster int) []Spot {
	list := []Spot{}
	for _, s := range m.Spots {
		if s.Cluster != nil && *s.Cluster == cluster {
			list = append(list, s)
		}
	}
	return list
}

// checkSpots looks at the spots, and at those of the model before.
func (m *Model) checkSpots() *CorruptError {
	var before []int
	for i := range m.Spots {
		s := &m.Spots[i]
		if s.Spot != i || !onEarth(s.Lon, s.Lat) || s.RadiusM < 1 || s.Crimes < 1 || !isShare(s.Share, s.Crimes, m.Rows.Trained) ||
			s.Expected < 0 || s.Ratio != nil && *s.Ratio < 0 || s.PAdjusted < 0 || s.PAdjusted > 1 || !areCategories(s.Categories, s.Crimes) ||
			(s.Cluster == nil) != (len(m.Clusters) == 0) || s.Cluster != nil && (*s.Cluster < 0 || *s.Cluster >= len(m.Clusters)) {
			return corrupt("spots", "spot %d: %+v", i, *s)
		}
		if p := s.Previous; p != nil {
			if p.MovedM < 0 {
				return corrupt("spots", "spot %d moved %g m", i, p.MovedM)
			}
			before = append(before, p.Spot)
		}
	}
	for _, g := range m.SpotsGone {
		if !onEarth(g.Lon, g.Lat) || g.Before < 1 || g.Now < 0 || g.Now > m.Rows.Trained {
			return corrupt("spots", "gone: %+v", g)
		}
		before = append(before, g.Spot)
	}
	slices.Sort(before)
	for i, n := range before { // each of the model before once
		if n != i || m.AlignedTo == nil {
			return corrupt("spots", "they continue spots %d of a model", before)
		}
	}
	return nil
}
