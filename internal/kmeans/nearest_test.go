package kmeans_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hotspot/internal/kmeans"
)

func TestSnap(t *testing.T) {
	const step = 0x1p-20
	negativeZero := math.Copysign(0, -1)
	tests := []struct{ in, want float64 }{
		{0, 0},
		{negativeZero, 0},
		{-step / 8, 0},
		{1, 1},
		{step, step},
		{0.5 * step, 0}, // ties to even
		{1.5 * step, 2 * step},
		{-2.5 * step, -2 * step},
		{0.1, 104858 * step},
		{1<<32 - 0x1p-20, 1<<32 - 0x1p-20},
		{-(1<<32 + 0x1p-20), -(1<<32 + 0x1p-20)},
		{math.MaxFloat64, math.MaxFloat64},
	}
	for _, tt := range tests {
		if got := kmeans.Snap(tt.in); math.Float64bits(got) != math.Float64bits(tt.want) {
			t.Errorf("Snap(%v) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestSnapMovesHalfAStepAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-1e12, 1e12).Draw(t, "v")
		s := kmeans.Snap(v)
		if math.Abs(s-v) > 0x1p-21 || kmeans.Snap(s) != s || s*(1<<20) != math.Trunc(s*(1<<20)) {
			t.Fatalf("Snap(%v) = %v", v, s)
		}
	})
}

func TestNearest(t *testing.T) {
	centroids := []float64{0, 0, 10, 0, 0, 10}
	tests := []struct {
		p    []float64
		want int
		sq   float64
	}{
		{[]float64{1, 2}, 0, 5},
		{[]float64{9, 1}, 1, 2},
		{[]float64{-1, 11}, 2, 2},
		{[]float64{5, 0}, 0, 25}, // as near to 1
		{[]float64{6, 6}, 1, 52}, // as near to 2
	}
	for _, tt := range tests {
		if c, sq := kmeans.Nearest(centroids, 2, tt.p); c != tt.want || sq != tt.sq {
			t.Errorf("Nearest(%v) = %d, %v, want %d, %v", tt.p, c, sq, tt.want, tt.sq)
		}
	}
}

func TestInertia(t *testing.T) {
	x := []float64{1, 2, 9, 1, 1, 2}
	if got, want := kmeans.Inertia(x, 2, []float64{0, 2, 10, 1}), 3.0; got != want {
		t.Errorf("Inertia = %v, want %v", got, want)
	}
	if got := kmeans.Inertia(nil, 2, []float64{0, 0}); got != 0 {
		t.Errorf("Inertia of nothing = %v", got)
	}
}

func TestDistinct(t *testing.T) {
	near := func(last float64) []float64 { return []float64{0, 0, 0, last} }
	far := []float64{1 << 20, 0, 0, 0} // so that a 64-bit key of d = 4 loses the last digits
	tests := []struct {
		name string
		x    []float64
		d    int
		want int
	}{
		{"nothing", nil, 2, 0},
		{"one apart by less than the grid", []float64{1, 2, 9, 1, 1, 2, 1, 2 + 1e-9}, 2, 2},
		{"alike in all leading bits", slices.Concat(near(1), near(2), far, near(1), near(2), near(1)), 4, 3},
		{"alike in the first 64 columns", slices.Concat(widen([]float64{0x1p-20}, 65), make([]float64, 65), append(make([]float64, 64), 0x1p-20), make([]float64, 65)), 65, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := kmeans.Distinct(tt.x, tt.d); got != tt.want {
				t.Errorf("Distinct = %d, want %d", got, tt.want)
			}
		})
	}
}
