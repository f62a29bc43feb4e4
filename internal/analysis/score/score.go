// Package score measures models of an invented city by what was planted there:
// which hot spots their densest spots found, which they missed, and which of
// theirs are none; and the same for what changes from one model to the next.
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
// metres: the densest spot is counted in cells of 50 m.
const beside = 50

// same is within how many metres the densest spots of two models are one and the
// same to a reader: the width of the kernel that finds them.
const same = 500

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

// Found is one densest spot that a model names.
type Found struct {
	Cluster int             `json:"cluster"`
	Place   crime.Place     `json:"place"`
	Planted *source.HotSpot `json:"planted"` // on whose ground it lies; nil: it is false
	Empty   bool            `json:"empty"`   // nothing was planted in this area: whatever it names is false
}

// Missed is a hot spot that no densest spot of a model lies on.
type Missed struct {
	Planted source.HotSpot `json:"planted"`
	Cluster int            `json:"cluster"` // of the area that it lies in
	// Hidden says that the densest spot of this area lies on another planted hot
	// spot: an area names one.
	Hidden bool `json:"hidden"`
}

// Spots are the densest spots of a model beside the truth.
type Spots struct {
	Model  int      `json:"model"`
	Found  []Found  `json:"found"`  // by cluster; those with Planted nil are false
	Missed []Missed `json:"missed"` // in the order of planted
}

// False counts the densest spots that lie on no planted ground.
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

// densestSpots are the densest spots that m names, by cluster.
func densestSpots(m *model.Model) []Found {
	spots := []Found{}
	for i := range m.Clusters {
		if d := m.Clusters[i].Densest; d != nil {
			spots = append(spots, Found{Cluster: i, Place: crime.Place{Lon: d.Lon, Lat: d.Lat}})
		}
	}
	return spots
}

// isOn reports whether a place of m lies on the ground of h, or as good as.
func isOn(m *model.Model, place crime.Place, h source.HotSpot) bool {
	return metresBetween(m, place, h.Center) <= float64(h.RadiusM+beside)
}

// FindSpots compares the densest spots of m with what was planted in its rows.
func FindSpots(m *model.Model, planted []source.HotSpot) Spots {
	s := Spots{Model: m.Model, Found: densestSpots(m), Missed: []Missed{}}
	if len(m.Clusters) == 0 {
		return s
	}
	there := plantedIn(m, planted)
	seen := make([]bool, len(there))
	for i := range s.Found {
		f := &s.Found[i]
		if j := slices.IndexFunc(there, func(h source.HotSpot) bool { return isOn(m, f.Place, h) }); j >= 0 {
			f.Planted, seen[j] = &there[j], true
		}
		f.Empty = f.Planted == nil
	}
	for j, h := range there {
		miss := Missed{Planted: h, Cluster: nearestArea(m, h.Center)}
		for i := range s.Found {
			if f := &s.Found[i]; f.Cluster == miss.Cluster {
				f.Empty = false
				miss.Hidden = f.Planted != nil
			}
		}
		if !seen[j] {
			s.Missed = append(s.Missed, miss)
		}
	}
	return s
}

// nearestArea is the cluster whose centroid is nearest on the ground.
func nearestArea(m *model.Model, place crime.Place) int {
	east, north := m.Frame.Project(place)
	best, least := 0, math.Inf(1)
	for i := range m.Clusters {
		c := &m.Clusters[i].Centroid
		if d := math.Hypot(c.EastKm-east, c.NorthKm-north); d < least {
			best, least = i, d
		}
	}
	return best
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
	False   int  `json:"false"`   // densest spots that came or went with nothing planted
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
	s.addSide(a, b, before, after)
	s.addSide(b, a, after, before)
	return s
}

// addSide counts the hot spots and densest spots that m has and the other does
// not.
func (s *Shift) addSide(m, other *model.Model, there, otherwise []source.HotSpot) {
	var changed []source.HotSpot
	for _, h := range there {
		if !slices.ContainsFunc(otherwise, func(o source.HotSpot) bool { return o.ID == h.ID && o.Center == h.Center }) {
			changed = append(changed, h)
		}
	}
	s.Planted += len(changed)
	others := densestSpots(other)
	for _, f := range densestSpots(m) {
		switch {
		case slices.ContainsFunc(others, func(o Found) bool { return metresBetween(m, f.Place, o.Place) <= same }):
		case slices.ContainsFunc(changed, func(h source.HotSpot) bool { return isOn(m, f.Place, h) }):
			s.Found++
		default:
			s.False++
		}
	}
}
