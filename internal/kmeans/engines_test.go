package kmeans_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/kmeans"
)

// With boxes or without, with assembly or without, on any number of
// goroutines: the same bits. The rows are cities, grids whose points are often
// equally near to two centroids, a line of equal steps, and columns that
// assembly takes in a loop.
func TestAllEnginesGiveTheSameBits(t *testing.T) {
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
		tree bool
	}{
		{"city", city(5000, 2), 2, true},
		{"a sample of a city", city(31_000, 2), 2, true},
		{"three columns", city(3000, 3), 3, true},
		{"four columns", city(3001, 4), 4, true},
		{"grid", grid(2000, 2, 16), 2, true},
		{"cube", grid(3000, 3, 8), 3, true},
		{"line", grid(500, 1, 200), 1, true},
		{"few", grid(43, 2, 30), 2, false},
		{"seventeen columns", city(700, 17), 17, false},
		{"five columns of ties", grid(900, 5, 4), 5, false},
	} {
		if kmeans.HasTree(tt.x, tt.d) != tt.tree {
			t.Errorf("%s: tree is %v, want %v", tt.name, !tt.tree, tt.tree)
		}
		for _, k := range []int{1, 5, 8, 20} {
			for _, effort := range []kmeans.Effort{kmeans.Normal, kmeans.High} {
				if (effort == kmeans.High) != (k == 8) {
					continue // 8 clusters breathe and swap
				}
				t.Run(fmt.Sprintf("%s/k=%d/effort=%s", tt.name, k, effort), func(t *testing.T) {
					t.Parallel()
					c := kmeans.Config{K: k, Seed: 3, Restarts: 2, Effort: effort, Workers: 1}
					want, err := kmeans.FitBy("plain", tt.x, tt.d, c)
					if err != nil {
						t.Fatal(err)
					}
					for i, engine := range kmeans.Engines() {
						for workers := 1; workers <= 8; workers++ {
							if i > 0 && workers > 2 {
								continue // the same goroutines, and all eight of them for the default
							}
							c.Workers = workers
							got, err := kmeans.FitBy(engine, tt.x, tt.d, c)
							if err != nil {
								t.Fatal(err)
							}
							if diff := cmp.Diff(want, got); diff != "" {
								t.Errorf("%s, %d workers (-plain +%s):\n%s", engine, workers, engine, diff)
							}
						}
					}
				})
			}
		}
	}
}

// From starts that no seeding would choose: equal, far away, on the points.
func TestAllEnginesGiveTheSameBitsFromAnyStart(t *testing.T) {
	for d := 1; d <= 6; d++ {
		x := city(800, d)
		for name, start := range map[string][]float64{
			"points":   x[:7*d],
			"equal":    make([]float64, 7*d),
			"far away": widen([]float64{500, -500, 1, 2, 2, 900, 901}, d),
		} {
			c := kmeans.Config{K: 7, MaxIterations: 4}
			want, err := kmeans.FitFrom(x, d, start, c)
			if err != nil {
				t.Fatal(err)
			}
			for _, engine := range kmeans.Engines() {
				got, err := kmeans.FitFromBy(engine, x, d, start, c)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%d columns, start %s (-default +%s):\n%s", d, name, engine, diff)
				}
			}
		}
	}
}
