package compare

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/kmeans"
)

// splits is how many pairs of random halves the floor is the worst of. Three
// figures, each worse than 59 others in one of 60 pairs: one in 20 together.
const splits = 59

// stream keeps the splits apart from the restarts of the training, which draw
// from the same seed.
const stream = 1 << 32

// floor is the worst of all figures between models without drift.
type floor struct {
	figures
	moved []float64 // per cluster of a, metres
}

// newFloor computes the floor of two samples.
//
//	               ┌─ worker ─ shuffle(PCG(seed, stream+i)), fit both halves, measure ─┐
//	next split i ──┼─ worker                                                           ├─ halves[i] ─ worst
//	               └─ worker                                                           ┘
//
// A split depends on its index alone, so it does not matter who does it.
func newFloor(ctx context.Context, a, b sample) (*floor, error) {
	halves := make([]floor, splits)
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range min(runtime.GOMAXPROCS(0), splits) {
		g.Go(func() error {
			for i := next.Add(1) - 1; i < splits; i = next.Add(1) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				f, err := split(a, b, uint64(i))
				if err != nil {
					return err
				}
				halves[i] = f
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	worst := halves[0]
	for _, f := range halves[1:] {
		worst.ari = min(worst.ari, f.ari)
		worst.psi = max(worst.psi, f.psi)
		worst.inertia = max(worst.inertia, f.inertia)
		for c, m := range f.moved {
			worst.moved[c] = max(worst.moved[c], m)
		}
	}
	return &worst, nil
}

// split trains both sides on rows drawn from all rows without putting back,
// each as many as it has, and measures the two.
func split(a, b sample, i uint64) (floor, error) {
	d, n := a.d, a.n()+b.n()
	order := rand.New(rand.NewPCG(a.config.Seed, stream+i)).Perm(n) //nolint:gosec // a split, not a secret
	x := make([]float64, 0, n*d)
	for _, at := range order {
		from, at := a.x, at
		if at >= a.n() {
			from, at = b.x, at-a.n()
		}
		x = append(x, from[at*d:(at+1)*d]...)
	}
	one, two := a, b
	one.x, two.x = x[:len(a.x)], x[len(a.x):]
	for _, s := range []*sample{&one, &two} {
		// A half of few places may hold fewer of them than its side did.
		s.config.K = min(s.config.K, kmeans.Distinct(s.x, d))
		r, err := kmeans.Fit(s.x, d, s.config)
		if err != nil {
			return floor{}, err
		}
		s.centroids = r.Centroids
	}
	f := floor{measure(one, two), make([]float64, a.k())}
	inOne, inTwo := match(a, one), match(a, two)
	for c := range f.moved {
		if inOne[c] >= 0 && inTwo[c] >= 0 {
			f.moved[c] = ground(one, inOne[c], two, inTwo[c])
		}
	}
	return f, nil
}
