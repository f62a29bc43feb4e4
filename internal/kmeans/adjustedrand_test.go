package kmeans_test

import (
	"math"
	"testing"

	"hotspot/internal/kmeans"
)

func TestAdjustedRand(t *testing.T) {
	tests := []struct {
		name   string
		a, b   []int32
		ka, kb int
		want   float64
	}{
		{"the same", []int32{0, 0, 1, 1}, []int32{0, 0, 1, 1}, 2, 2, 1},
		{"other numbers", []int32{0, 0, 1, 1}, []int32{2, 2, 0, 0}, 2, 3, 1},
		// 1 pair in both, 2 in a, 1 in b, of 6: 1/3 is expected, 3/2 the most.
		{"one divided", []int32{0, 0, 1, 1}, []int32{0, 0, 1, 2}, 2, 3, (1 - 1./3) / (1.5 - 1./3)},
		{"across", []int32{0, 0, 1, 1}, []int32{0, 1, 0, 1}, 2, 2, (0 - 2./3) / (2 - 2./3)},
		{"all together", []int32{0, 0}, []int32{0, 0}, 1, 1, 1},
		{"one row", []int32{0}, []int32{1}, 1, 2, 1},
		{"none", nil, nil, 1, 1, 1},
	}
	for _, tt := range tests {
		if got := kmeans.AdjustedRand(tt.a, tt.b, tt.ka, tt.kb); math.Abs(got-tt.want) > 1e-15 {
			t.Errorf("%s: AdjustedRand = %v, want %v", tt.name, got, tt.want)
		}
	}
}
