// Package muesli keeps the contract of package kmeans on the engine of
// github.com/muesli/kmeans: its iterations, our checks before and our labels,
// centroids and inertia after.
//
// A fit is not reproducible. The library draws its starts from the process's
// global generator, which cannot be seeded, so Config.Seed has no effect and
// two fits of the same rows may differ. Its own limits hold: 97 passes, or
// fewer than 1 % of the rows changing; MaxIterations and Tolerance are checked
// but not used.
//
// On its own the library panics on k < 0 and on ragged rows, and returns
// clusters whose sizes do not add up on NaN, on equal points, and when its last
// pass filled an empty cluster. It starts at random points of the unit cube,
// so data of any other scale begin with a single cluster.
package muesli

import (
	"fmt"
	"math"
	"sync"

	"github.com/muesli/clusters"
	upstream "github.com/muesli/kmeans"
	"golang.org/x/sync/errgroup"

	"hotspot/internal/kmeans"
)

const (
	passes    = 97   // after which the library stops by itself
	threshold = 0.01 // share of rows; it stops when fewer change
	attempts  = 10   // at a restart whose sizes do not add up
)

// Fit groups the n×d row-major matrix x into c.K clusters; see kmeans.Fit for
// shapes, errors and the order of the clusters. The best of c.Restarts runs is
// kept, then labels, means and labels again are computed by package kmeans.
// Result.Iterations counts the library's passes.
func Fit(x []float64, d int, c kmeans.Config) (*kmeans.Result, error) {
	if err := kmeans.Check(x, d, c); err != nil {
		return nil, err
	}
	c = c.WithDefaults()
	u := newUnit(x, d)

	var mu sync.Mutex
	var best *kmeans.Result // guarded by mu, as failed is
	var failed error
	var g errgroup.Group
	g.SetLimit(c.Workers)
	for range c.Restarts {
		g.Go(func() error {
			r, err := u.restart(x, c)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
			} else if best == nil || r.Inertia < best.Inertia {
				best = r
			}
			return nil // one that succeeds is enough
		})
	}
	_ = g.Wait()
	if best == nil {
		return nil, failed
	}
	return best, nil
}

// unit is the data in the unit cube, with one scale for all columns: another
// for each would be another distance.
type unit struct {
	d     int
	least []float64 // d: what is 0 in the cube
	scale float64   // what is 1
	data  clusters.Observations
}

func newUnit(x []float64, d int) *unit {
	n := len(x) / d
	u := &unit{d: d, least: make([]float64, d), data: make(clusters.Observations, n)}
	for j := range d {
		least, most := math.Inf(1), math.Inf(-1)
		for i := range n {
			least, most = min(least, x[i*d+j]), max(most, x[i*d+j])
		}
		u.least[j], u.scale = least, max(u.scale, most-least)
	}
	if u.scale == 0 {
		u.scale = 1 // all rows are one point
	}
	for i := range n {
		at := make(clusters.Coordinates, d)
		for j := range at {
			at[j] = (x[i*d+j] - u.least[j]) / u.scale
		}
		u.data[i] = at
	}
	return u
}

// restart runs the library until it returns every row once.
func (u *unit) restart(x []float64, c kmeans.Config) (*kmeans.Result, error) {
	var rows int
	for range attempts {
		var count counter
		engine, err := upstream.NewWithOptions(threshold, &count)
		if err != nil {
			return nil, fmt.Errorf("muesli: %w", err)
		}
		found, err := engine.Partition(u.data, c.K)
		if err != nil {
			return nil, fmt.Errorf("muesli: %w", err)
		}
		rows = 0
		start := make([]float64, 0, c.K*u.d)
		for _, cluster := range found {
			rows += len(cluster.Observations)
			for j, v := range cluster.Center {
				start = append(start, u.least[j]+float64(v*u.scale))
			}
		}
		if rows != len(u.data) {
			continue
		}
		r, err := kmeans.FitFrom(x, u.d, start, kmeans.Config{K: c.K, MaxIterations: 1})
		if err != nil {
			return nil, fmt.Errorf("muesli: %w", err)
		}
		r.Iterations, r.Status = int(count), kmeans.Converged
		if count >= passes {
			r.Status = kmeans.IterationLimit
		}
		return r, nil
	}
	return nil, fmt.Errorf("muesli: the sizes of %d clusters add up to %d, not to the %d rows, in %d attempts", c.K, rows, len(u.data), attempts)
}

// counter counts the passes; the library calls it a plotter.
type counter int

func (c *counter) Plot(clusters.Clusters, int) error { *c++; return nil }
