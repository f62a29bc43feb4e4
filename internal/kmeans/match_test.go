package kmeans_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hotspot/internal/kmeans"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		name string
		cost [][]int64
		want []int
	}{
		{"nothing", nil, []int{}},
		{"no columns", [][]int64{{}, {}}, []int{-1, -1}},
		{"one", [][]int64{{7}}, []int{0}},
		{"greedy is not least", [][]int64{{1, 2}, {2, 100}}, []int{1, 0}},
		{"all equal", [][]int64{{5, 5, 5}, {5, 5, 5}, {5, 5, 5}}, []int{0, 1, 2}},
		{"negative", [][]int64{{-1, -2}, {-2, -4}}, []int{0, 1}},
		{"more columns", [][]int64{{9, 1, 9}, {9, 1, 2}}, []int{1, 2}},
		{"more columns, equal", [][]int64{{3, 3, 3}}, []int{0}},
		{"more rows", [][]int64{{5}, {2}, {9}}, []int{-1, 0, -1}},
		{"more rows, equal: the first gets one", [][]int64{{5}, {5}}, []int{0, -1}},
		{"large", [][]int64{{1 << 58, 0}, {0, 1 << 58}}, []int{1, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := kmeans.Match(tt.cost); !slices.Equal(got, tt.want) {
				t.Errorf("Match(%v) = %v, want %v", tt.cost, got, tt.want)
			}
		})
	}
}

// Costs of a small range make many ties, and every order of five columns can
// be tried.
func TestMatchIsTheFirstOfTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "cols")
		spread := rapid.SampledFrom([]int64{1, 3, 1000}).Draw(t, "spread")
		cost := make([][]int64, rows)
		for i := range cost {
			cost[i] = rapid.SliceOfN(rapid.Int64Range(-spread, spread), cols, cols).Draw(t, "cost")
		}
		if got, want := kmeans.Match(cost), tryAll(cost, cols); !slices.Equal(got, want) {
			t.Fatalf("Match(%v) = %v, want %v", cost, got, want)
		}
	})
}

// tryAll goes through the assignments from the lexicographically least on and
// keeps the first of the cheapest. All columns or all rows must be used.
func tryAll(cost [][]int64, cols int) []int {
	var best []int
	least := int64(math.MaxInt64)
	used := make([]bool, cols)
	current := make([]int, len(cost))
	var try func(i, left int, sum int64)
	try = func(i, left int, sum int64) {
		if i == len(cost) {
			if sum < least {
				best, least = slices.Clone(current), sum
			}
			return
		}
		for j := range cols {
			if !used[j] {
				used[j], current[i] = true, j
				try(i+1, left, sum+cost[i][j])
				used[j] = false
			}
		}
		if left > 0 {
			current[i] = -1
			try(i+1, left-1, sum)
		}
	}
	try(0, max(0, len(cost)-cols), 0)
	return best
}

func TestMatchPanicsOnWrongShapes(t *testing.T) {
	tests := []struct {
		name string
		cost [][]int64
	}{
		{"ragged", [][]int64{{1, 2}, {3}}},
		{"too large", [][]int64{{1, math.MaxInt64}, {1, 1}}},
		{"too small", [][]int64{{1, 1}, {1, math.MinInt64}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Errorf("Match(%v) did not panic", tt.cost)
				}
			}()
			kmeans.Match(tt.cost)
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, k := range []int{5, 10, 100} {
		b.Run(fmt.Sprintf("k=%d", k), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, uint64(k)))
			cost := make([][]int64, k)
			for i := range cost {
				cost[i] = make([]int64, k)
				for j := range cost[i] {
					cost[i][j] = rng.Int64N(20_000_000) // 20 km in mm
				}
			}
			for b.Loop() {
				kmeans.Match(cost)
			}
		})
	}
}
