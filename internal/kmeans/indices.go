package kmeans

import (
	"fmt"
	"math"
)

// Indices judge a grouping by squares and centroids alone. Each is NaN where it
// is not defined; with fewer than two labels in use, or all rows on one point,
// all of them are.
type Indices struct {
	// Explained is the share of the rows' sum of squares that the labels
	// account for: 1 less the sum within the clusters over that in all.
	Explained float64
	// CalinskiHarabasz is the sum of squares between the clusters over that
	// within, each by its degrees of freedom (Commun. Stat. 3, 1974). Greater
	// is better; at the same k only. NaN with all rows on their centroids.
	CalinskiHarabasz float64
	// DaviesBouldin is the mean over the clusters of the worst
	// (spread + spread of another) / distance between the two centroids, a
	// spread being the mean distance to the centroid (IEEE PAMI 1, 1979). Less
	// is better. NaN with two centroids on one point.
	DaviesBouldin float64
}

// Judge returns the indices of the labels 0 … k-1 of the n×d row-major matrix
// x; not every label need occur. Centroids are the means of the labels. Wrong
// shapes and labels out of range are bugs and panic.
func Judge(x []float64, d int, labels []int32, k int) Indices {
	mustBeShaped(d)
	n := len(x) / d
	if len(labels) != n || len(x)%d != 0 {
		panic(fmt.Sprintf("kmeans: %d labels for %d numbers in rows of %d", len(labels), len(x), d))
	}
	means, sizes, middle := make([]float64, k*d), make([]float64, k), make([]float64, d)
	for i, c := range labels {
		sizes[c]++
		for j, v := range row(x, d, i) {
			means[int(c)*d+j] += v
			middle[j] += v
		}
	}
	used := 0
	for c, size := range sizes {
		if size > 0 {
			used++
		}
		for j := range d {
			means[c*d+j] /= max(1, size)
		}
	}
	for j := range middle {
		middle[j] /= float64(max(1, n))
	}
	var within, all float64
	spread := make([]float64, k)
	for i, c := range labels {
		sq := square(row(x, d, i), row(means, d, int(c)))
		within += sq
		all += square(row(x, d, i), middle)
		spread[c] += math.Sqrt(sq)
	}
	for c := range spread {
		spread[c] /= max(1, sizes[c])
	}
	i := Indices{math.NaN(), math.NaN(), math.NaN()}
	if used < 2 || all == 0 {
		return i
	}
	i.Explained, i.DaviesBouldin = max(0, 1-within/all), daviesBouldin(means, d, sizes, spread, used)
	if within > 0 { // then there are fewer labels than rows
		i.CalinskiHarabasz = max(0, all-within) / float64(used-1) / (within / float64(n-used))
	}
	return i
}

func daviesBouldin(means []float64, d int, sizes, spread []float64, used int) float64 {
	var sum float64
	for a := range sizes {
		worst := 0.0
		for b := range sizes {
			if a == b || sizes[a] == 0 || sizes[b] == 0 {
				continue
			}
			far := math.Sqrt(square(row(means, d, a), row(means, d, b)))
			if far == 0 {
				return math.NaN()
			}
			worst = max(worst, (spread[a]+spread[b])/far)
		}
		sum += worst
	}
	return sum / float64(used)
}
