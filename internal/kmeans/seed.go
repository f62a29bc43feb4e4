package kmeans

import (
	"math"
	"math/rand/v2"
)

// seeder chooses start centroids by greedy k-means++: the first is a random
// row, each next one the best of 2 + ln k rows drawn with a chance in
// proportion to their squared distance to the nearest chosen so far (Arthur and
// Vassilvitskii, SODA 2007; the trials as in scikit-learn). It is scratch for
// one goroutine.
type seeder struct {
	p     *places
	sq    []float64 // m: squared distance to the nearest chosen
	parts []float64 // per chunk: sum of weight × sq
	total float64   // of parts, in order
}

func newSeeder(p *places) *seeder {
	return &seeder{p: p, sq: make([]float64, p.len()), parts: make([]float64, 0, p.len()/chunk+1)}
}

// seed fills centroids, k×d, with k distinct places.
func (s *seeder) seed(rng *rand.Rand, centroids []float64) {
	d := s.p.d
	k := len(centroids) / d
	trials := 2 + int(math.Log(float64(k)))

	for i := range s.sq {
		s.sq[i] = math.Inf(1)
	}
	s.choose(centroids[:d], s.anyRow(rng))
	for c := 1; c < k; c++ {
		best, least := 0, math.Inf(1)
		for t := range trials {
			i := s.draw(rng)
			if pot := s.potential(s.p.at(i)); t == 0 || pot < least || pot == least && i < best {
				best, least = i, pot
			}
		}
		s.choose(row(centroids, d, c), best)
	}
}

// anyRow returns the place of a row, all rows alike.
func (s *seeder) anyRow(rng *rand.Rand) int {
	r := float64(rng.Uint64N(uint64(s.p.rows())))
	for i, w := range s.p.weight {
		if r < w {
			return i
		}
		r -= w
	}
	panic("kmeans: weights do not add up")
}

// draw returns a place with a chance of weight × sq. It never returns one that
// was chosen before: their sq is 0.
func (s *seeder) draw(rng *rand.Rand) int {
	r := float64(rng.Float64() * s.total)
	for part, sum := range s.parts {
		if r >= sum {
			r -= sum
			continue
		}
		var acc float64
		for i := part * chunk; ; i++ {
			acc += float64(s.p.weight[i] * s.sq[i])
			if r < acc {
				return i
			}
		}
	}
	// r is the whole sum but for a rounding: the last place that counts.
	for i := len(s.sq) - 1; ; i-- {
		if s.sq[i] > 0 {
			return i
		}
	}
}

// potential returns what the sum of weight × sq would be with a centroid at c.
func (s *seeder) potential(c []float64) float64 {
	p := s.p
	return sumChunks(p.len(), func(from, to int) float64 {
		var sum float64
		if p.d == 2 {
			cx, cy := c[0], c[1]
			for i := from; i < to; i++ {
				dx, dy := p.x[2*i]-cx, p.x[2*i+1]-cy
				sum += float64(p.weight[i] * min(s.sq[i], float64(dx*dx)+float64(dy*dy)))
			}
			return sum
		}
		for i := from; i < to; i++ {
			sum += float64(p.weight[i] * min(s.sq[i], square(p.at(i), c)))
		}
		return sum
	})
}

// choose makes place i the next centroid and brings sq and its sums up to date.
func (s *seeder) choose(centroid []float64, i int) {
	copy(centroid, s.p.at(i))
	s.parts = s.parts[:0]
	s.total = sumChunks(s.p.len(), func(from, to int) float64 {
		var sum float64
		for i := from; i < to; i++ {
			s.sq[i] = min(s.sq[i], square(s.p.at(i), centroid))
			sum += float64(s.p.weight[i] * s.sq[i])
		}
		s.parts = append(s.parts, sum)
		return sum
	})
}
