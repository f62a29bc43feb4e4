package kmeans_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hotspot/internal/kmeans"
	"hotspot/internal/testkit/kmeanstest"
)

func TestFitFrom(t *testing.T) {
	tests := []struct {
		name       string
		x          []float64
		start      []float64
		c          kmeans.Config
		centroids  []float64
		labels     []int32
		iterations int
		status     kmeans.Status
	}{
		{
			name: "one iteration is one step", x: []float64{0, 2, 3, 10}, start: []float64{0, 1},
			c:         kmeans.Config{K: 2, MaxIterations: 1},
			centroids: []float64{0, 5}, labels: []int32{0, 0, 1, 1},
			iterations: 1, status: kmeans.IterationLimit,
		},
		{
			name: "until no label changes", x: []float64{0, 2, 3, 10}, start: []float64{0, 1},
			c:         kmeans.Config{K: 2, Tolerance: 1e-300},
			centroids: []float64{kmeans.Snap(5. / 3), 10}, labels: []int32{0, 0, 0, 1},
			iterations: 3, status: kmeans.Converged,
		},
		{
			name: "a large tolerance ends at once", x: []float64{0, 2, 3, 10}, start: []float64{0, 1},
			c:         kmeans.Config{K: 2, Tolerance: 100},
			centroids: []float64{0, 5}, labels: []int32{0, 0, 1, 1},
			iterations: 1, status: kmeans.Converged,
		},
		{
			name: "an emptied cluster takes the point farthest from its centroid",
			x:    []float64{-1, 0, 1, 9}, start: []float64{0, 1000},
			c:         kmeans.Config{K: 2},
			centroids: []float64{0, 9}, labels: []int32{0, 0, 0, 1},
			iterations: 1, status: kmeans.Converged,
		},
		{
			name: "equal starts do not leave an empty cluster",
			x:    []float64{0, 0, 0, 5, 5, 9}, start: []float64{3, 3, 3},
			c:         kmeans.Config{K: 3},
			centroids: []float64{0, 5, 9}, labels: []int32{0, 0, 0, 1, 1, 2},
			iterations: 1, status: kmeans.Converged,
		},
		{
			name: "a point as near to two goes to the first, whose it was not",
			x:    []float64{2, 4, 8}, start: []float64{1, 5},
			c:         kmeans.Config{K: 2, MaxIterations: 1},
			centroids: []float64{2, 6}, labels: []int32{0, 0, 1},
			iterations: 1, status: kmeans.IterationLimit,
		},
	}
	for _, tt := range tests {
		// On a line, and on a plane and in space where only the first column varies.
		for d := 1; d <= 3; d++ {
			t.Run(fmt.Sprintf("%s/d=%d", tt.name, d), func(t *testing.T) {
				r, err := kmeans.FitFrom(widen(tt.x, d), d, widen(tt.start, d), tt.c)
				if err != nil {
					t.Fatal(err)
				}
				if want := widen(tt.centroids, d); !slices.Equal(r.Centroids, want) || !slices.Equal(r.Labels, tt.labels) {
					t.Errorf("centroids %v labels %v, want %v %v", r.Centroids, r.Labels, want, tt.labels)
				}
				if r.Iterations != tt.iterations || r.Status != tt.status {
					t.Errorf("%s after %d iterations, want %s after %d", r.Status, r.Iterations, tt.status, tt.iterations)
				}
			})
		}
	}
}

// widen makes n×d values of n: the others are zero.
func widen(x []float64, d int) []float64 {
	wide := make([]float64, len(x)*d)
	for i, v := range x {
		wide[i*d] = v
	}
	return wide
}

func TestFitFromRefusesStarts(t *testing.T) {
	tests := []struct {
		name  string
		start []float64
		want  string
	}{
		{"too few", []float64{1}, "1 start values do not make 2 centroids of 1"},
		{"NaN", []float64{1, math.NaN()}, "start 1, column 0: NaN"},
		{"Inf", []float64{math.Inf(-1), 1}, "start 0, column 0: -Inf"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := kmeans.FitFrom([]float64{1, 2, 3}, 1, tt.start, kmeans.Config{K: 2}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestTooFewPointsIsASentinel(t *testing.T) {
	x := []float64{1, 1, 1}
	if _, err := kmeans.Fit(x, 1, kmeans.Config{K: 2}); !errors.Is(err, kmeans.ErrTooFewPoints) {
		t.Errorf("Fit: %v", err)
	}
	if err := kmeans.Check(x, 1, kmeans.Config{K: 2}); !errors.Is(err, kmeans.ErrTooFewPoints) {
		t.Errorf("Check: %v", err)
	}
	if err := kmeans.Check(x, 1, kmeans.Config{K: -2}); errors.Is(err, kmeans.ErrTooFewPoints) {
		t.Errorf("Check: %v", err)
	}
}

// The bits of a fit, on every architecture: a model that is trained again must
// come out the same. If this fails, a change of the engine has changed the
// models that people have.
func TestFitIsTheSameBitsForEver(t *testing.T) {
	tests := []struct {
		name string
		n, d int
		c    kmeans.Config
		want uint64
	}{
		{"city", 5000, 2, kmeans.Config{K: 5, Seed: 1}, 0xdde81c098a8c8cca},
		{"another seed", 5000, 2, kmeans.Config{K: 5, Seed: 2, Restarts: 1}, 0xab0276b187b00e6e},
		{"more than a block", 30_000, 2, kmeans.Config{K: 8, Seed: 1, Restarts: 2}, 0xda41ff7ef4876c25},
		{"four columns", 3000, 4, kmeans.Config{K: 10, Seed: 1, Restarts: 3}, 0xc731cecdc564ace4},
		{"high effort", 3000, 2, kmeans.Config{K: 9, Seed: 1, Effort: kmeans.High}, 0x1026335d0dd26781},
		{"high effort, swaps alone", 3000, 2, kmeans.Config{K: 7, Seed: 1, Effort: kmeans.High}, 0x63a01058b0d7a02d},
		{"a column", 3000, 1, kmeans.Config{K: 4, Seed: 1}, 0xcf1719aa00133117},
		{"more columns than bits", 200, 70, kmeans.Config{K: 3, Seed: 1}, 0xb324fbc4c578078c},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := city(tt.n, tt.d)
			r := kmeanstest.Check(t, kmeans.Fit, kmeanstest.Promise{Reproducible: true}, x, tt.d, tt.c)
			h := fnv.New64a()
			_ = binary.Write(h, binary.LittleEndian, r.Centroids)
			_ = binary.Write(h, binary.LittleEndian, r.Labels)
			_ = binary.Write(h, binary.LittleEndian, r.Inertia)
			if got := h.Sum64(); got != tt.want {
				t.Errorf("bits %#x, want %#x: inertia %v, %d iterations, sizes %v", got, tt.want, r.Inertia, r.Iterations, r.Sizes)
			}
		})
	}
}

// city draws n×d numbers of a made-up city: nine districts, a third of the
// rows at points that occur again and again. Whole numbers only, so that it is
// the same on every architecture.
func city(n, d int) []float64 {
	rng := rand.New(rand.NewPCG(7, uint64(d)))
	around := func(c, width int) float64 { // about a bell
		var sum int
		for range 4 {
			sum += rng.IntN(2*width+1) - width
		}
		return float64(c+sum) / (1 << 20)
	}
	x := make([]float64, 0, n*d)
	for i := range n {
		if again := rng.IntN(3) == 0; again && i > 0 {
			at := rng.IntN(min(i, n/8+1)) * d
			x = append(x, x[at:at+d]...)
			continue
		}
		district := rng.IntN(9)
		for j := range d {
			x = append(x, around((district*(j+3)*7%19-9)<<20, (1+district%3)<<20))
		}
	}
	return x
}
