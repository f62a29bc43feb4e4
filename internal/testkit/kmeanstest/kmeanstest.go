// Package kmeanstest is the contract of package kmeans as a test suite. Every
// engine behind the contract runs it, so none of them can drift away.
package kmeanstest

import (
	_ "embed"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hotspot/internal/kmeans"
)

// Fit is what an engine is.
type Fit func(x []float64, d int, c kmeans.Config) (*kmeans.Result, error)

// Promise is where engines may differ.
type Promise struct {
	// Reproducible: same rows in any order, same seed, any number of workers,
	// same bits.
	Reproducible bool
	// Settled: a converged fit has gone on until no label changed, so that
	// moving one centroid cannot lower the inertia of its rows.
	Settled bool
	// Excess is the share by which the inertia on iris may be above the best
	// that is known.
	Excess float64
}

// Run runs the suite on one engine.
func Run(t *testing.T, fit Fit, p Promise) {
	t.Run("invalid input is an error that names the value", func(t *testing.T) { invalid(t, fit) })
	t.Run("no columns is a bug", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Error("Fit with d = 0 did not panic")
			}
		}()
		_, _ = fit([]float64{1}, 0, kmeans.Config{K: 1})
	})
	t.Run("edges", func(t *testing.T) { edges(t, fit, p) })
	t.Run("any points", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			x, d, k := points(t)
			Check(t, fit, p, x, d, kmeans.Config{K: k, Seed: rapid.Uint64().Draw(t, "seed"), Restarts: 2})
		})
	})
	t.Run("clusters far apart are found", func(t *testing.T) { blobs(t, fit, p) })
	t.Run("iris as scikit-learn has it", func(t *testing.T) { iris(t, fit, p) })
	if p.Reproducible {
		t.Run("the order of the rows does not matter", func(t *testing.T) { order(t, fit) })
		t.Run("the number of workers does not matter", func(t *testing.T) { workers(t, fit) })
	}
}

func invalid(t *testing.T, fit Fit) {
	nan, inf := math.NaN(), math.Inf(1)
	four := []float64{0, 0, 0, 1, 1, 0, 1, 1}
	tests := []struct {
		name string
		x    []float64
		c    kmeans.Config
		want string
	}{
		{"k zero", four, kmeans.Config{}, "k is 0"},
		{"k negative", four, kmeans.Config{K: -1}, "k is -1"},
		{"k above the rows", four, kmeans.Config{K: 5}, "k is 5: too few distinct points: 4 among 4 rows"},
		{"k above the distinct points", []float64{1, 2, 1, 2, 1, 2}, kmeans.Config{K: 2}, "k is 2: too few distinct points: 1 among 3 rows"},
		{"k above the points that the grid tells apart", []float64{0, 0, 0, 1e-9}, kmeans.Config{K: 2}, "1 among 2 rows"},
		{"no rows", nil, kmeans.Config{K: 1}, "0 among 0 rows"},
		{"ragged", four[:7], kmeans.Config{K: 1}, "7 values do not make rows of 2"},
		{"NaN", []float64{0, 0, 1, nan}, kmeans.Config{K: 1}, "row 1, column 1: NaN"},
		{"Inf", []float64{0, inf, 1, 1}, kmeans.Config{K: 1}, "row 0, column 1: +Inf"},
		{"-Inf", []float64{0, 0, -inf, 1}, kmeans.Config{K: 1}, "row 1, column 0: -Inf"},
		{"too large for exact sums", []float64{0, 0, -1e300, 1}, kmeans.Config{K: 1}, "row 1, column 0: -1e+300 is too large"},
		{"effort unknown", four, kmeans.Config{K: 1, Effort: "most"}, `effort is "most", not normal or high`},
		{"restarts negative", four, kmeans.Config{K: 1, Restarts: -2}, "restarts is -2"},
		{"max iterations negative", four, kmeans.Config{K: 1, MaxIterations: -3}, "max iterations is -3"},
		{"tolerance negative", four, kmeans.Config{K: 1, Tolerance: -1e-3}, "tolerance is -0.001"},
		{"tolerance NaN", four, kmeans.Config{K: 1, Tolerance: nan}, "tolerance is NaN"},
		{"workers negative", four, kmeans.Config{K: 1, Workers: -4}, "workers is -4"},
		{"several at once, first", four[:7], kmeans.Config{K: -1}, "k is -1"},
		{"several at once, second", four[:7], kmeans.Config{K: -1}, "7 values"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := fit(tt.x, 2, tt.c)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Fit(%v, 2, %+v) = %v, want an error with %q", tt.x, tt.c, err, tt.want)
			}
			if r != nil {
				t.Errorf("Fit(%v, 2, %+v) returned a result beside the error", tt.x, tt.c)
			}
		})
	}
}

func edges(t *testing.T, fit Fit, p Promise) {
	tests := []struct {
		name    string
		x       []float64
		d, k    int
		inertia float64
	}{
		{"one row", []float64{3, 4}, 2, 1, 0},
		{"one number", []float64{-0.5}, 1, 1, 0},
		{"all rows equal", slices.Repeat([]float64{7, -7}, 50), 2, 1, 0},
		{"k = n", []float64{0, 0, 5, 0, 0, 5, 5, 5, 2, 2}, 2, 5, 0},
		{"k = n on neighbouring points of the grid", []float64{0, 0x1p-20, 0x1p-19, 3 * 0x1p-20, 0x1p-18}, 1, 5, 0},
		{"k = the distinct points", slices.Repeat([]float64{0, 0, 5, 0, 0, 5}, 20), 2, 3, 0},
		{"k = 1 is the mean", []float64{0, 0, 0, 2, 2, 0, 2, 2}, 2, 1, 8},
		{"a line", []float64{1, 2, 3, 101, 102, 103}, 1, 2, 4},
		{"negative zero", []float64{math.Copysign(0, -1), 0, 1, 1}, 1, 2, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Check(t, fit, p, tt.x, tt.d, kmeans.Config{K: tt.k})
			if r.Inertia != tt.inertia {
				t.Errorf("inertia = %v, want %v", r.Inertia, tt.inertia)
			}
		})
	}
}

// blobs draws six round clusters whose centres lie 100 radii apart.
func blobs(t *testing.T, fit Fit, p Promise) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n, k = 600, 6
	x := make([]float64, 0, 2*n)
	for i := range n {
		x = append(x, float64(i%k)*10+0.1*rng.NormFloat64(), float64(i%k*i%k)+0.1*rng.NormFloat64())
	}
	r := Check(t, fit, p, x, 2, kmeans.Config{K: k, Restarts: 40})
	for i, c := range r.Labels {
		if c != r.Labels[i%k] {
			t.Fatalf("row %d of blob %d has label %d, row %d has %d", i, i%k, c, i%k, r.Labels[i%k])
		}
	}
}

//go:embed testdata/iris.csv
var irisCSV string

// Iris returns the 150×4 iris data (Anderson 1936, Fisher 1936) in
// scikit-learn's order and values.
func Iris() (x []float64, d int) {
	for _, field := range strings.FieldsFunc(irisCSV, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil {
			panic(err)
		}
		x = append(x, v)
	}
	return x, 4
}

// iris compares with the best of 1,000 starts of scikit-learn 1.9.1,
// testdata/iris.py. The grid moves a value by up to 2^-21, which moves an
// inertia of 46 to 681 by up to 2^-21·2·sqrt(600·681) = 6e-4.
func iris(t *testing.T, fit Fit, p Promise) {
	x, d := Iris()
	tests := []struct {
		k       int
		inertia float64
		sizes   []int
	}{
		{1, 681.3706, []int{150}},
		{2, 152.3479517603579, []int{97, 53}},
		{3, 78.851441426146, []int{62, 50, 38}},
		{5, 46.446182051282065, []int{50, 39, 25, 24, 12}},
	}
	for _, tt := range tests {
		r := Check(t, fit, p, x, d, kmeans.Config{K: tt.k, Restarts: 40, Tolerance: 1e-9})
		if r.Inertia < tt.inertia-6e-4 || r.Inertia > tt.inertia*(1+p.Excess)+6e-4 {
			t.Errorf("k=%d: inertia = %v, want %v", tt.k, r.Inertia, tt.inertia)
		}
		if p.Excess == 0 && !slices.Equal(r.Sizes, tt.sizes) {
			t.Errorf("k=%d: sizes = %v, want %v", tt.k, r.Sizes, tt.sizes)
		}
	}
}

func order(t *testing.T, fit Fit) {
	rapid.Check(t, func(t *rapid.T) {
		x, d, k := points(t)
		n := len(x) / d
		rows := make([]int, n)
		for i := range rows {
			rows[i] = i
		}
		rows = rapid.Permutation(rows).Draw(t, "rows")
		shuffled := make([]float64, 0, len(x))
		for _, i := range rows {
			shuffled = append(shuffled, x[i*d:(i+1)*d]...)
		}
		c := kmeans.Config{K: k, Seed: 1, Restarts: 3}
		a, b := must(t, fit, x, d, c), must(t, fit, shuffled, d, c)
		for i, from := range rows {
			if b.Labels[i] != a.Labels[from] {
				t.Fatalf("row %d has label %d, and %d when it is row %d", from, a.Labels[from], b.Labels[i], i)
			}
		}
		b.Labels = a.Labels
		same(t, "shuffled", a, b)
	})
}

func workers(t *testing.T, fit Fit) {
	rng := rand.New(rand.NewPCG(3, 4))
	x := make([]float64, 2*20_000) // more than two blocks of inexact sums
	for i := range x {
		x[i] = 20 * rng.NormFloat64()
	}
	c := kmeans.Config{K: 7, Seed: 9, Restarts: 5, MaxIterations: 20, Workers: 1}
	want := must(t, fit, x, 2, c)
	for c.Workers = 2; c.Workers <= 8; c.Workers++ {
		same(t, strconv.Itoa(c.Workers)+" workers", want, must(t, fit, x, 2, c))
	}
}
