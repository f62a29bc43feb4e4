package compare

import (
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
	"hotspot/internal/stat"
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

// judge compares the rates of two counts: y with the chances of what daysB let expect
// after x in daysA, were the rates alike (Jeffreys' prior; Aitchison and Dunsmore,
// Statistical Prediction Analysis, 1975), both sides, divided by the number of areas
// (Bonferroni).
func judge(x, y int, daysA, daysB float64, areas int) Verdict {
	seen := float64(x) + .5
	d := stat.NegBinomial{Mean: seen * daysB / daysA, Size: seen}
	limit := alpha / float64(areas) / 2
	switch {
	case d.AtLeast(y) <= limit:
		return More
	case d.AtMost(y) <= limit:
		return Fewer
	}
	return Usual
}
