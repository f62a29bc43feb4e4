package kmeans

import (
	"fmt"
	"math"
	"math/bits"
	"runtime"

	"hotspot/internal/kmeans/simd"
)

// The kinds of silhouette, and up to how many rows it is exact. An exact one takes
// up to n²/2 distances, a simplified one a distance per row and cluster.
const (
	Exact           = "exact"
	Simplified      = "simplified"
	silhouetteLimit = 20_000
)

// Silhouette returns the mean over the n rows of x of (b-a) / max(a, b): a is
// the row's mean distance to the other rows with its label, b the least mean
// distance to the rows of another one (Rousseeuw, J. Comput. Appl. Math. 20,
// 1987). A row alone in its cluster counts 0, and so does one with a = b = 0.
// labels are n numbers 0 … k-1; not every number need occur.
//
// Up to 20,000 rows kind is "exact"; above, a and b are the distances to the
// centroids and kind is "simplified". The two are not to be compared. kind is
// "" and value 0 where there is no silhouette: with fewer than two labels, and
// with a label for each row.
//
// x is snapped to the grid first. The result is the same bits with any number
// of processors and never NaN. Wrong shapes, labels out of range and an x that
// Fit refuses are bugs and panic.
func Silhouette(x []float64, d int, labels []int32, k int) (value float64, kind string) {
	if err := check(x, d); err != nil {
		panic(err)
	}
	if len(labels) != len(x)/d {
		panic(fmt.Sprintf("kmeans: %d labels for %d rows", len(labels), len(x)/d))
	}
	return newGroups(newPoints(x, d), labels, k).silhouette(runtime.GOMAXPROCS(0))
}

// silhouette is Silhouette by so many goroutines.
func (g *groups) silhouette(workers int) (value float64, kind string) {
	used, n := 0, 0
	for _, size := range g.sizes {
		if size > 0 {
			used++
		}
		n += int(size)
	}
	if used < 2 || used == n {
		return 0, ""
	}
	g.measureToCentroids()
	if n > silhouetteLimit {
		return g.average(), Simplified
	}
	g.measureToEach(workers)
	return g.average(), Exact
}

// groups are the distinct points of a labelled matrix, grouped by label. Each
// label begins at a multiple of simd.Lanes; the label before it is filled up with
// its last point again, without weight.
type groups struct {
	k, d    int
	m       int          // points, those without weight included
	cols    simd.Columns // of m points; a weight is the rows at the point with the label
	first   []int        // k+1: label c has the points first[c] … first[c+1]-1
	sizes   []float64    // k: rows
	spreads []float64    // k: mean squared distance of the rows to their centroid
	means   []float64    // k×m, column c of point i at c*m+i: mean distance to the rows of c
}

func newGroups(p *points, labels []int32, k int) *groups {
	keys, width := make([]keyed, len(labels)), bits.Len(uint(p.len()))
	for i, c := range labels {
		if c < 0 || int(c) >= k {
			panic(fmt.Sprintf("kmeans: label %d of row %d is not below %d", c, i, k))
		}
		keys[i] = keyed{uint64(c)<<width | uint64(p.of[i]), int32(i)}
	}
	g := &groups{k: k, d: p.D, first: make([]int, k+1), sizes: make([]float64, k), spreads: make([]float64, k)}
	keys = radixSort(keys)
	for i, e := range keys {
		if i == 0 || e.key != keys[i-1].key {
			g.first[e.key>>width+1]++
		}
	}
	for c := range k {
		g.first[c+1] = g.first[c] + simd.Pad(g.first[c+1])
	}
	g.m = g.first[k]
	g.cols = simd.Columns{D: g.d, M: g.m, X: make([]float64, g.d*g.m), Weight: make([]float64, g.m)}
	g.means = make([]float64, k*g.m)
	to := -1
	for i, e := range keys {
		c := int(e.key >> width)
		if i == 0 || c != int(keys[i-1].key>>width) {
			to = g.first[c] - 1
		}
		if i == 0 || e.key != keys[i-1].key {
			to++
			for j, v := range p.at(int(p.of[e.row])) {
				g.cols.X[j*g.m+to] = v
			}
		}
		g.cols.Weight[to]++
		g.sizes[c]++
		if i+1 == len(keys) || c != int(keys[i+1].key>>width) {
			for j := range g.d {
				fill(g.cols.X[j*g.m+to+1:j*g.m+g.first[c+1]], g.cols.X[j*g.m+to])
			}
		}
	}
	return g
}

// average returns the mean silhouette of the rows from the mean distances.
func (g *groups) average() float64 {
	var sum, n float64
	for own, size := range g.sizes {
		n += size
		if size == 1 {
			continue
		}
		for i := g.first[own]; i < g.first[own+1]; i++ {
			a, b := g.means[own*g.m+i], math.Inf(1)
			for c, size := range g.sizes {
				if c != own && size > 0 {
					b = min(b, g.means[c*g.m+i])
				}
			}
			if far := max(a, b); far > 0 {
				sum += float64(g.cols.Weight[i] * ((b - a) / far))
			}
		}
	}
	return sum / n
}

// measureToCentroids fills means with the distances to the centroids, and spreads.
func (g *groups) measureToCentroids() {
	centroid, sq := make([]float64, g.d), make([]float64, g.m)
	for c, size := range g.sizes {
		if size == 0 {
			continue
		}
		clear(sq)
		for j := range centroid {
			x := g.cols.X[j*g.m : (j+1)*g.m]
			var sum float64
			for i := g.first[c]; i < g.first[c+1]; i++ {
				sum += float64(g.cols.Weight[i] * x[i]) // exact
			}
			mean := sum / size
			for i, v := range x {
				t := v - mean
				sq[i] += float64(t * t)
			}
		}
		for i := g.first[c]; i < g.first[c+1]; i++ {
			g.spreads[c] += float64(g.cols.Weight[i] * sq[i])
		}
		g.spreads[c] /= size
		for i, v := range sq {
			g.means[c*g.m+i] = math.Sqrt(v)
		}
	}
}
