package kmeans

import (
	"math"
	"math/rand/v2"

	"hotspot/internal/kmeans/simd"
)

// seeding chooses start centroids by greedy k-means++: the first is a random
// row, each next one the best of 2 + ln k rows drawn with a chance in
// proportion to their squared distance to the nearest chosen so far (Arthur and
// Vassilvitskii, SODA 2007; the trials as in scikit-learn). It is scratch for
// one goroutine.
type seeding struct {
	p     *Points
	sq    []float64 // m: squared distance to the nearest chosen
	owner []int32   // m: which of the chosen that is, the first of several
	parts []float64 // per block: sum of weight × sq
	total float64   // of parts, in order
}

func newSeeding(p *Points) *seeding {
	m := p.len()
	return &seeding{p: p, sq: simd.Make[float64](m), owner: simd.Make[int32](m), parts: make([]float64, (m+simd.Block-1)/simd.Block)}
}

// chooseAll fills centroids, k×d, with k distinct points.
func (s *seeding) chooseAll(rng *rand.Rand, centroids []float64) {
	d := s.p.D
	k := len(centroids) / d
	trials := 2 + int(math.Log(float64(k)))

	for i := range s.sq {
		s.sq[i] = math.Inf(1)
	}
	s.choose(centroids[:d], s.anyRow(rng), 0)
	for c := 1; c < k; c++ {
		best, least := 0, math.Inf(1)
		for t := range trials {
			i := s.draw(rng)
			if pot := s.potential(s.p.at(i)); t == 0 || pot < least || pot == least && i < best {
				best, least = i, pot
			}
		}
		s.choose(row(centroids, d, c), best, int32(c))
	}
}

// anyRow returns the point of a row, all rows alike.
func (s *seeding) anyRow(rng *rand.Rand) int {
	r := float64(rng.Uint64N(uint64(s.p.N)))
	for i, w := range s.p.Weight {
		if r < w {
			return i
		}
		r -= w
	}
	panic("kmeans: weights do not add up")
}

// draw returns a point with a chance of weight × sq. It never returns one that
// was chosen before: their sq is 0.
func (s *seeding) draw(rng *rand.Rand) int {
	r := float64(rng.Float64() * s.total)
	for part, sum := range s.parts {
		if r >= sum {
			r -= sum
			continue
		}
		last := 0
		var acc float64
		for i := part * simd.Block; i < min((part+1)*simd.Block, len(s.sq)); i++ {
			if share := float64(s.p.Weight[i] * s.sq[i]); share > 0 {
				acc += share
				last = i
			}
			if r < acc {
				return i
			}
		}
		return last // r is the whole block but for a rounding
	}
	// r is the whole sum but for a rounding: the last point that counts.
	for i := len(s.sq) - 1; ; i-- {
		if s.sq[i] > 0 {
			return i
		}
	}
}

// potential returns what the sum of weight × sq would be with a centroid at c.
func (s *seeding) potential(c []float64) (sum float64) {
	for from := 0; from < len(s.sq); from += simd.Block {
		sum += s.p.Potential(from, min(from+simd.Block, len(s.sq)), c, s.sq[from:])
	}
	return sum
}

// choose makes point i centroid c and brings sq, owner and the sums up to date.
func (s *seeding) choose(centroid []float64, i int, c int32) {
	copy(centroid, s.p.at(i))
	s.total = 0
	for part := range s.parts {
		from := part * simd.Block
		s.parts[part] = s.p.Choose(from, min(from+simd.Block, len(s.sq)), centroid, s.sq[from:], s.owner[from:], c)
		s.total += s.parts[part]
	}
}
