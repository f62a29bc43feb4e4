package compare

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/kmeans"
)

// splits is how many pairs of random halves the floor is the worst of. Three
// figures, each worse than 59 others in one of 60 pairs: one in 20 together.
const splits = 59

// splitStream keeps the splits apart from the restarts of the training, which
// draw from the same seed.
const splitStream = 1 << 32

// floor is the worst of all figures between models without drift.
type floor struct {
	figures
	moved []float64 // per cluster of a, metres
}

// newFloor computes the floor of two samples.
//
//	split i -> shuffle(PCG(seed, splitStream+i)) -> fit both halves -> measure -> halves[i] -> worst
//
// A split depends on its index alone, so the splits are made side by side.
func newFloor(ctx context.Context, a, b sample) (*floor, error) {
	halves := make([]floor, splits)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range halves {
		g.Go(func() (err error) {
			if err = ctx.Err(); err == nil {
				halves[i], err = measureSplit(a, b, uint64(i))
			}
			return err
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

// measureSplit trains both sides on rows drawn from all rows without putting back,
// each as many as it has, and measures the two.
func measureSplit(a, b sample, i uint64) (floor, error) {
	d := a.d
	order := rand.New(rand.NewPCG(a.config.Seed, splitStream+i)).Perm(a.n() + b.n()) //nolint:gosec // a split, not a secret
	all := slices.Concat(a.x, b.x)
	x := make([]float64, 0, len(all))
	for _, at := range order {
		x = append(x, all[at*d:(at+1)*d]...)
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
	inOne := kmeans.MatchCentroids(a.centroids, one.centroids, d)
	inTwo := kmeans.MatchCentroids(a.centroids, two.centroids, d)
	for c := range f.moved {
		if inOne[c] >= 0 && inTwo[c] >= 0 {
			f.moved[c] = metresBetween(one, inOne[c], two, inTwo[c])
		}
	}
	return f, nil
}
