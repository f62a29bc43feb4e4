package kmeans

import (
	"math/rand/v2"

	"hotspot/internal/kmeans/simd"
)

// How long a swap is tried. On the city's batches fewer iterations miss
// improvements, and more cost more than further swaps do; no swap that began a
// fifth worse than what it started from has ended better.
const (
	swapLimit = 3   // Lloyd iterations
	swapCost  = 1.2 // of the inertia before
)

// swaps is how many swaps are tried at an effort, in all: more for more
// clusters, but not for ever, as each of them costs more as well.
func (e Effort) swaps(k int) int {
	if e == High && k >= breathFrom {
		return 24 * min(k, 15) // and breaths before
	}
	if e == High {
		return 40 * k
	}
	return 2 * min(k, 25)
}

// swapper looks for a better start by moving one centroid at a time to where
// Lloyd's iterations cannot take it (Fränti, Efficiency of random swap
// clustering, J. Big Data 5, 2018). Where to is drawn like a k-means++ start;
// which one goes is the one whose going costs least with the new one in place
// (Lattanzi and Sohler, A better k-means++ algorithm via local search, ICML
// 2019). It is scratch for one goroutine.
type swapper struct {
	seeding
	l             *lloyd
	second        []float64 // m: squared distance to the second nearest centroid; seeding has the nearest
	sums, weights []float64 // as lloyd's, under owner
	nodes         []int32   // as lloyd's, under owner
	loss          []float64 // k: what the rows lose when their centroid goes
}

func newSwapper(p *Points, l *lloyd) *swapper {
	return &swapper{seeding: *newSeeding(p), l: l, second: make([]float64, p.len()), sums: make([]float64, l.k*p.D), weights: make([]float64, l.k), nodes: make([]int32, len(l.nodes)), loss: make([]float64, l.k)}
}

// improve tries so many swaps, and returns the best start that it came to.
func (s *swapper) improve(best start, swaps int, rng *rand.Rand, limit int, tol float64) start {
	if s.l.k < 2 || s.l.k == s.p.len() {
		return best
	}
	s.measure(best.centroids)
	for range swaps {
		i := s.draw(rng)
		copy(s.l.centroids, best.centroids)
		j, cost := s.findSpare(s.p.at(i))
		if cost > swapCost*best.inertia {
			continue
		}
		copy(row(s.l.centroids, s.p.D, j), s.p.at(i))
		copy(s.l.labels, s.owner)
		copy(s.l.nodes, s.nodes)
		copy(s.l.sums, s.sums)
		copy(s.l.weights, s.weights)
		s.l.assign()
		try := s.l.iterate(swapLimit, 0)
		if try.inertia >= best.inertia {
			continue
		}
		more := s.l.iterate(limit, tol)
		more.iterations += try.iterations
		best = more
		s.measure(best.centroids)
	}
	return best
}

// measure finds for every point the nearest centroid, how far it is, and how
// far the second one is.
func (s *swapper) measure(centroids []float64) {
	s.total = 0
	for part := range s.parts {
		from := part * simd.Block
		var sums [simd.Lanes]float64
		for i := from; i < min(from+simd.Block, len(s.sq)); i++ {
			var c int
			c, s.sq[i], s.second[i] = twoNearest(centroids, s.p.D, s.p.at(i))
			s.owner[i] = int32(c)
			sums[i%simd.Lanes] += float64(s.p.Weight[i] * s.sq[i])
		}
		s.parts[part] = simd.Total(&sums)
		s.total += s.parts[part]
	}
	s.l.adopt(s.owner)
	copy(s.nodes, s.l.nodes)
	copy(s.sums, s.l.sums)
	copy(s.weights, s.l.weights)
}

// findSpare returns the centroid that can best be spared once there is one at c,
// and the inertia without it.
func (s *swapper) findSpare(c []float64) (int, float64) {
	clear(s.loss)
	var gain float64
	for i, own := range s.owner {
		sq := square(s.p.at(i), c)
		near := s.sq[i]
		if sq < near {
			gain += float64(s.p.Weight[i] * (near - sq))
			near = sq
		}
		if next := min(sq, s.second[i]); near < next {
			s.loss[own] += float64(s.p.Weight[i] * (next - near))
		}
	}
	least := 0
	for c, v := range s.loss {
		if v < s.loss[least] {
			least = c
		}
	}
	return least, s.total - gain + s.loss[least]
}
