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
	s.Spots = append(s.Spots, Of(next.Model, planted))
	last := s.last
	s.last = &next
	if !shifts || last == nil || len(last.Model.Clusters) == 0 || len(next.Model.Clusters) == 0 {
		return nil
	}
	r, err := compare.Models(ctx, *last, next)
	if err != nil {
		return err
	}
	s.Shifts = append(s.Shifts, Between(last.Model, next.Model, planted, r))
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

// active are the hot spots that were there in at least half of the rows of m.
func active(m *model.Model, planted []source.HotSpot) []source.HotSpot {
	var there []source.HotSpot
	first, last := m.Batch.FirstRow, m.Batch.LastRow
	for _, h := range planted {
		if n := min(last, h.LastRow) - max(first, h.FirstRow) + 1; 2*n >= last-first+1 {
			there = append(there, h)
		}
	}
	return there
}

// Of compares the densest spots of m with what was planted in its rows.
func Of(m *model.Model, planted []source.HotSpot) Spots {
	there := active(m, planted)
	s := Spots{Model: m.Model, Found: []Found{}, Missed: []Missed{}}
	seen := make([]bool, len(there))
	for i := range m.Clusters {
		d := m.Clusters[i].Densest
		if d == nil {
			continue
		}
		f := Found{Cluster: i, Place: crime.Place{Lon: d.Lon, Lat: d.Lat}}
		for j := range there {
			if metres(m, f.Place, there[j].Center) <= float64(there[j].RadiusM+beside) {
				f.Planted, seen[j] = &there[j], true
				break
			}
		}
		f.Empty = true
		s.Found = append(s.Found, f)
	}
	for j, h := range there {
		if len(m.Clusters) == 0 {
			break
		}
		east, north := m.Frame.Project(h.Center)
		in := area(m, east, north)
		for i := range s.Found {
			s.Found[i].Empty = s.Found[i].Empty && s.Found[i].Cluster != in && s.Found[i].Planted == nil
		}
		if seen[j] {
			continue
		}
		miss := Missed{Planted: h, Cluster: in}
		for _, f := range s.Found {
			miss.Hidden = miss.Hidden || f.Cluster == miss.Cluster && f.Planted != nil
		}
		s.Missed = append(s.Missed, miss)
	}
	return s
}

// area is the cluster whose centroid is nearest on the ground.
func area(m *model.Model, east, north float64) int {
	best, least := 0, math.Inf(1)
	for i := range m.Clusters {
		c := &m.Clusters[i].Centroid
		if d := math.Hypot(c.EastKm-east, c.NorthKm-north); d < least {
			best, least = i, d
		}
	}
	return best
}

// metres are between two places, on the plane of m.
func metres(m *model.Model, a, b crime.Place) float64 {
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

// Between compares the changes from a to b with what was planted. r is what
// compare says of the two.
func Between(a, b *model.Model, planted []source.HotSpot, r *compare.Result) Shift {
	s := Shift{A: a.Model, B: b.Model, Changed: r.Changed}
	for _, c := range r.Clusters {
		s.More = s.More || c.Verdict == compare.More || c.Verdict == compare.Fewer
	}
	before, after := active(a, planted), active(b, planted)
	s.side(a, b, before, after)
	s.side(b, a, after, before)
	return s
}

// side counts the hot spots and densest spots that m has and the other does not.
func (s *Shift) side(m, other *model.Model, there, otherwise []source.HotSpot) {
	alone := func(place crime.Place) bool { // no densest spot of the other model is here
		for i := range other.Clusters {
			if d := other.Clusters[i].Densest; d != nil && metres(m, place, crime.Place{Lon: d.Lon, Lat: d.Lat}) <= same {
				return false
			}
		}
		return true
	}
	var changed []source.HotSpot
	for _, h := range there {
		stays := false
		for _, o := range otherwise {
			stays = stays || o.ID == h.ID && o.Center == h.Center
		}
		if !stays {
			changed = append(changed, h)
		}
	}
	s.Planted += len(changed)
	for i := range m.Clusters {
		d := m.Clusters[i].Densest
		if d == nil {
			continue
		}
		place := crime.Place{Lon: d.Lon, Lat: d.Lat}
		if !alone(place) {
			continue
		}
		hit := false
		for _, h := range changed {
			hit = hit || metres(m, place, h.Center) <= float64(h.RadiusM+beside)
		}
		if hit {
			s.Found++
		} else {
			s.False++
		}
	}
}
