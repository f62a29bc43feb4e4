package kmeans_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hotspot/internal/kmeans"
)

// Rows with weights, in any order and not yet merged, are as many rows without.
func TestWeightsAreRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.IntRange(1, 4).Draw(t, "d")
		m := rapid.IntRange(3, 60).Draw(t, "m")
		number := rapid.Map(rapid.IntRange(-9, 9), func(i int) float64 { return float64(i) / 3 })
		x := rapid.SliceOfN(number, m*d, m*d).Draw(t, "x")
		weights := make([]float64, m)
		var all []float64
		for i := range weights {
			n := rapid.IntRange(1, 5).Draw(t, "weight")
			weights[i] = float64(n)
			for range n {
				all = append(all, x[i*d:(i+1)*d]...)
			}
		}
		few, err := kmeans.Merge(x, d, weights)
		if err != nil {
			t.Fatal(err)
		}
		many, err := kmeans.Merge(all, d, nil)
		if err != nil {
			t.Fatal(err)
		}
		if few.N != len(all)/d || !slices.Equal(few.X, many.X) || !slices.Equal(few.Weight, many.Weight) {
			t.Fatalf("%d rows on %v by %v, want %d on %v by %v", few.N, few.X, few.Weight, many.N, many.X, many.Weight)
		}
		for i, at := range few.Of {
			for j := range d {
				if few.X[int(at)*d+j] != kmeans.Snap(x[i*d+j]) {
					t.Fatalf("row %d is said to lie on point %d", i, at)
				}
			}
		}
		c := kmeans.Config{K: min(3, len(few.Weight)), Seed: 1, Restarts: 2}
		got, err := few.Fit(c)
		if err != nil {
			t.Fatal(err)
		}
		want, err := kmeans.Fit(all, d, c)
		if err != nil {
			t.Fatal(err)
		}
		for i, at := range many.Of {
			if want.Labels[i] != got.Labels[at] {
				t.Fatalf("row %d has label %d, its point %d", i, want.Labels[i], got.Labels[at])
			}
		}
		if want.Labels, got.Labels = nil, nil; !cmp.Equal(want, got) {
			t.Fatalf("fit (-rows +weights):\n%s", cmp.Diff(want, got))
		}
	})
}

func TestWhatCannotBeMergedIsNamed(t *testing.T) {
	for _, tt := range []struct {
		x, weights []float64
		want       string
	}{
		{[]float64{1, 2, 3}, nil, "3 values do not make rows of 2"},
		{[]float64{1, math.NaN()}, []float64{1}, "row 0, column 1: NaN is not a finite number"},
		{[]float64{0, 0, 0, 100}, []float64{1 << 26, 1 << 26}, "row 1, column 1: 100 is too large: sums of 134217728 rows are exact below 64"},
	} {
		if _, err := kmeans.Merge(tt.x, 2, tt.weights); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Merge(%v, %v): %v, want %q", tt.x, tt.weights, err, tt.want)
		}
	}
	p, err := kmeans.Merge([]float64{0, 0, 0, 63}, 2, []float64{1 << 26, 1 << 26})
	if err != nil || p.N != 1<<27 {
		t.Fatalf("%+v, %v", p, err)
	}
	if r, err := p.Fit(kmeans.Config{K: 2}); err != nil || r.Inertia != 0 || !slices.Equal(r.Sizes, []int{1 << 26, 1 << 26}) {
		t.Errorf("two places of many rows: %+v, %v", r, err)
	}
	if _, err := p.Fit(kmeans.Config{K: 3}); !errors.Is(err, kmeans.ErrTooFewPoints) {
		t.Errorf("three clusters of two places: %v", err)
	}
	if _, err := p.Fit(kmeans.Config{K: -1}); err == nil || errors.Is(err, kmeans.ErrTooFewPoints) {
		t.Errorf("k = -1: %v", err)
	}
	none, err := kmeans.Merge(nil, 2, nil)
	if err != nil || none.N != 0 {
		t.Fatalf("no rows: %+v, %v", none, err)
	}
	if _, err := none.Fit(kmeans.Config{K: 1}); !errors.Is(err, kmeans.ErrTooFewPoints) {
		t.Errorf("of no rows: %v", err)
	}
}
