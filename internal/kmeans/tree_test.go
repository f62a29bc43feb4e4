package kmeans_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/kmeans"
)

// With boxes or without, on any number of goroutines: the same bits. The rows
// are a city, a grid whose points are often equally near to two centroids, and
// a line of equal steps.
func TestTheTreeChangesNoBit(t *testing.T) {
	grid := func(n, d, side int) []float64 {
		r := rand.New(rand.NewPCG(5, uint64(d)))
		x := make([]float64, n*d)
		for i := range x {
			x[i] = float64(r.IntN(side))
		}
		return x
	}
	for _, tt := range []struct {
		name string
		x    []float64
		d    int
	}{
		{"city", city(5000, 2), 2},
		{"many", city(15_000, 2), 2},
		{"three columns", city(3000, 3), 3},
		{"four columns", city(3000, 4), 4},
		{"grid", grid(2000, 2, 16), 2},
		{"cube", grid(3000, 3, 8), 3},
		{"line", grid(500, 1, 200), 1},
	} {
		if !kmeans.HasTree(tt.x, tt.d) {
			t.Errorf("%s: no tree to test", tt.name)
		}
		for _, k := range []int{1, 2, 5, 20} {
			for seed := range uint64(2) {
				c := kmeans.Config{K: k, Seed: seed, Restarts: 2, Workers: 1}
				want, err := kmeans.FitPlain(tt.x, tt.d, c)
				if err != nil {
					t.Fatal(err)
				}
				for _, workers := range []int{1, 8} {
					t.Run(fmt.Sprintf("%s/k=%d/seed=%d/workers=%d", tt.name, k, seed, workers), func(t *testing.T) {
						c.Workers = workers
						got, err := kmeans.Fit(tt.x, tt.d, c)
						if err != nil {
							t.Fatal(err)
						}
						if diff := cmp.Diff(want, got); diff != "" {
							t.Errorf("(-plain +tree):\n%s", diff)
						}
					})
				}
			}
		}
	}
}
