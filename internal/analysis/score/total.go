package score

import (
	"hotspot/internal/analysis/compare"
	"hotspot/internal/source"
)

// Total sums scores.
type Total struct {
	Models, Planted, Found        int // hot spots, each counted in every model of it
	Named, False                  int // spots; false ones
	Shifted, ShiftedSaid          int // pairs where something was planted; where compare says changed
	ShiftedMore                   int // of Shifted: no such change, but more or fewer somewhere
	Still, StillSaid, StillMore   int // pairs where nothing was planted, alike
	Moves, MovesFound, MovesFalse int // comings and goings of single spots
}

// Sum adds up scores.
func Sum(all []*Score) (t Total) {
	for _, s := range all {
		for _, m := range s.Spots {
			t.Models++
			found := 0
			seen := map[source.HotSpot]bool{} // not by ID: one that moved in the middle counts at both places
			for _, f := range m.Found {
				if f.Planted != nil && !seen[*f.Planted] {
					seen[*f.Planted] = true
					found++
				}
			}
			t.Found += found
			t.Planted += found + len(m.Missed)
			t.Named += len(m.Found)
			t.False += m.False()
		}
		for _, p := range s.Shifts {
			t.Moves += p.Planted
			t.MovesFound += p.Found
			t.MovesFalse += p.False
			n, said, more := &t.Still, &t.StillSaid, &t.StillMore
			if p.Planted > 0 {
				n, said, more = &t.Shifted, &t.ShiftedSaid, &t.ShiftedMore
			}
			*n++
			switch {
			case p.Changed:
				*said++
			case p.More:
				*more++
			}
		}
	}
	return t
}

// Words are compare's verdict.
func (s *Shift) Words() string {
	switch {
	case s.Changed:
		return compare.OtherPlaces
	case s.More:
		return compare.OtherNumbers
	}
	return compare.Unchanged
}
