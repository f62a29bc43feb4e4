package kmeans

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// swapStream keeps the swaps apart from the starts, which draw from the same seed.
const swapStream = 1 << 33

// restarts runs c.Restarts starts to their ends.
//
//	            ┌─ worker ─ seeding by PCG(c.Seed, i) ─ iterate ─┐
//	next i ─────┼─ worker                                        ├─ starts[i]
//	            └─ worker                                        ┘
//
// A start depends on its index alone, so it does not matter who runs it.
func (p *points) restarts(c Config) []start {
	starts := make([]start, c.Restarts)
	tol := float64(c.Tolerance * p.variance())
	var next atomic.Int64
	work := func() {
		s, l := newSeeding(p), newLloyd(p, c.K)
		for i := next.Add(1) - 1; i < int64(c.Restarts); i = next.Add(1) - 1 {
			s.chooseAll(rand.New(rand.NewPCG(c.Seed, uint64(i))), l.centroids) //nolint:gosec // a start, not a secret
			l.take(s.owner)
			starts[i] = l.iterate(c.MaxIterations, tol)
		}
	}
	var wg sync.WaitGroup
	for range min(c.Workers, c.Restarts) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	return starts
}

// best is the start of the least inertia, the first one among equals.
func best(starts []start) start {
	least := 0
	for i, s := range starts {
		if s.inertia < starts[least].inertia {
			least = i
		}
	}
	return starts[least]
}

// swapped is s after the breaths and swaps that c asks for.
func (p *points) swapped(c Config, s start, tol float64) start {
	rng := rand.New(rand.NewPCG(c.Seed, swapStream)) //nolint:gosec // a swap, not a secret
	if c.Effort == High && c.K >= breathFrom {
		for range breathRuns {
			s = p.breathe(s, c.K, rng, c.MaxIterations, tol)
		}
	}
	return newSwapper(p, newLloyd(p, c.K)).improve(s, c.Effort.swaps(c.K), rng, c.MaxIterations, tol)
}
