package kmeans

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// How a start breathes. On the city's batches it finds at 8 and more clusters
// what swaps alone miss; at 5 swaps miss nothing (docs/kmeans.md).
const (
	breathFrom = 8    // clusters
	breathRuns = 2    // of breathe
	breathSize = 5    // centroids that come and go at first
	breathStep = .01  // of the root mean square distance: how far from a centroid its twin begins
	breathGain = 1e-6 // of the inertia: what is less is no improvement
	breathNear = 1.1  // of the mean way to the nearest centroid: who lies nearer to one that goes stays
)

// breathe is the breathing k-means of Fritzke (arXiv 2006.15666, 2020): in, with
// m centroids more beside those of the largest error, and Lloyd's iterations;
// out, without the m of least use, and Lloyd's iterations. Where that was no
// better than best, m becomes one less.
func (p *Points) breathe(best start, k int, rng *rand.Rand, limit int, tol float64) start {
	d, now, less := p.D, best.centroids, newLloyd(p, k)
	for m := min(breathSize, k, p.len()-k); m > 0; {
		errs, _ := p.measureWorth(now)
		order := orderByValue(errs)
		more := newLloyd(p, k+m)
		copy(more.centroids, now)
		step := breathStep * math.Sqrt(best.inertia/float64(p.N)) / (1 << 31)
		for i, from := range order[k-m:] {
			twin := row(more.centroids, d, k+i)
			for j, v := range row(now, d, from) {
				twin[j] = Snap(v + float64(step*float64(rng.Int64N(1<<32)-1<<31)))
			}
		}
		in := more.run(limit, tol)
		less.centroids = less.centroids[:0]
		for c, goes := range p.chooseLeaving(in.centroids, m) {
			if !goes {
				less.centroids = append(less.centroids, row(in.centroids, d, c)...)
			}
		}
		out := less.run(limit, tol)
		now = out.centroids
		if out.inertia < best.inertia*(1-breathGain) {
			out.iterations += best.iterations + in.iterations
			best = out
		} else {
			m--
		}
	}
	return best
}

// measureWorth returns the error of each centroid, which is the inertia of its rows,
// and its use: what they lose without it.
func (p *Points) measureWorth(centroids []float64) (errs, use []float64) {
	k := len(centroids) / p.D
	errs, use = make([]float64, k), make([]float64, k)
	for i, w := range p.Weight {
		label, first, second := twoNearest(centroids, p.D, p.at(i))
		errs[label] += float64(w * first)
		use[label] += float64(w * (second - first))
	}
	return errs, use
}

// chooseLeaving says of each centroid whether it is among the m that go: those of
// least use, but not two neighbors as long as there are others.
func (p *Points) chooseLeaving(centroids []float64, m int) []bool {
	_, use := p.measureWorth(centroids)
	k := len(use)
	way := func(a, b int) float64 { return math.Sqrt(square(row(centroids, p.D, a), row(centroids, p.D, b))) }
	var near float64
	for c := range k {
		least := math.Inf(1)
		for o := range k {
			if o != c {
				least = min(least, way(c, o))
			}
		}
		near += least
	}
	near *= breathNear / float64(k)
	goes, stays := make([]bool, k), make([]bool, k)
	gone, kept := 0, 0
	for _, c := range orderByValue(use) {
		if gone == m {
			break
		}
		if stays[c] {
			continue
		}
		goes[c] = true
		gone++
		for o := range k {
			if kept < k-m && !stays[o] && !goes[o] && way(c, o) < near {
				stays[o] = true
				kept++
			}
		}
	}
	return goes
}

// orderByValue returns the indices of v by its values, the lower first among equals.
func orderByValue(v []float64) []int {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(v[a], v[b]) })
	return order
}
