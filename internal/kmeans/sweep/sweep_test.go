package sweep_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"hotspot/internal/kmeans"
	"hotspot/internal/kmeans/sweep"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// blobs are n points around k corners of a grid.
func blobs(n, k int) []float64 {
	r := rand.New(rand.NewPCG(3, 0))
	var x []float64
	for i := range n {
		c := i % k
		x = append(x, 10*float64(c%3)+r.NormFloat64(), 10*float64(c/3)+r.NormFloat64())
	}
	return x
}

func run(t *testing.T, x []float64, c sweep.Config) []sweep.Row {
	t.Helper()
	rows, err := sweep.Run(t.Context(), x, 2, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestItFindsTheNumberOfBlobs(t *testing.T) {
	for _, k := range []int{2, 4, 6} {
		rows := run(t, blobs(600, k), sweep.Config{From: 2, To: 9})
		if got := sweep.Suggest(rows); got != k {
			t.Errorf("Suggest = %d, want %d: %+v", got, k, rows)
		}
		for _, r := range rows {
			if r.K == k && r.Stability < .99 {
				t.Errorf("%d blobs: stability %v", k, r.Stability)
			}
			if r.K > k && r.Stability > .95 {
				t.Errorf("%d blobs, k=%d: stability %v, one of them is divided at random", k, r.K, r.Stability)
			}
		}
	}
}

// Points without clusters have one.
func TestEvenPointsHaveOneCluster(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 0))
	x := make([]float64, 1000)
	for i := range x {
		x[i] = r.Float64()
	}
	if got := sweep.Suggest(run(t, x, sweep.Config{From: 1, To: 6})); got != 1 {
		t.Errorf("Suggest = %d, want 1", got)
	}
}

func TestSuggest(t *testing.T) {
	tests := []struct {
		name string
		gaps []float64
		want int
	}{
		{"the least whose gap is not beaten by more than an error", []float64{1, 2, 2.05, 3}, 3},
		{"rising all the way", []float64{1, 2, 3}, 4},
		{"falling", []float64{3, 2, 1}, 2},
		{"one k", []float64{1}, 2},
	}
	for _, tt := range tests {
		var rows []sweep.Row
		for i, g := range tt.gaps {
			rows = append(rows, sweep.Row{K: 2 + i, Gap: g, GapSE: .1})
		}
		if got := sweep.Suggest(rows); got != tt.want {
			t.Errorf("%s: Suggest = %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestTheAnswerIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	x := blobs(200, 3)
	want := run(t, x, sweep.Config{From: 2, To: 5})
	for _, procs := range []int{1, 8} {
		func() {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			if diff := cmp.Diff(want, run(t, x, sweep.Config{From: 2, To: 5})); diff != "" {
				t.Errorf("with %d processors (-want +got):\n%s", procs, diff)
			}
		}()
	}
}

func TestWhatCannotBeSwept(t *testing.T) {
	x := blobs(8, 2)
	if rows := run(t, x, sweep.Config{From: 2, To: 15}); len(rows) != 3 || rows[2].K != 4 {
		t.Errorf("8 points: %+v, want k = 2 to 4", rows)
	}
	for name, tt := range map[string]struct {
		x []float64
		c sweep.Config
	}{
		"one place":      {[]float64{1, 1, 1, 1}, sweep.Config{From: 2, To: 15}},
		"no row":         {nil, sweep.Config{From: 2, To: 15}},
		"not finite":     {[]float64{math.NaN(), 1}, sweep.Config{From: 2, To: 15}},
		"falling":        {x, sweep.Config{From: 5, To: 4}},
		"no such k":      {x, sweep.Config{To: 5}},
		"another effort": {x, sweep.Config{From: 2, To: 15, Fit: kmeans.Config{Effort: "some"}}},
	} {
		if rows, err := sweep.Run(t.Context(), tt.x, 2, tt.c, nil); err == nil {
			t.Errorf("%s: Run = %v", name, rows)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sweep.Run(ctx, x, 2, sweep.Config{From: 2, To: 15}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
}
