package kmeans

import "math"

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

// Judge returns the indices of the points' labels, numbers 0 … k-1; not every
// label need occur. Centroids are the means of the labels. Labels out of range are
// a bug and panic.
func (p *Points) Judge(labels []int32, k int) Indices {
	means, sizes, used := p.average(labels, k)
	middle, _, _ := p.average(make([]int32, p.len()), 1)
	var within, all float64
	spread := make([]float64, k)
	for i, c := range labels {
		sq, w := square(p.at(i), row(means, p.D, int(c))), p.Weight[i]
		within += float64(w * sq)
		all += float64(w * square(p.at(i), middle))
		spread[c] += float64(w * math.Sqrt(sq))
	}
	for c := range spread {
		spread[c] /= max(1, sizes[c])
	}
	i := Indices{math.NaN(), math.NaN(), math.NaN()}
	if used < 2 || all == 0 {
		return i
	}
	i.Explained, i.DaviesBouldin = max(0, 1-within/all), daviesBouldin(means, p.D, sizes, spread, used)
	if within > 0 { // then there are fewer labels than rows
		i.CalinskiHarabasz = max(0, all-within) / float64(used-1) / (within / float64(p.N-used))
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
