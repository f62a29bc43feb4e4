// Package spots finds the places where much more was reported than around them, as
// many as there are, or none; and says of each cell of a grid how far it stands out.
//
// It stands between feature, which makes points, and train, which writes spots into a
// model. It counts whole numbers on the grid of coordinates and takes its chances from
// package stat: the same points give the same bits everywhere and in any order. It
// knows no crimes. Its functions may be called concurrently.
package spots

import (
	"cmp"
	"math"
	"slices"

	"hotspot/internal/stat"
)

// What a spot is. docs/spots.md says why these numbers.
const (
	RadiusM = 300 // of its circle; the ring around it has five times that
	FDR     = .05 // rate of false discoveries, of all places that were looked at

	excessShare = 15 // of 1,000 rows that it has at least more than expected,
	leastExcess = 10 // rows likewise, and
	mereShare   = 5  // of 1,000 rows: so much more by chance would be no matter

	ringRadii = 5
	ringArea  = ringRadii*ringRadii - 1 // in circles
)

// Spot is a place where more was reported than around it.
type Spot struct {
	EastKm, NorthKm float64 // its center, on the grid
	Rows            int     // in its circle
	Expected        float64 // rows of the ring, on as much ground as the circle has
	P               float64 // adjusted, as FDR is meant
}

// candidate is a place that could be the center of a spot.
type candidate struct {
	place
	inside, excess int64 // rows in the circle; what is more than expected, times ringArea
}

// Find finds the spots, the one with the most beyond what is expected first; of equals
// the most southern, then the most western.
//
// A spot is the place whose circle has the most rows beyond those that the ring around
// it lets expect, then the next whose circle does not overlap, while they are 1.5 % of
// all rows and 10 rows at least. It counts when chance gives as many rows with a rate of
// at most .05 where expected, and .5 % of all rows, is the truth: Poisson, adjusted
// for all places (Benjamini and Hochberg).
func (g *Ground) Find() []Spot {
	var peaks []candidate
	p := slices.Repeat([]float64{1}, len(g.places)) // of those that were no peak
	for _, c := range g.candidates() {
		if slices.ContainsFunc(peaks, c.overlaps) {
			continue
		}
		c = g.center(c, peaks)
		p[len(peaks)] = g.chance(c)
		peaks = append(peaks, c)
	}
	var found []Spot
	for i, adjusted := range stat.BenjaminiHochberg(p)[:len(peaks)] {
		if c := peaks[i]; adjusted <= FDR {
			found = append(found, Spot{float64(c.x) / steps, float64(c.y) / steps, int(c.inside), c.expected(), adjusted})
		}
	}
	return found
}

// candidates are the places with enough beyond what is expected, the most first. No
// circle has more than the cells that it can reach into, so few are counted.
func (g *Ground) candidates() []candidate {
	var all []candidate
	for _, cell := range g.cells {
		most := int64(0)
		for o := range g.near(cell.x, cell.y, 2) {
			most += o.rows
		}
		if !g.isEnough(candidate{excess: ringArea * most}) {
			continue
		}
		for _, p := range cell.places {
			if c := g.newCandidate(p); g.isEnough(c) {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.excess, a.excess), cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	return all
}

// newCandidate counts the circle and the ring around a place. Without rows enough in
// the circle it leaves the ring out: they are too few in any case.
func (g *Ground) newCandidate(p place) candidate {
	c := candidate{place: p, inside: g.count(p, 1)}
	if c.excess = ringArea * c.inside; g.isEnough(c) {
		c.excess -= g.count(p, ringRadii) - c.inside
	}
	return c
}

// center moves a peak to the mean of the rows in its circle, unless the circle there
// has not enough or overlaps that of a peak before: a place of many rows at the edge
// of the others would else be the center.
func (g *Ground) center(c candidate, before []candidate) candidate {
	var sum place
	for q := range g.within(c.place, 1) {
		sum = place{x: sum.x + q.x*q.rows, y: sum.y + q.y*q.rows, rows: sum.rows + q.rows}
	}
	moved := g.newCandidate(sum.mean())
	if !g.isEnough(moved) || slices.ContainsFunc(before, moved.overlaps) {
		return c
	}
	return moved
}

// expected is the rows that the ring lets expect in the circle.
func (c candidate) expected() float64 { return float64(ringArea*c.inside-c.excess) / ringArea }

// isEnough reports whether so much more than expected matters.
func (g *Ground) isEnough(c candidate) bool {
	return 1000*c.excess >= excessShare*ringArea*g.rows && c.excess >= leastExcess*ringArea
}

// chance is the chance of as many rows inside, were there no more than expected and
// what would be no matter.
func (g *Ground) chance(c candidate) float64 {
	return stat.Poisson(c.expected() + float64(mereShare*g.rows)/1000).AtLeast(int(c.inside))
}

// overlaps reports whether the circles of two have ground in common.
func (c candidate) overlaps(other candidate) bool { return c.squareTo(other.place) < 4*radius*radius }

// Match returns for each spot the index of the one before that it continues, -1 when
// it is new: the nearest whose circle overlaps, the least distance first, each once.
func Match(before, now []Spot) []int {
	type pair struct {
		i, j  int
		apart float64
	}
	var pairs []pair
	for i, s := range now {
		for j, b := range before {
			if apart := s.MetresTo(b); apart < 2*RadiusM {
				pairs = append(pairs, pair{i, j, apart})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.apart, b.apart) })
	match := slices.Repeat([]int{-1}, len(now))
	for _, p := range pairs {
		if match[p.i] < 0 && !slices.Contains(match, p.j) {
			match[p.i] = p.j
		}
	}
	return match
}

// MetresTo is how far the centers of two spots lie apart.
func (s Spot) MetresTo(other Spot) float64 {
	return math.Sqrt(float64(s.at().squareTo(other.at()))) / steps * 1000
}

// PointsIn returns the indices of the points of g in the circle of a spot, found here
// or elsewhere.
func (g *Ground) PointsIn(s Spot) (points []int) {
	for q := range g.within(s.at(), 1) {
		points = append(points, g.order[q.first:q.first+q.points]...)
	}
	return points
}

// RowsIn returns how many rows there are.
func (g *Ground) RowsIn(s Spot) int { return int(g.count(s.at(), 1)) }

// at is the center of s in steps.
func (s Spot) at() place { return place{x: int64(s.EastKm * steps), y: int64(s.NorthKm * steps)} }
