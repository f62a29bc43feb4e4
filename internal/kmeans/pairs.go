package kmeans

import (
	"math"

	"hotspot/internal/kmeans/simd"
)

// A strip is as many points as share partial sums; a tile is as many as their
// distances to another eight are kept for in the nearest cache.
const (
	maxStrips = 8
	tile      = 128
)

// measureToEach fills means, which holds the distances to the centroids, with the mean
// distances to the rows of each label, the row itself left out of its own.
//
// Each pair of points is looked at once, for both. The points are cut into
// strips of about as many pairs, each with partial sums of its own, which are
// added in the order of the strips.
//
// How many strips there are depends on the data alone: the workers never show.
func (g *groups) measureToEach(workers int) {
	wanted := g.findWanted()
	strips := max(1, min(maxStrips, g.m/tile, (4<<20)/(g.m*g.k))) // 32 MiB of partials at most
	parts := make([][]float64, strips)
	parallel(strips, workers, func() func(int) {
		var s scratch
		return func(t int) {
			parts[t] = make([]float64, g.k*g.m)
			g.addPairs(g.stripStart(t, strips), g.stripStart(t+1, strips), wanted, parts[t], &s)
		}
	})
	for _, part := range parts[1:] {
		for i, v := range part {
			parts[0][i] += v
		}
	}
	for own := range g.k {
		for i := g.first[own]; i < g.first[own+1]; i++ {
			for c, size := range g.sizes {
				switch {
				case c == own:
					size-- // the row itself; where it is alone, average skips it
				case !wanted[c*g.m/simd.Lanes+i/simd.Lanes]:
					g.means[c*g.m+i] = math.Inf(1)
					continue
				}
				if size > 0 {
					g.means[c*g.m+i] = parts[0][c*g.m+i] / size
				}
			}
		}
	}
}

// findWanted says for each eight points and each label c, at c*m/8 + point/8,
// whether c may be the nearest other label of one of them, or is their own. The
// mean distance to the rows of a label is at least that to their centroid, and
// at most the root of the mean square (both by Jensen's inequality, Acta Math.
// 30, 1906): a label whose least is above the most of another is not it.
func (g *groups) findWanted() []bool {
	wanted := make([]bool, g.k*g.m/simd.Lanes)
	var size float64
	for _, v := range g.cols.X {
		size = max(size, math.Abs(v))
	}
	for own := range g.k {
		for i := g.first[own]; i < g.first[own+1]; i++ {
			most := math.Inf(1)
			for c, size := range g.sizes {
				if least := g.means[c*g.m+i]; c != own && size > 0 {
					most = min(most, math.Sqrt(float64(least*least)+g.spreads[c]))
				}
			}
			most += float64(0x1p-30*most) + float64(0x1p-40*size) // more than all roundings together
			for c := range g.k {
				if c == own || g.means[c*g.m+i] <= most {
					wanted[c*g.m/simd.Lanes+i/simd.Lanes] = true
				}
			}
		}
	}
	return wanted
}

// stripStart returns the first point of strip t: those before it have t/strips
// of the pairs, point i having the m-1-i pairs with the points after it.
func (g *groups) stripStart(t, strips int) int {
	return int(float64(g.m)*(1-math.Sqrt(1-float64(t)/float64(strips)))) / simd.Lanes * simd.Lanes
}

// scratch is what a worker adds up for the points of a tile, in half the simd.Lanes.
type scratch struct {
	sums, own [tile][simd.Lanes / 2]float64
}

// addPairs adds to part, laid out as means, the distances between the points
// from … to-1 and all that come after them, times the rows at the other end.
// Where neither side wants them they are left out.
func (g *groups) addPairs(from, to int, wanted []bool, part []float64, s *scratch) {
	octs := g.m / simd.Lanes
	for own := range g.k {
		begin, end := max(from, g.first[own]), min(to, g.first[own+1])
		if begin >= end {
			continue
		}
		for c := own; c < g.k; c++ {
			for a := g.first[c]; a < g.first[c+1]; a += tile {
				b := min(a+tile, g.first[c+1])
				clear(s.sums[:])
				asked := false
				for o := a / simd.Lanes; o < b/simd.Lanes; o++ {
					asked = asked || wanted[own*octs+o]
				}
				some := false
				for i := begin; i < end; i += simd.Lanes {
					if after := max(a, i+simd.Lanes); after < b && (asked || wanted[c*octs+i/simd.Lanes]) {
						g.cols.Distances(i, after, b, part[c*g.m+i:], s.sums[after-a:])
						some = true
					}
					if i >= a && i < b { // among themselves
						g.cols.Distances(i, i, i+simd.Lanes, part[c*g.m+i:], s.own[:])
					}
				}
				if some {
					for j, v := range s.sums[:b-a] {
						part[own*g.m+a+j] += (v[0] + v[2]) + (v[1] + v[3])
					}
				}
			}
		}
	}
}
