package compare

import (
	"math"
	"slices"

	"hotspot/internal/kmeans"
)

// leastShare stands for a share of nothing, of which there is no logarithm.
const leastShare = 1e-4

// figures are what two samples and their centroids came to.
type figures struct {
	ari, psi, inertia float64
}

func measure(a, b sample) figures {
	union := slices.Concat(a.x, b.x)
	f := figures{
		ari: kmeans.AdjustedRand(a.labels(union), b.labels(union), a.k(), b.k()),
		psi: stabilityIndex(a.counts(a.x), a.counts(b.x)),
	}
	old, own := kmeans.Inertia(b.x, a.d, a.centroids), kmeans.Inertia(b.x, b.d, b.centroids)
	switch {
	case own > 0:
		f.inertia = old / own
	case old == 0:
		f.inertia = 1
	default:
		f.inertia = math.Inf(1) // every row of b is a centroid of b, and not of a
	}
	return f
}

// stabilityIndex is the population stability index of two lists of counts.
func stabilityIndex(a, b []int) float64 {
	share := func(counts []int) []float64 {
		n := 0
		for _, c := range counts {
			n += c
		}
		shares := make([]float64, len(counts))
		for i, c := range counts {
			shares[i] = max(leastShare, float64(c)/float64(max(1, n)))
		}
		return shares
	}
	p, q := share(a), share(b)
	var sum float64
	for i := range p {
		sum += float64((q[i] - p[i]) * math.Log(q[i]/p[i]))
	}
	return sum
}

// metresBetween is how far centroid i of a lies from centroid j of b on the ground.
func metresBetween(a sample, i int, b sample, j int) float64 {
	p, q := a.centroids[i*a.d:], b.centroids[j*b.d:]
	east, north := p[0]-q[0], p[1]-q[1]
	return float64(math.Sqrt(float64(east*east)+float64(north*north)) * 1000)
}
