package kmeans

import (
	"math"
	"slices"

	"hotspot/internal/kmeans/simd"
)

// Points are the distinct points of an n×d matrix, on the grid; the weight of a
// point is how many rows lie on it. Crimes share places (the city's file holds
// four rows a place), and k-means cannot tell equal rows apart, so everything
// works on m <= n points. Their order is canonical: it depends on the set of points
// alone, not on the order of the rows, and neighbors in it lie close together
// (Morton, 1966), which is what branch prediction and caches like. Points are not
// changed once they are made, and may be used concurrently.
type Points struct {
	simd.Points
	N    int     // rows: the sum of the weights
	Of   []int32 // the point of each row that Merge was given; nil in a sample
	tree *tree   // nil where it is not worth it
	bare bool    // no tree at all; for tests
}

// Merge merges the rows of the n×d row-major matrix x, once snapped to the grid
// (see Snap), to their distinct points. A row counts as often as its weight, a
// whole number of 1 or more, says; once with weights nil. d below 1 is a bug and
// panics. Errors name what cannot be fitted: ragged x, numbers that are not finite
// or too large for exact sums.
func Merge(x []float64, d int, weights []float64) (*Points, error) {
	if err := check(x, d, weights); err != nil {
		return nil, err
	}
	return newPoints(x, d, weights).ready(), nil
}

// ready lays p out for a fit.
func (p *Points) ready() *Points {
	if p.len() > 0 {
		p.Vectorize()
		p.tree = newTree(p)
	}
	return p
}

func (p *Points) len() int                { return len(p.Weight) }
func (p *Points) at(i int) []float64      { return p.X[i*p.D : (i+1)*p.D : (i+1)*p.D] }
func row(x []float64, d, i int) []float64 { return x[i*d : (i+1)*d : (i+1)*d] }

// Rows returns the rows again, n×d, in the order of their points.
func (p *Points) Rows() []float64 {
	x := make([]float64, 0, p.N*p.D)
	for i, w := range p.Weight {
		for range int(w) {
			x = append(x, p.at(i)...)
		}
	}
	return x
}

// Distinct returns the number of distinct points in the n×d matrix x, once
// snapped to the grid. x must be finite and of whole rows, or Distinct panics.
func Distinct(x []float64, d int) int {
	if err := check(x, d, nil); err != nil {
		panic(err)
	}
	return newPoints(x, d, nil).len()
}

func offGrid(v float64) bool { return math.Float64bits(v) != math.Float64bits(Snap(v)) }

// newPoints merges the rows of a matrix that check has passed.
func newPoints(x []float64, d int, weights []float64) *Points {
	n := len(x) / d
	snapped := x
	if slices.ContainsFunc(x, offGrid) {
		snapped = make([]float64, len(x))
		for i, v := range x {
			snapped[i] = Snap(v)
		}
	}
	sorted, lossy := mortonKeys(snapped, d)
	sorted = radixSort(sorted)
	if lossy {
		sortTies(sorted, snapped, d)
	}

	p := &Points{Points: simd.Points{D: d, X: make([]float64, len(x)), Weight: simd.Make[float64](n)}, Of: make([]int32, n)}
	m := -1
	for i, s := range sorted {
		at := row(snapped, d, int(s.row))
		if i == 0 || s.key != sorted[i-1].key || lossy && slices.Compare(at, p.at(m)) != 0 {
			m++
			copy(p.X[m*d:m*d+d], at)
		}
		weight := 1.
		if weights != nil {
			weight = weights[s.row]
		}
		p.Weight[m] += weight
		p.N += int(weight)
		p.Of[s.row] = int32(m)
	}
	p.X, p.Weight = p.X[:(m+1)*d], p.Weight[:m+1]
	return p
}
