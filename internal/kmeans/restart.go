package kmeans

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
)

// swapStream keeps the swaps apart from the starts, which draw from the same seed.
const swapStream = 1 << 33

// restarts runs c.Restarts starts to their ends and returns the polished best, the
// first ones among equals. No more than those are held.
func (p *Points) restarts(c Config, tol float64) []start {
	var mu sync.Mutex
	var best []start // guarded by mu
	parallel(c.Restarts, c.Workers, func() func(int) {
		s, l := newSeeding(p), newLloyd(p, c.K)
		return func(i int) {
			s.chooseAll(rand.New(rand.NewPCG(c.Seed, uint64(i))), l.centroids) //nolint:gosec // a start, not a secret
			l.adopt(s.owner)
			s := l.iterate(c.MaxIterations, tol)
			s.number = i
			mu.Lock()
			defer mu.Unlock()
			best = append(best, s)
			slices.SortFunc(best, func(a, b start) int {
				return cmp.Or(cmp.Compare(a.inertia, b.inertia), cmp.Compare(a.number, b.number))
			})
			best = best[:min(len(best), polished)]
		}
	})
	return best
}

// pickBest returns the start of the least inertia, the first one among equals.
func pickBest(starts []start) start {
	least := 0
	for i, s := range starts {
		if s.inertia < starts[least].inertia {
			least = i
		}
	}
	return starts[least]
}

// improve returns s after the breaths and swaps that c asks for.
func (p *Points) improve(c Config, s start, tol float64) start {
	rng := rand.New(rand.NewPCG(c.Seed, swapStream)) //nolint:gosec // a swap, not a secret
	if c.Effort == High && c.K >= breathFrom {
		for range breathRuns {
			s = p.breathe(s, c.K, rng, c.MaxIterations, tol)
		}
	}
	return newSwapper(p, newLloyd(p, c.K)).improve(s, c.Effort.swaps(c.K), rng, c.MaxIterations, tol)
}
