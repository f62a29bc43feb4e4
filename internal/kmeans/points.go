package kmeans

import (
	"slices"

	"hotspot/internal/kmeans/simd"
)

// points are the distinct points of an n×d matrix, on the grid; the weight of a
// point is how many rows lie on it. Crimes share places (the city's file holds
// four rows a place), and k-means cannot tell equal rows apart, so everything
// works on m <= n points. Their order is canonical: it depends on the set of points
// alone, not on the order of the rows, and neighbors in it lie close together
// (Morton, 1966), which is what branch prediction and caches like.
type points struct {
	simd.Points
	n    int     // rows: the sum of the weights
	of   []int32 // n: the point of each row; nil in a sample
	tree *tree   // nil where it is not worth it; set by prepare
	bare bool    // no tree at all; for tests
}

func (p *points) len() int                { return len(p.Weight) }
func (p *points) at(i int) []float64      { return p.X[i*p.D : (i+1)*p.D : (i+1)*p.D] }
func row(x []float64, d, i int) []float64 { return x[i*d : (i+1)*d : (i+1)*d] }

// Distinct returns the number of distinct points in the n×d matrix x, once
// snapped to the grid. x must be finite and of whole rows, or Distinct panics.
func Distinct(x []float64, d int) int {
	if err := check(x, d); err != nil {
		panic(err)
	}
	return newPoints(x, d).len()
}

// newPoints merges the rows of a matrix that check has passed.
func newPoints(x []float64, d int) *points {
	n := len(x) / d
	snapped := make([]float64, len(x))
	for i, v := range x {
		snapped[i] = Snap(v)
	}
	sorted, lossy := mortonKeys(snapped, d)
	sorted = radixSort(sorted)
	if lossy {
		sortTies(sorted, snapped, d)
	}

	p := &points{Points: simd.Points{D: d, X: make([]float64, len(x)), Weight: simd.Make[float64](n)}, n: n, of: make([]int32, n)}
	m := -1
	for i, s := range sorted {
		at := snapped[int(s.row)*d : int(s.row)*d+d]
		if i == 0 || s.key != sorted[i-1].key || lossy && slices.Compare(at, p.at(m)) != 0 {
			m++
			copy(p.X[m*d:m*d+d], at)
		}
		p.Weight[m]++
		p.of[s.row] = int32(m)
	}
	p.X, p.Weight = p.X[:(m+1)*d], p.Weight[:m+1]
	return p
}
