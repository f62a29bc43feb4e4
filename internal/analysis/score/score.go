// Package score measures models of an invented city by what was planted there:
// which hot spots their spots found, which they missed, and which of theirs are
// none; and the same for what changes from one model to the next.
//
// It stands after train and compare, beside the flow, and uses the truth that
// generate writes to its sidecar. Nothing of it reaches a model: the city alone
// knows the truth.
package score

import (
	"context"
	"math"
	"slices"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/crime"
	"hotspot/internal/model"
	"hotspot/internal/source"
)

// beside is how far outside of its ground a hot spot still counts as found, in
// metres: the center of a spot is a mean.
const beside = 50

// Score is how the models of a city did.
type Score struct {
	Seed   uint64  `json:"seed"` // of an invented city; 0 for a folder
	Spots  []Spots `json:"spots"`
	Shifts []Shift `json:"shifts"`

	last *compare.Side // that was added
}

func newScore(seed uint64) *Score { return &Score{Seed: seed, Spots: []Spots{}, Shifts: []Shift{}} }

// add scores the next model, and with shifts what has changed since the one before.
func (s *Score) add(ctx context.Context, next compare.Side, planted []source.HotSpot, shifts bool) error {
	s.Spots = append(s.Spots, FindSpots(next.Model, planted))
	last := s.last
	s.last = &next
	if !shifts || last == nil || len(last.Model.Clusters) == 0 || len(next.Model.Clusters) == 0 {
		return nil
	}
	r, err := compare.Models(ctx, *last, next)
	if err != nil {
		return err
	}
	s.Shifts = append(s.Shifts, FindShift(last.Model, next.Model, planted, r))
	return nil
}

// Found is one spot of a model.
type Found struct {
	Spot    int             `json:"spot"`
	Place   crime.Place     `json:"place"`
	Planted *source.HotSpot `json:"planted"` // on whose ground it lies; nil: it is false
}

// Spots are the spots of a model beside the truth.
type Spots struct {
	Model  int              `json:"model"`
	Found  []Found          `json:"found"`  // by number; those with Planted nil are false
	Missed []source.HotSpot `json:"missed"` // on which none lies, in the order of planted
}

// False counts the spots that lie on no planted ground.
func (s *Spots) False() (n int) {
	for _, f := range s.Found {
		if f.Planted == nil {
			n++
		}
	}
	return n
}

// plantedIn are the hot spots that were there in at least half of the rows of m.
func plantedIn(m *model.Model, planted []source.HotSpot) []source.HotSpot {
	var there []source.HotSpot
	first, last := m.Batch.FirstRow, m.Batch.LastRow
	for _, h := range planted {
		if n := min(last, h.LastRow) - max(first, h.FirstRow) + 1; 2*n >= last-first+1 {
			there = append(there, h)
		}
	}
	return there
}

// isOn reports whether a place of m lies on the ground of h, or as good as.
func isOn(m *model.Model, place crime.Place, h source.HotSpot) bool {
	return metresBetween(m, place, h.Center) <= float64(h.RadiusM+beside)
}

// FindSpots compares the spots of m with what was planted in its rows.
func FindSpots(m *model.Model, planted []source.HotSpot) Spots {
	s := Spots{Model: m.Model, Found: []Found{}, Missed: []source.HotSpot{}}
	there := plantedIn(m, planted)
	seen := make([]bool, len(there))
	for _, spot := range m.Spots {
		f := Found{Spot: spot.Spot, Place: crime.Place{Lon: spot.Lon, Lat: spot.Lat}}
		if j := slices.IndexFunc(there, func(h source.HotSpot) bool { return isOn(m, f.Place, h) }); j >= 0 {
			f.Planted, seen[j] = &there[j], true
		}
		s.Found = append(s.Found, f)
	}
	for j, h := range there {
		if !seen[j] {
			s.Missed = append(s.Missed, h)
		}
	}
	return s
}

// metresBetween is the distance of two places, on the plane of m.
func metresBetween(m *model.Model, a, b crime.Place) float64 {
	ax, ay := m.Frame.Project(a)
	bx, by := m.Frame.Project(b)
	return math.Hypot(ax-bx, ay-by) * 1000
}

// Shift is what changed between two models, by the truth and by what they say.
type Shift struct {
	A       int  `json:"a"`
	B       int  `json:"b"`
	Planted int  `json:"planted"` // hot spots that came or went, one that moved counting as both
	Found   int  `json:"found"`   // of these: named where it is and not where it is not
	False   int  `json:"false"`   // spots that came or went with nothing planted
	Changed bool `json:"changed"` // compare: a figure outside of its floor
	More    bool `json:"more"`    // compare: an area has more or fewer crimes a day
}

// FindShift compares the changes from a to b with what was planted. r is what
// compare says of the two.
func FindShift(a, b *model.Model, planted []source.HotSpot, r *compare.Result) Shift {
	s := Shift{A: a.Model, B: b.Model, Changed: r.Changed}
	for _, c := range r.Clusters {
		s.More = s.More || c.Verdict == compare.More || c.Verdict == compare.Fewer
	}
	before, after := plantedIn(a, planted), plantedIn(b, planted)
	var came, gone []crime.Place
	for _, spot := range b.Spots {
		if spot.Previous == nil {
			came = append(came, crime.Place{Lon: spot.Lon, Lat: spot.Lat})
		}
	}
	for _, spot := range b.SpotsGone {
		gone = append(gone, crime.Place{Lon: spot.Lon, Lat: spot.Lat})
	}
	s.addSide(b, came, after, before)
	s.addSide(b, gone, before, after)
	return s
}

// addSide counts the hot spots that are there and not otherwise, and the places of
// spots that say so.
func (s *Shift) addSide(m *model.Model, places []crime.Place, there, otherwise []source.HotSpot) {
	var changed []source.HotSpot
	for _, h := range there {
		if !slices.ContainsFunc(otherwise, func(o source.HotSpot) bool { return o.ID == h.ID && o.Center == h.Center }) {
			changed = append(changed, h)
		}
	}
	s.Planted += len(changed)
	for _, p := range places {
		if slices.ContainsFunc(changed, func(h source.HotSpot) bool { return isOn(m, p, h) }) {
			s.Found++
		} else {
			s.False++
		}
	}
}
