package kmeans

import (
	"fmt"
	"math"
	"runtime"
	"slices"

	"hotspot/internal/kmeans/simd"
)

// The kinds of silhouette, and up to how many rows it is exact. An exact one takes
// up to n²/2 distances, a simplified one a distance per row and cluster.
const (
	Exact           = "exact"
	Simplified      = "simplified"
	silhouetteLimit = 20_000
)

// Silhouette returns the mean over the rows of (b-a) / max(a, b): a is
// the row's mean distance to the other rows with its label, b the least mean
// distance to the rows of another one (Rousseeuw, J. Comput. Appl. Math. 20,
// 1987). A row alone in its cluster counts 0, and so does one with a = b = 0.
// labels are those of the points, numbers 0 … k-1; not every number need occur.
//
// Up to 20,000 rows kind is "exact"; above, a and b are the distances to the
// centroids and kind is "simplified". The two are not to be compared. kind is
// "" and value 0 where there is no silhouette: with fewer than two labels, and
// with a label for each row.
//
// The result is the same bits with any number of processors and never NaN. Labels
// out of range are a bug and panic.
func (p *Points) Silhouette(labels []int32, k int) (value float64, kind string) {
	means, sizes, used := p.average(labels, k)
	switch {
	case used < 2 || used == p.N:
		return 0, ""
	case p.N > silhouetteLimit:
		return p.simplified(labels, means, sizes), Simplified
	}
	return newGroups(p, labels, means, sizes).silhouette(runtime.GOMAXPROCS(0)), Exact
}

// average returns the means of the labels, k×d, how many rows each has, and how
// many of them have any.
func (p *Points) average(labels []int32, k int) (means, sizes []float64, used int) {
	if len(labels) != p.len() {
		panic(fmt.Sprintf("kmeans: %d labels for %d points", len(labels), p.len()))
	}
	means, sizes = make([]float64, k*p.D), make([]float64, k)
	for i, c := range labels {
		if c < 0 || int(c) >= k {
			panic(fmt.Sprintf("kmeans: label %d of point %d is not below %d", c, i, k))
		}
		sizes[c] += p.Weight[i]
		sum := row(means, p.D, int(c))
		for j, v := range p.at(i) {
			sum[j] += float64(p.Weight[i] * v) // exact
		}
	}
	for c, size := range sizes {
		if size > 0 {
			used++
			for j := range p.D {
				means[c*p.D+j] /= size
			}
		}
	}
	return means, sizes, used
}

// simplified is the silhouette by distances to the means.
func (p *Points) simplified(labels []int32, means, sizes []float64) float64 {
	var sum float64
	for i, own := range labels {
		if sizes[own] == 1 {
			continue
		}
		a, b := 0., math.Inf(1)
		for c, size := range sizes {
			if size == 0 {
				continue
			}
			far := math.Sqrt(square(p.at(i), row(means, p.D, c)))
			if c == int(own) {
				a = far
			} else {
				b = min(b, far)
			}
		}
		sum += float64(p.Weight[i] * ratio(a, b))
	}
	return sum / float64(p.N)
}

// ratio is the silhouette of a row.
func ratio(a, b float64) float64 {
	if far := max(a, b); far > 0 {
		return (b - a) / far
	}
	return 0
}

// silhouette is the exact one, by so many goroutines.
func (g *groups) silhouette(workers int) float64 {
	g.measureToCentroids()
	g.measureToEach(workers)
	var sum, n float64
	for own, size := range g.sizes {
		n += size
		if size == 1 {
			continue
		}
		for i := g.first[own]; i < g.first[own+1]; i++ {
			b := math.Inf(1)
			for c, size := range g.sizes {
				if c != own && size > 0 {
					b = min(b, g.means[c*g.m+i])
				}
			}
			sum += float64(g.cols.Weight[i] * ratio(g.means[own*g.m+i], b))
		}
	}
	return sum / n
}

// groups are points grouped by label. Each
// label begins at a multiple of simd.Lanes; the label before it is filled up with
// its last point again, without weight.
type groups struct {
	k, d      int
	m         int          // points, those without weight included
	cols      simd.Columns // of m points
	first     []int        // k+1: label c has the points first[c] … first[c+1]-1
	centroids []float64    // k×d
	sizes     []float64    // k: rows
	spreads   []float64    // k: mean squared distance of the rows to their centroid
	means     []float64    // k×m, column c of point i at c*m+i: mean distance to the rows of c
}

func newGroups(p *Points, labels []int32, centroids, sizes []float64) *groups {
	k := len(sizes)
	g := &groups{k: k, d: p.D, first: make([]int, k+1), centroids: centroids, sizes: sizes, spreads: make([]float64, k)}
	for _, c := range labels {
		g.first[c+1]++
	}
	for c := range k {
		g.first[c+1] = g.first[c] + simd.Pad(g.first[c+1])
	}
	g.m = g.first[k]
	g.cols = simd.Columns{D: g.d, M: g.m, X: make([]float64, g.d*g.m), Weight: make([]float64, g.m)}
	g.means = make([]float64, k*g.m)
	next := slices.Clone(g.first)
	for i, c := range labels {
		for j, v := range p.at(i) {
			g.cols.X[j*g.m+next[c]] = v
		}
		g.cols.Weight[next[c]] = p.Weight[i]
		next[c]++
	}
	for c := range k {
		for j := range g.d {
			if end := j*g.m + next[c]; next[c] > g.first[c] {
				fill(g.cols.X[end:j*g.m+g.first[c+1]], g.cols.X[end-1])
			}
		}
	}
	return g
}

// measureToCentroids fills means with the distances to the centroids, and spreads.
func (g *groups) measureToCentroids() {
	sq := make([]float64, g.m)
	for c, size := range g.sizes {
		if size == 0 {
			continue
		}
		clear(sq)
		for j, mean := range row(g.centroids, g.d, c) {
			for i, v := range g.cols.X[j*g.m : (j+1)*g.m] {
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
