// Package kmeans groups points into k clusters.
//
// It turns n×d numbers into centroids and labels and knows nothing of files,
// time, logging or crimes: scaling, units and the meaning of a column are its
// caller's (package feature). Package kmeans/muesli keeps the same contract on
// another engine, package kmeans/kmeanstest is that contract as a test suite.
//
// The engine here is bit-for-bit reproducible: the same rows in any order,
// with any number of workers, on any architecture, give the same centroids.
// Three things make it so. Points and centroids lie on a grid of 2^-20, so
// that float64 sums of them are exact and have no order. Equal points are
// merged and sorted before anything else looks at them. Sums that cannot be
// exact (squared distances) are taken in fixed chunks, added in index order,
// without fused multiply-add.
package kmeans

import "errors"

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
	// Workers bounds the goroutines; 0 means GOMAXPROCS. It never changes the
	// result.
	Workers int
}

// Status says why a fit stopped.
type Status string

const (
	// Converged: no label changed any more, or the centroids hardly moved.
	Converged Status = "converged"
	// IterationLimit: MaxIterations was reached before.
	IterationLimit Status = "iteration_limit"
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
	Iterations int       // of the start that won
	Status     Status
	Distinct   int // number of distinct points among the rows
}

// ErrTooFewPoints is in the chain of Fit's error when there are fewer distinct
// points than clusters: data of that kind has no k clusters at all.
var ErrTooFewPoints = errors.New("too few distinct points")

// Fit groups the n×d row-major matrix x into c.K clusters. d below 1 is a bug
// and panics; everything else that is wrong with x or c is an error that names
// the value.
func Fit(x []float64, d int, c Config) (*Result, error) { panic("kmeans: Fit") }

// FitFrom iterates from the k×d start centroids instead of choosing its own.
func FitFrom(x []float64, d int, start []float64, c Config) (*Result, error) {
	panic("kmeans: FitFrom")
}

// Distinct returns the number of distinct points (on the grid) in the n×d matrix x.
func Distinct(x []float64, d int) int { panic("kmeans: Distinct") }

// Inertia returns the sum over the rows of x of the squared distance to the nearest centroid.
func Inertia(x []float64, d int, centroids []float64) float64 { panic("kmeans: Inertia") }

// Nearest returns the number of the centroid nearest to p and the squared distance to it.
func Nearest(centroids []float64, d int, p []float64) (c int, sq float64) { panic("kmeans: Nearest") }

// Silhouette returns the mean silhouette of the rows of x and how it was
// computed, "exact" or "simplified"; kind is "" where it is not defined (k = 1).
func Silhouette(x []float64, d int, labels []int32, k int) (value float64, kind string) {
	panic("kmeans: Silhouette")
}

// Assign returns the minimum-cost assignment of rows to columns.
func Assign(cost [][]int64) []int { panic("kmeans: Assign") }

// GridExponent is the binary exponent of the grid: 2^-20.
const GridExponent = -20

// Snap returns the multiple of 2^-20 nearest to v.
func Snap(v float64) float64 { panic("kmeans: Snap") }
