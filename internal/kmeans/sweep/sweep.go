// Package sweep asks how many clusters some points have: it fits them with
// every k of a range and judges each fit.
//
// It stands beside train, which makes one model with one k. It knows points
// only: no rows, files or areas. The same points and Config give the same
// answer on any number of processors.
package sweep

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"hotspot/internal/kmeans"
)

// Config says what to try.
type Config struct {
	From, To int           // k
	Fit      kmeans.Config // of every fit; K and Workers are ignored
}

const (
	references = 20 // sets of points without clusters for the gap
	splits     = 10 // pairs of halves for the stability
	jobs       = 1 + references + splits
)

// Row is one k and what its fit came to.
type Row struct {
	K       int
	Inertia float64
	// Gap is how much less the logarithm of the inertia is than that of points
	// without clusters, spread evenly over the box of the same sides; GapSE is the standard
	// error of that, simulation included (Tibshirani, Walther and Hastie, J. R.
	// Stat. Soc. B 63, 2001).
	Gap, GapSE float64
	// Stability is the mean adjusted Rand index, on all points, of the fits of
	// two random halves.
	Stability float64
}

// The random streams of a sweep, all of them drawn from Config.Fit.Seed. They
// lie apart from those of a fit.
const (
	referenceStream = 3 << 32
	splitStream     = 4 << 32
)

// Run fits the n×d matrix x with every k of the range. Where x has fewer
// distinct points than twice the greatest k the range ends earlier; with none
// left the error says so. progress, if not nil, is told the fits that are
// done, from several goroutines.
func Run(ctx context.Context, x []float64, d int, c Config, progress func(done, total int)) ([]Row, error) {
	if c.From < 1 || c.To < c.From {
		return nil, fmt.Errorf("sweep: k from %d to %d: want 1 or more, rising", c.From, c.To)
	}
	c.Fit.K, c.Fit.Workers = 1, 1
	if err := kmeans.Check(x, d, c.Fit); err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	distinct := kmeans.Distinct(x, d)
	most := distinct / 2
	if most < c.From {
		return nil, fmt.Errorf("sweep: k from %d: %w: %d, want %d", c.From, kmeans.ErrTooFewPoints, distinct, 2*c.From)
	}
	s := &state{x: x, d: d, c: c, to: min(c.To, most), box: newBox(x, d), progress: progress}
	return s.run(ctx)
}

// Suggest is the k of the gap with the rule of one standard error: the least k
// whose gap is at least that of the next one less its standard error. Without
// such a k it is the one of the greatest gap.
func Suggest(rows []Row) int {
	best := 0
	for i, r := range rows {
		if i+1 < len(rows) && r.Gap >= rows[i+1].Gap-rows[i+1].GapSE {
			return r.K
		}
		if r.Gap > rows[best].Gap {
			best = i
		}
	}
	return rows[best].K
}

// state is a sweep at work. A job is all k of one set of points: the points
// themselves, a reference, or a pair of halves.
type state struct {
	x        []float64
	d        int
	c        Config
	to       int
	box      box
	progress func(done, total int)
}

func (s *state) run(ctx context.Context) ([]Row, error) {
	var results [jobs][]float64 // per job a figure for each k
	var done atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range results {
		g.Go(func() (err error) {
			if results[i], err = s.job(ctx, i); err == nil && s.progress != nil {
				s.progress(int(done.Add(1)), jobs)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	rows := make([]Row, s.to-s.c.From+1)
	for i := range rows {
		rows[i] = Row{K: s.c.From + i, Inertia: results[0][i]}
		rows[i].gap(i, results[1:1+references])
		for _, r := range results[1+references:] {
			rows[i].Stability += r[i] / splits
		}
	}
	return rows, nil
}

func (r *Row) gap(i int, references [][]float64) {
	n := float64(len(references))
	var mean, sq float64
	for _, ref := range references {
		mean += math.Log(ref[i]) / n
	}
	for _, ref := range references {
		t := math.Log(ref[i]) - mean
		sq += float64(t*t) / n
	}
	// An inertia of 0, every point on a centroid, is as good as can be told.
	r.Gap = mean - math.Log(max(r.Inertia, math.SmallestNonzeroFloat64))
	r.GapSE = math.Sqrt(float64(sq * (1 + 1/n)))
}

// job computes the figures of job i: inertias, or indices of agreement.
func (s *state) job(ctx context.Context, i int) ([]float64, error) {
	switch {
	case i == 0:
		return s.inertias(ctx, s.x)
	case i <= references:
		return s.inertias(ctx, s.box.even(len(s.x)/s.d, rand.New(rand.NewPCG(s.c.Fit.Seed, referenceStream+uint64(i))))) //nolint:gosec // no secret
	default:
		return s.agreement(ctx, rand.New(rand.NewPCG(s.c.Fit.Seed, splitStream+uint64(i)))) //nolint:gosec // no secret
	}
}

func (s *state) fit(ctx context.Context, x []float64, k int) (*kmeans.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := s.c.Fit
	c.K = k
	return kmeans.Fit(x, s.d, c)
}

func (s *state) inertias(ctx context.Context, x []float64) ([]float64, error) {
	var all []float64
	for k := s.c.From; k <= s.to; k++ {
		r, err := s.fit(ctx, x, k)
		if err != nil {
			return nil, err
		}
		all = append(all, r.Inertia)
	}
	return all, nil
}

// agreement fits two random halves and compares them on all points.
func (s *state) agreement(ctx context.Context, rng *rand.Rand) ([]float64, error) {
	n := len(s.x) / s.d
	halves := [2][]float64{}
	for i, at := range rng.Perm(n) {
		halves[i*2/n] = append(halves[i*2/n], s.x[at*s.d:(at+1)*s.d]...)
	}
	most := min(kmeans.Distinct(halves[0], s.d), kmeans.Distinct(halves[1], s.d))
	var all []float64
	for k := s.c.From; k <= s.to; k++ {
		var labels [2][]int32
		for h, x := range halves {
			r, err := s.fit(ctx, x, min(k, most))
			if err != nil {
				return nil, err
			}
			labels[h] = kmeans.Labels(s.x, s.d, r.Centroids)
		}
		all = append(all, kmeans.AdjustedRand(labels[0], labels[1], k, k))
	}
	return all, nil
}
