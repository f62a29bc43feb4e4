// Package kmeans groups points into k clusters.
//
// It turns n×d numbers into centroids and labels and knows nothing of files,
// time, logging or crimes: scaling, units and the meaning of a column are its
// caller's (package feature). Package kmeans/muesli keeps the same contract on
// another engine, package testkit/kmeanstest is that contract as a test suite.
//
// The engine here is bit-for-bit reproducible: the same rows in any order,
// with any number of workers, on any architecture, give the same centroids.
// Three things make it so. Points and centroids lie on a grid of 2^-20, so
// that float64 sums of them are exact and have no order. Equal points are
// merged and sorted before anything else looks at them. Sums that cannot be
// exact (squared distances) are taken in fixed blocks, added in index order,
// without fused multiply-add.
//
// A fit goes through the files like this: validate.go, points.go and morton.go (n
// rows, or rows with weights, become m weighted points), tree.go (boxes around them), sample.go (which of
// them are tried), seeding.go and lloyd.go (one start), restart.go (the best of
// several), breathe.go and swap.go (a better one), order.go (the numbers of the
// clusters). The inner loops are those of package kmeans/simd.
package kmeans

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
)

// Config says how to fit; the zero value of every field but K is its default.
type Config struct {
	// K is the number of clusters, from 1 to the number of distinct points.
	K int
	// Seed is the random seed of the starts; 0 is a seed like any other.
	Seed uint64
	// Restarts is the number of starts of which the best is kept; 0 means 10.
	Restarts int
	// MaxIterations bounds the iterations of one start; 0 means 300.
	MaxIterations int
	// Tolerance ends a start when the sum of the squared centroid shifts is at
	// most this share of the columns' mean variance (as in scikit-learn); 0
	// means 1e-4.
	Tolerance float64
	// Effort says how long the best start is improved; "" means Normal.
	Effort Effort
	// Workers bounds the goroutines; 0 means GOMAXPROCS. It never changes the
	// result.
	Workers int
}

// WithDefaults returns c with the zero fields filled in.
func (c Config) WithDefaults() Config {
	c.Restarts = cmp.Or(c.Restarts, 10)
	c.MaxIterations = cmp.Or(c.MaxIterations, 300)
	c.Tolerance = cmp.Or(c.Tolerance, 1e-4)
	c.Effort = cmp.Or(c.Effort, Normal)
	c.Workers = cmp.Or(c.Workers, runtime.GOMAXPROCS(0))
	return c
}

// Effort is how much work goes into a better fit than the best start.
type Effort string

// The efforts.
const (
	Normal Effort = "normal" // 2 swaps a cluster, 50 at most
	High   Effort = "high"   // 40 swaps a cluster; from 8 clusters on breaths, then 24 a cluster, 360 at most
)

// Status says why a fit stopped.
type Status string

// Why a fit stopped.
const (
	Converged      Status = "converged"       // no label changed any more, or the centroids hardly moved
	IterationLimit Status = "iteration_limit" // MaxIterations was reached before
)

// Result is a fit of n rows. Every row's label is the number of its nearest
// centroid, and no cluster is empty. Clusters are ordered by size descending,
// then by the centroid's coordinates ascending. The slices are the caller's.
type Result struct {
	K, D       int
	Centroids  []float64 // k×d, row-major, on the grid
	Labels     []int32   // n, each 0 … k-1
	Sizes      []int     // k, rows per cluster; they add up to n
	Inertia    float64   // sum over rows of the squared distance to the centroid
	Iterations int       // of the start that won and of the breaths and swaps that improved it
	Status     Status
	Distinct   int // number of distinct points among the rows
}

// ErrTooFewPoints is in the chain of Fit's error when there are fewer distinct
// points than clusters: such data has no k clusters, whatever the settings.
var ErrTooFewPoints = errors.New("too few distinct points")

// Fit groups the n×d row-major matrix x into c.K clusters. It does not scale
// columns: see package feature. Same x, K, Seed and limits give the same bits
// on any number of workers, and the rows may come in any order. x is snapped
// to the grid first (see Snap) and not changed.
//
// d below 1 is a bug and panics; everything else that is wrong with x or c is
// an error that names the value: ragged x, numbers that are not finite or too
// large for exact sums, k below 1 or above the number of distinct points.
//
// Seeding is greedy k-means++ (Arthur and Vassilvitskii, SODA 2007), iteration
// is Lloyd's (IEEE Trans. Inf. Theory 28, 1982). The best start is improved by
// random swaps (Fränti, J. Big Data 5, 2018), as many as Effort says; from 8
// clusters on, effort high breathes first (Fritzke, arXiv 2006.15666, 2020). Of
// more than 20,000 distinct points a sample of about as many is fitted so, and the
// best 3 starts go on with all points. A cluster that becomes empty gets the point
// farthest from its centroid. Ties go to the lowest index.
func Fit(x []float64, d int, c Config) (*Result, error) {
	p, c, err := prepare(x, d, c)
	if err != nil {
		return nil, err
	}
	return p.finish(p.search(c)).byRow(p), nil
}

// Fit is the package's Fit of the rows that were merged; Labels of the Result are
// those of the points.
func (p *Points) Fit(c Config) (*Result, error) {
	if err := p.check(c); err != nil {
		return nil, err
	}
	return p.finish(p.search(c.WithDefaults())), nil
}

// FitFrom is Fit from the k×d start centroids instead of starts of its own;
// Seed and Restarts have no part in it. MaxIterations 1 makes it one step:
// nearest labels, their means, nearest labels again.
func FitFrom(x []float64, d int, start []float64, c Config) (*Result, error) {
	p, c, err := prepare(x, d, c)
	if err != nil {
		return nil, err
	}
	if len(start) != c.K*d {
		return nil, fmt.Errorf("kmeans: %d start values do not make %d centroids of %d", len(start), c.K, d)
	}
	for i, v := range start {
		if !finite(v) {
			return nil, fmt.Errorf("kmeans: start %d, column %d: %v is not a finite number", i/d, i%d, v)
		}
	}
	l := newLloyd(p, c.K)
	for i, v := range start {
		l.centroids[i] = Snap(v)
	}
	return p.finish(l.run(c.MaxIterations, c.Tolerance*p.variance())).byRow(p), nil
}
