package kmeanstest

import (
	"math"
	"slices"

	"pgregory.net/rapid"

	"hotspot/internal/kmeans"
)

// tb is what a *testing.T and a *rapid.T have in common.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Check fits x and checks every invariant of a Result against plain
// recomputations. It returns the result.
func Check(t tb, fit Fit, p Promise, x []float64, d int, c kmeans.Config) *kmeans.Result {
	t.Helper()
	before := slices.Clone(x)
	r := must(t, fit, x, d, c)
	n := len(x) / d
	for i, v := range x {
		if math.Float64bits(v) != math.Float64bits(before[i]) {
			t.Fatalf("x[%d] was %v and is %v after Fit", i, before[i], v)
		}
	}
	if r.K != c.K || r.D != d || len(r.Centroids) != c.K*d || len(r.Labels) != n || len(r.Sizes) != c.K {
		t.Fatalf("k=%d d=%d, %d centroid values, %d labels, %d sizes; want k=%d d=%d, %d rows",
			r.K, r.D, len(r.Centroids), len(r.Labels), len(r.Sizes), c.K, d, n)
	}
	if r.Status != kmeans.Converged && r.Status != kmeans.IterationLimit || r.Iterations < 1 {
		t.Errorf("status %q after %d iterations", r.Status, r.Iterations)
	}
	for i, v := range r.Centroids {
		if v != math.Trunc(v*(1<<20))/(1<<20) || v == 0 && math.Signbit(v) {
			t.Errorf("centroid %d, column %d: %v is not on the grid", i/d, i%d, v)
		}
	}

	snapped := make([]float64, len(x))
	for i, v := range x {
		snapped[i] = kmeans.Snap(v)
	}
	checkLabels(t, snapped, d, r)
	checkOrder(t, r)
	if got := distinct(snapped, d); r.Distinct != got {
		t.Errorf("distinct = %d, want %d", r.Distinct, got)
	}
	if p.Settled && r.Status == kmeans.Converged {
		checkMeans(t, snapped, d, r)
	}
	return r
}

// checkLabels: nearest centroid, no cluster empty, and sizes and inertia that
// follow from the labels.
func checkLabels(t tb, x []float64, d int, r *kmeans.Result) {
	t.Helper()
	sizes := make([]int, r.K)
	var inertia float64
	for i, label := range r.Labels {
		if label < 0 || int(label) >= r.K {
			t.Fatalf("label %d of row %d", label, i)
		}
		at := x[i*d : (i+1)*d]
		own := square(at, r.Centroids[int(label)*d:])
		for c := range r.K {
			if sq := square(at, r.Centroids[c*d:]); sq < own {
				t.Errorf("row %d %v has label %d at %v, but %d is at %v", i, at, label, own, c, sq)
			}
		}
		sizes[label]++
		inertia += own
	}
	if !slices.Equal(sizes, r.Sizes) || slices.Contains(sizes, 0) {
		t.Errorf("sizes = %v, counted %v", r.Sizes, sizes)
	}
	// The engine adds in another order: n roundings of 2^-53 at most.
	if diff := math.Abs(inertia - r.Inertia); !(diff <= inertia*float64(len(r.Labels))*0x1p-53) {
		t.Errorf("inertia = %v, recomputed %v", r.Inertia, inertia)
	}
}

// checkOrder: size descending, then coordinates ascending.
func checkOrder(t tb, r *kmeans.Result) {
	t.Helper()
	for c := 1; c < r.K; c++ {
		a, b := r.Centroids[(c-1)*r.D:c*r.D], r.Centroids[c*r.D:(c+1)*r.D]
		if r.Sizes[c-1] < r.Sizes[c] || r.Sizes[c-1] == r.Sizes[c] && slices.Compare(a, b) >= 0 {
			t.Errorf("cluster %d, %d rows at %v, comes before %d, %d rows at %v", c-1, r.Sizes[c-1], a, c, r.Sizes[c], b)
		}
	}
}

// checkMeans: no centroid can be moved so that the inertia of its rows falls.
// The best place for a centroid is their mean.
func checkMeans(t tb, x []float64, d int, r *kmeans.Result) {
	t.Helper()
	means := make([]float64, r.K*d)
	for i, c := range r.Labels {
		for j := range d {
			means[int(c)*d+j] += x[i*d+j] / float64(r.Sizes[c])
		}
	}
	for c := range r.K {
		// Moving n rows' centroid by v saves n·|v|²; the grid alone is good for
		// d·2^-42 a row, and the mean above for as much again.
		saved := float64(r.Sizes[c]) * square(means[c*d:(c+1)*d], r.Centroids[c*d:])
		if saved > float64(r.Sizes[c]*d)*0x1p-40 {
			t.Errorf("moving centroid %d from %v to %v saves %v of the inertia %v", c, r.Centroids[c*d:(c+1)*d], means[c*d:(c+1)*d], saved, r.Inertia)
		}
	}
}

// points draws n×d points and a k that they have. Whole numbers of a small
// range make equal points and equal distances; others make neither.
func points(t *rapid.T) (x []float64, d, k int) {
	d = rapid.IntRange(1, 4).Draw(t, "d")
	n := rapid.IntRange(1, 50).Draw(t, "n")
	number := rapid.Float64Range(-60, 60)
	if rapid.Bool().Draw(t, "whole") {
		number = rapid.Map(rapid.IntRange(-3, 3), func(i int) float64 { return float64(i) })
	}
	x = rapid.SliceOfN(number, n*d, n*d).Draw(t, "x")
	snapped := make([]float64, len(x))
	for i, v := range x {
		snapped[i] = kmeans.Snap(v)
	}
	k = rapid.IntRange(1, min(12, distinct(snapped, d))).Draw(t, "k")
	return x, d, k
}

func distinct(x []float64, d int) int {
	var rows [][]float64
	for i := 0; i < len(x); i += d {
		rows = append(rows, x[i:i+d])
	}
	slices.SortFunc(rows, slices.Compare[[]float64])
	return len(slices.CompactFunc(rows, slices.Equal[[]float64]))
}

func square(a, b []float64) float64 {
	var sq float64
	for j, v := range a {
		t := v - b[j]
		sq = float64(t*t) + sq
	}
	return sq
}

func must(t tb, fit Fit, x []float64, d int, c kmeans.Config) *kmeans.Result {
	t.Helper()
	r, err := fit(x, d, c)
	if err != nil {
		t.Fatalf("Fit(%d values, %d, %+v): %v", len(x), d, c, err)
	}
	return r
}

// same demands equal bits.
func same(t tb, what string, a, b *kmeans.Result) {
	t.Helper()
	bits := func(x []float64) []uint64 {
		u := make([]uint64, len(x))
		for i, v := range x {
			u[i] = math.Float64bits(v)
		}
		return u
	}
	if !slices.Equal(bits(a.Centroids), bits(b.Centroids)) || !slices.Equal(a.Labels, b.Labels) || !slices.Equal(a.Sizes, b.Sizes) ||
		math.Float64bits(a.Inertia) != math.Float64bits(b.Inertia) ||
		a.Iterations != b.Iterations || a.Status != b.Status || a.Distinct != b.Distinct {
		t.Fatalf("%s: not the same bits:\n%+v\n%+v", what, brief(a), brief(b))
	}
}

func brief(r *kmeans.Result) kmeans.Result {
	short := *r
	short.Labels = nil
	return short
}
