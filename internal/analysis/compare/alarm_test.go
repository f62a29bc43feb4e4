package compare_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"hotspot/internal/analysis/compare"
)

// date is so many days after the beginning of 2019.
func date(days int) string {
	return time.Date(2019, 1, 1+days, 0, 0, 0, 0, time.UTC).Format("2006-01-02T15:04:05")
}

// Random halves of the same crimes differ by chance alone: at most one pair in
// 20 may have an area with more or fewer of them.
func TestChanceIsSeldomCalledMoreOrFewer(t *testing.T) {
	x := city(t, 5000, 1)
	n := len(x) / 2
	const repeats = 200
	alarms := 0
	for i := range uint64(repeats) {
		halves := [2][]float64{}
		for at, to := range rand.New(rand.NewPCG(7, i)).Perm(n) {
			h := &halves[to%2]
			*h = append(*h, x[2*at], x[2*at+1])
		}
		a, b := trained(t, 1, halves[0], 5, 40), trained(t, 2, halves[1], 5, 40)
		for _, v := range compare.Verdicts(a, b) {
			if v != compare.Usual {
				alarms++
				break
			}
		}
	}
	t.Logf("%d of %d pairs of random halves have an area with more or fewer crimes", alarms, repeats)
	if alarms > repeats/20 {
		t.Errorf("%d of %d pairs, want at most one in 20", alarms, repeats)
	}
}

// A quarter more crimes in one area of a thousand is seen.
func TestAQuarterMoreIsSeen(t *testing.T) {
	a := trained(t, 1, city(t, 5000, 1), 5, 40)
	x := append([]float64(nil), a.X...)
	east, north := a.Model.Clusters[0].Centroid.EastKm, a.Model.Clusters[0].Centroid.NorthKm
	for range a.Model.Clusters[0].Size / 4 {
		x = append(x, east, north)
	}
	got := compare.Verdicts(a, trained(t, 2, x, 5, 40))
	if got[0] != compare.More {
		t.Errorf("verdicts = %v, want more for area 0", got)
	}
}
