package compare

import (
	"math"

	"hotspot/internal/kmeans"
	"hotspot/internal/model"
)

// alpha is how often chance alone may call an area's crimes more or fewer, in
// all areas of a comparison together.
const alpha = .05

// compareAreas describes every cluster of a and the unmatched ones of b.
func compareAreas(a, b sample, moved []float64) []Cluster {
	inA, inB := a.counts(a.x), a.counts(b.x) // on the ground of a
	matched := kmeans.MatchCentroids(a.centroids, b.centroids, a.d)
	taken := make([]bool, b.k())
	var out []Cluster
	for i := range a.k() {
		number := i
		c := newCluster(a, b, inA[i], inB[i])
		c.A = &number
		if j := matched[i]; j < 0 {
			c.Verdict = Gone
		} else {
			taken[j] = true
			m, f := model.Round(metresBetween(a, i, b, j), 1), model.Round(moved[i], 1)
			c.B, c.MovedM, c.MovedFloorM = &j, &m, &f
			c.Verdict = judge(inA[i], inB[i], a.days, b.days, a.k())
		}
		out = append(out, c)
	}
	inA, inB = b.counts(a.x), b.counts(b.x)
	for j := range b.k() {
		if !taken[j] {
			c := newCluster(a, b, inA[j], inB[j])
			c.B, c.Verdict = &j, New
			out = append(out, c)
		}
	}
	return out
}

func newCluster(a, b sample, inA, inB int) Cluster {
	return Cluster{
		ShareA: model.Share(inA, a.n()), ShareB: model.Share(inB, b.n()),
		PerDayA: model.Round(float64(inA)/a.days, 1), PerDayB: model.Round(float64(inB)/b.days, 1),
	}
}

// judge compares the rates of two counts. Were they alike, then of x+y
// crimes x would be binomial with a chance of daysA of all days: the exact
// conditional test of two Poisson rates (Przyborowski and Wilenski, Biometrika
// 31, 1940), both sides, divided by the number of areas (Bonferroni).
func judge(x, y int, daysA, daysB float64, areas int) Verdict {
	p := daysA / (daysA + daysB)
	limit := alpha / float64(areas) / 2
	switch {
	case atMost(x, x+y, p) <= limit:
		return More
	case atMost(y, x+y, 1-p) <= limit:
		return Fewer
	}
	return Usual
}

// atMost is the chance of x or fewer of n when each has the chance p, 0 < p < 1.
func atMost(x, n int, p float64) float64 {
	ln := func(v int) float64 { l, _ := math.Lgamma(float64(v) + 1); return l }
	var sum float64
	for i := x; i >= 0; i-- {
		term := math.Exp(ln(n) - ln(i) - ln(n-i) + float64(float64(i)*math.Log(p)) + float64(float64(n-i)*math.Log1p(-p)))
		sum += term
		if term < sum*1e-12 && float64(i) < float64(n)*p {
			break // what is left falls off faster than a geometric series
		}
	}
	return min(1, sum)
}
