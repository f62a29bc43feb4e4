package kmeans

import (
	"cmp"
	"slices"

	"hotspot/internal/kmeans/simd"
)

// Above so many points the starts are tried on a sample of about as many, and
// the best of them go on with all.
const (
	samplePoints = 20_000
	polished     = 3
)

// search finds the best start that c asks for.
func (p *Points) search(c Config) start {
	tol := float64(c.Tolerance * p.variance())
	if p.len() <= samplePoints || c.K > samplePoints/10 {
		return p.improve(c, pickBest(p.restarts(c, tol)), tol)
	}
	s := p.sample((p.len() + samplePoints - 1) / samplePoints)
	sampleTol := float64(c.Tolerance * s.variance())
	starts := s.restarts(c, sampleTol)
	starts = append(starts, s.improve(c, pickBest(starts), sampleTol))
	slices.SortStableFunc(starts, func(a, b start) int { return cmp.Compare(a.inertia, b.inertia) })
	l := newLloyd(p, c.K)
	var whole []start
	for i, from := range starts[:min(polished, len(starts))] {
		if i > 0 && from.inertia == starts[i-1].inertia {
			continue // the same start again, almost surely
		}
		copy(l.centroids, from.centroids)
		whole = append(whole, l.run(c.MaxIterations, tol))
	}
	return pickBest(whole)
}

// sample is every step-th point, with its weight. Points lie in Morton order,
// so that it has as many from every part of the map as it should.
func (p *Points) sample(step int) *Points {
	s := &Points{Points: simd.Points{D: p.D, Weight: simd.Make[float64](p.len()/step + 1)[:0]}, bare: p.bare}
	for i := step / 2; i < p.len(); i += step {
		s.X = append(s.X, p.at(i)...)
		s.Weight = append(s.Weight, p.Weight[i])
		s.N += int(p.Weight[i])
	}
	if p.Vectorized() {
		s.Vectorize()
	}
	s.tree = newTree(s)
	return s
}
