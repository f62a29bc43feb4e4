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
	known          bool  // is excess
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
	candidates := g.candidates()
	var peaks []candidate
	p := slices.Repeat([]float64{1}, len(g.places)) // of those that were no peak
	for {
		peak := g.nextPeak(candidates)
		if peak == nil || !g.isEnough(*peak) {
			break
		}
		spot := g.center(*peak, peaks)
		p[len(peaks)] = g.chance(spot)
		peaks = append(peaks, spot)
		candidates = slices.DeleteFunc(candidates, spot.overlaps)
	}
	var found []Spot
	for i, adjusted := range stat.BenjaminiHochberg(p)[:len(peaks)] {
		if c := peaks[i]; adjusted <= FDR {
			found = append(found, Spot{float64(c.x) / steps, float64(c.y) / steps, int(c.inside), c.expected(), adjusted})
		}
	}
	return found
}

// candidates are the places with rows enough in their circle, most rows first.
func (g *Ground) candidates() []candidate {
	enough := func(rows int64) bool { return g.isEnough(candidate{excess: rows * ringArea}) }
	var all []candidate
	for _, c := range g.cells {
		most := int64(0)
		for o := range g.near(c.x, c.y, 2) {
			most += o.rows
		}
		for _, p := range c.places {
			if !enough(most) {
				break
			}
			if n := g.count(p, 1); enough(n) {
				all = append(all, candidate{place: p, inside: n})
			}
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.inside, a.inside), cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	return all
}

// nextPeak returns the candidate with the greatest excess, nil without any. Excess is
// at most the rows inside, so few rings are counted.
func (g *Ground) nextPeak(candidates []candidate) (best *candidate) {
	for i := range candidates {
		c := &candidates[i]
		if best != nil && ringArea*c.inside < best.excess {
			break
		}
		if !c.known {
			c.known, c.excess = true, g.excess(c.place, c.inside)
		}
		if best == nil || cmp.Or(cmp.Compare(c.excess, best.excess), cmp.Compare(best.y, c.y), cmp.Compare(best.x, c.x)) > 0 {
			best = c
		}
	}
	return best
}

// center moves a peak to the mean of the rows in its circle, unless the circle there
// has not enough or overlaps that of a peak before: a place of many rows at the edge
// of the others would else be the center.
func (g *Ground) center(c candidate, before []candidate) candidate {
	var sum place
	for q := range g.within(c.place, 1) {
		sum = place{x: sum.x + q.x*q.rows, y: sum.y + q.y*q.rows, rows: sum.rows + q.rows}
	}
	moved := candidate{place: sum.mean()}
	moved.inside = g.count(moved.place, 1)
	moved.excess = g.excess(moved.place, moved.inside)
	if !g.isEnough(moved) || slices.ContainsFunc(before, moved.overlaps) {
		return c
	}
	return moved
}

// excess is how many more of the rows are inside than the ring lets expect, times
// ringArea.
func (g *Ground) excess(p place, inside int64) int64 {
	return (ringArea+1)*inside - g.count(p, ringRadii)
}

// expected is the rows that the ring lets expect in the circle.
func (c candidate) expected() float64 { return float64(ringArea*c.inside-c.excess) / ringArea }

// isEnough reports whether so much more than expected matters.
func (g *Ground) isEnough(c candidate) bool {
	return 1000*c.excess >= excessShare*ringArea*int64(len(g.order)) && c.excess >= leastExcess*ringArea
}

// chance is the chance of as many rows inside, were there no more than expected and
// what would be no matter.
func (g *Ground) chance(c candidate) float64 {
	return stat.Poisson(c.expected() + float64(mereShare*len(g.order))/1000).AtLeast(int(c.inside))
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

// RowsIn returns the rows in the circle of a spot, found here or elsewhere: their
// indices in the points of g.
func (g *Ground) RowsIn(s Spot) (rows []int) {
	for q := range g.within(s.at(), 1) {
		rows = append(rows, g.order[q.first:q.first+int(q.rows)]...)
	}
	return rows
}

// at is the center of s in steps.
func (s Spot) at() place { return place{x: int64(s.EastKm * steps), y: int64(s.NorthKm * steps)} }
