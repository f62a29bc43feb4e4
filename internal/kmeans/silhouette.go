package kmeans

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// The kinds of silhouette, and up to how many rows it is exact: there it takes
// n²/2 distances, above it one per row and cluster.
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
// "" and value 0 where there is no silhouette: with fewer than two labels.
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
	g := newGroups(newPlaces(x, d), labels, k)
	used := 0
	for _, size := range g.sizes {
		if size > 0 {
			used++
		}
	}
	if used < 2 {
		return 0, ""
	}
	kind = Exact
	if len(labels) > silhouetteLimit {
		kind = Simplified
		g.toCentroids()
	} else {
		g.toEach(runtime.GOMAXPROCS(0))
	}
	return g.mean(), kind
}

// groups are the distinct points of a labelled matrix, grouped by label.
type groups struct {
	k, d   int
	x      []float64 // m×d
	weight []float64 // m: rows at the point with the label
	first  []int     // k+1: label c has the points first[c] … first[c+1]-1
	sizes  []float64 // k: rows
	mean2  []float64 // k×m, column c of point i at c*m+i: mean distance to the rows of c
}

func newGroups(p *places, labels []int32, k int) *groups {
	keys := make([]keyed, len(labels))
	for i, c := range labels {
		if c < 0 || int(c) >= k {
			panic(fmt.Sprintf("kmeans: label %d of row %d is not below %d", c, i, k))
		}
		keys[i] = keyed{uint64(c)<<32 | uint64(p.of[i]), int32(i)}
	}
	g := &groups{k: k, d: p.d, first: make([]int, k+1), sizes: make([]float64, k)}
	keys = radixSort(keys)
	for i, e := range keys {
		c := int(e.key >> 32)
		if i == 0 || e.key != keys[i-1].key {
			g.x = append(g.x, p.at(int(p.of[e.row]))...)
			g.weight = append(g.weight, 0)
			g.first[c+1]++
		}
		g.weight[len(g.weight)-1]++
		g.sizes[c]++
	}
	for c := range k {
		g.first[c+1] += g.first[c]
	}
	g.mean2 = make([]float64, k*len(g.weight))
	return g
}

func (g *groups) at(i int) []float64 { return row(g.x, g.d, i) }

// mean returns the mean silhouette of the rows from the mean distances.
func (g *groups) mean() float64 {
	m := len(g.weight)
	own := 0
	sum := sumChunks(m, func(from, to int) float64 {
		var sum float64
		for i := from; i < to; i++ {
			for i >= g.first[own+1] {
				own++
			}
			if g.sizes[own] == 1 {
				continue
			}
			a, b := g.mean2[own*m+i], math.Inf(1)
			for c, size := range g.sizes {
				if c != own && size > 0 {
					b = min(b, g.mean2[c*m+i])
				}
			}
			if far := max(a, b); far > 0 {
				sum += float64(g.weight[i] * ((b - a) / far))
			}
		}
		return sum
	})
	var n float64
	for _, size := range g.sizes {
		n += size
	}
	return sum / n
}

// toCentroids fills mean2 with the distances to the centroids.
func (g *groups) toCentroids() {
	m := len(g.weight)
	for c, size := range g.sizes {
		centroid := make([]float64, g.d)
		for i := g.first[c]; i < g.first[c+1]; i++ {
			for j, v := range g.at(i) {
				centroid[j] += float64(g.weight[i] * v) // exact
			}
		}
		for j := range centroid {
			centroid[j] /= size
		}
		if size > 0 {
			for i := range m {
				g.mean2[c*m+i] = math.Sqrt(square(g.at(i), centroid))
			}
		}
	}
}

// toEach fills mean2 with the mean distances to the rows of each label, the
// row itself left out of its own. Each pair of points is looked at once, for
// both. The points are cut into strips of as many pairs, each with partial
// sums of its own, which are added in the order of the strips.
//
//	          ┌─ worker ─ pairs(strip t) ─┐
//	next t ───┼─ worker                   ├─ parts[t] ─ sums in order of t ─ means
//	          └─ worker                   ┘
//
// How many strips there are depends on the data alone: the workers never show.
func (g *groups) toEach(workers int) {
	m := len(g.weight)
	strips := max(1, min(16, m/64, (4<<20)/(m*g.k))) // 32 MiB of partials at most
	parts := make([][]float64, strips)
	var next atomic.Int64
	work := func() {
		for t := next.Add(1) - 1; t < int64(strips); t = next.Add(1) - 1 {
			part := make([]float64, g.k*m)
			g.pairs(stripStart(m, int(t), strips), stripStart(m, int(t)+1, strips), part)
			parts[t] = part
		}
	}
	var wg sync.WaitGroup
	for range min(workers, strips) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()

	for _, part := range parts {
		for i, v := range part {
			g.mean2[i] += v
		}
	}
	own := 0
	for i := range m {
		for i >= g.first[own+1] {
			own++
		}
		for c, size := range g.sizes {
			if c == own {
				size-- // the row itself; where it is alone, mean skips it
			}
			if size > 0 {
				g.mean2[c*m+i] /= size
			}
		}
	}
}

// stripStart returns the first point of strip t: those before it have t/strips
// of the pairs, point i having the m-1-i pairs with the points after it.
func stripStart(m, t, strips int) int {
	return int(float64(m) * (1 - math.Sqrt(1-float64(t)/float64(strips))))
}

// pairs adds to part, laid out as mean2, the distances between the points
// from … to-1 and all that come after them, times the rows at the other end.
func (g *groups) pairs(from, to int, part []float64) {
	m := len(g.weight)
	own := 0
	for i := from; i < to; i++ {
		for i >= g.first[own+1] {
			own++
		}
		w := g.weight[i]
		for c := own; c < g.k; c++ {
			a, b := max(i+1, g.first[c]), g.first[c+1]
			if a >= b {
				continue
			}
			weights, toOwn := g.weight[a:b], part[own*m+a:own*m+b]
			var sum float64
			if g.d == 2 {
				px, py, others := g.x[2*i], g.x[2*i+1], g.x[2*a:2*b]
				for j, wj := range weights {
					dx, dy := px-others[2*j], py-others[2*j+1]
					dist := math.Sqrt(float64(dx*dx) + float64(dy*dy))
					sum += float64(wj * dist)
					toOwn[j] += float64(w * dist)
				}
			} else {
				at := g.at(i)
				for j, wj := range weights {
					dist := math.Sqrt(square(at, g.at(a+j)))
					sum += float64(wj * dist)
					toOwn[j] += float64(w * dist)
				}
			}
			part[c*m+i] += sum
		}
	}
}
