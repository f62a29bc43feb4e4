package compare_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/feature"
	"hotspot/internal/input/generate"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
	"hotspot/internal/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// city are the vectors of n rows of the invented city, in row order.
func city(tb testing.TB, n int, seed uint64) []float64 {
	tb.Helper()
	var csv bytes.Buffer
	if _, err := generate.Write(tb.Context(), &csv, generate.Config{Rows: n, Seed: seed}); err != nil {
		tb.Fatal(err)
	}
	var x []float64
	for r, err := range source.Rows(csv.Bytes(), "city") {
		if err != nil {
			tb.Fatal(err)
		}
		x, _ = feature.Default().Vector(x, feature.Geo, feature.NewInput(r))
	}
	return x
}

// trained is a model of the rows x, which were reported within days days.
func trained(tb testing.TB, number int, x []float64, k, days int) compare.Side {
	tb.Helper()
	s := model.DefaultSettings()
	s.K = k
	r, err := kmeans.Fit(x, 2, kmeans.Config{K: k, Seed: s.Seed, Restarts: s.Restarts})
	if err != nil {
		tb.Fatal(err)
	}
	m := &model.Model{Model: number, Settings: s, Frame: feature.Default(), Features: feature.Geo.Columns()}
	m.Rows.Trained = len(x) / 2
	m.Batch.Reported = model.Reported{First: "2019-01-01T00:00:00", Last: date(days)}
	for c := range k {
		m.Clusters = append(m.Clusters, model.Cluster{
			Cluster: c, Size: r.Sizes[c], Centroid: model.Centroid{EastKm: r.Centroids[2*c], NorthKm: r.Centroids[2*c+1]},
		})
	}
	return compare.Side{Model: m, X: x}
}

func models(tb testing.TB, a, b compare.Side) *compare.Result {
	tb.Helper()
	r, err := compare.Models(tb.Context(), a, b)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestAModelIsLikeItself(t *testing.T) {
	a := trained(t, 1, city(t, 3000, 1), 5, 30)
	r := models(t, a, a)
	if r.Changed || r.Verdict != compare.Unchanged || r.ARI.Value != 1 || r.PSI.Value != 0 || r.InertiaRatio.Value != 1 {
		t.Errorf("Models = %+v", r)
	}
	for i, c := range r.Clusters {
		if *c.A != i || *c.B != i || *c.MovedM != 0 || c.ShareA != c.ShareB || c.PerDayA != c.PerDayB || c.Verdict != compare.Usual {
			t.Errorf("area %d = %+v", i, c)
		}
	}
}

// Every row of b lies on a centroid of b: no number is the ratio to its inertia.
func TestARatioWithoutBoundIsNull(t *testing.T) {
	places := func(at ...float64) (x []float64) {
		for i := range 40 {
			x = append(x, at[i%len(at)], 0)
		}
		return x
	}
	r := models(t, trained(t, 1, places(0, 1, 8, 9), 2, 30), trained(t, 2, places(0, 8), 2, 30))
	data, err := json.Marshal(r.InertiaRatio)
	if !math.IsInf(float64(r.InertiaRatio.Value), 1) || err != nil || !strings.HasPrefix(string(data), `{"value":null,"floor":`) {
		t.Errorf("%+v is %s, %v", r.InertiaRatio, data, err)
	}
}

func TestNeighborsInTimeAreWithinTheUsual(t *testing.T) {
	x := city(t, 6000, 1)
	r := models(t, trained(t, 1, x[:len(x)/4*2], 5, 30), trained(t, 2, x[len(x)/4*2:], 5, 30))
	if r.Changed || r.ARI.Floor <= 0 || r.ARI.Floor >= 1 || r.PSI.Floor <= 0 || r.InertiaRatio.Floor <= 1 {
		t.Errorf("Models = %+v", r)
	}
	for i, c := range r.Clusters {
		if *c.MovedFloorM <= 0 {
			t.Errorf("area %d = %+v, without a floor", i, c)
		}
	}
}

// A third of the crimes comes to lie 3 km further east.
func TestAShiftIsAChange(t *testing.T) {
	x := city(t, 6000, 1)
	half := len(x) / 4 * 2
	moved := append([]float64(nil), x[half:]...)
	for i := 0; i < len(moved); i += 6 {
		moved[i] += 3
	}
	r := models(t, trained(t, 1, x[:half], 5, 30), trained(t, 2, moved, 5, 30))
	if !r.Changed || r.Verdict != compare.OtherPlaces {
		t.Errorf("Models = %+v", r)
	}
}

// The same rows in half the time are twice as many a day, everywhere.
func TestMoreAndFewerAreCrimesADay(t *testing.T) {
	x := city(t, 3000, 1)
	slow, fast := trained(t, 1, x, 5, 60), trained(t, 2, x, 5, 30)
	for _, tt := range []struct {
		a, b compare.Side
		want compare.Verdict
	}{{slow, fast, compare.More}, {fast, slow, compare.Fewer}} {
		r := models(t, tt.a, tt.b)
		if r.Changed || r.Verdict != compare.OtherNumbers {
			t.Errorf("Models = %+v", r)
		}
		for i, c := range r.Clusters {
			if c.Verdict != tt.want || c.ShareA != c.ShareB {
				t.Errorf("area %d = %+v, want %s and equal shares", i, c, tt.want)
			}
		}
	}
}

func TestAreasThatAreNewOrGone(t *testing.T) {
	x := city(t, 3000, 1)
	four, six := trained(t, 1, x, 4, 30), trained(t, 2, x, 6, 30)
	for _, tt := range []struct {
		a, b      compare.Side
		new, gone int
	}{{four, six, 2, 0}, {six, four, 0, 2}} {
		var fresh, gone int
		for _, c := range models(t, tt.a, tt.b).Clusters {
			switch c.Verdict {
			case compare.New:
				fresh++
				if c.A != nil || c.B == nil || c.MovedM != nil || c.MovedFloorM != nil || c.ShareB == 0 {
					t.Errorf("new: %+v", c)
				}
			case compare.Gone:
				gone++
				if c.A == nil || c.B != nil || c.MovedM != nil || c.MovedFloorM != nil || c.ShareA == 0 {
					t.Errorf("gone: %+v", c)
				}
			}
		}
		if fresh != tt.new || gone != tt.gone {
			t.Errorf("%d new and %d gone, want %d and %d", fresh, gone, tt.new, tt.gone)
		}
	}
}

func TestTheAnswerIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	x := city(t, 2000, 1)
	a, b := trained(t, 1, x[:1600], 5, 30), trained(t, 2, x[1600:], 5, 30)
	want := models(t, a, b)
	for _, procs := range []int{1, 8} {
		func() {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			if diff := cmp.Diff(want, models(t, a, b)); diff != "" {
				t.Errorf("with %d processors (-want +got):\n%s", procs, diff)
			}
		}()
	}
}

// Halves with fewer distinct places than k are trained with what they have.
func TestFewPlaces(t *testing.T) {
	x := []float64{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}
	if r := models(t, trained(t, 1, x, 3, 1), trained(t, 2, x, 3, 1)); r.Changed {
		t.Errorf("Models = %+v", r)
	}
	one := []float64{1, 1}
	if r := models(t, trained(t, 1, one, 1, 1), trained(t, 2, one, 1, 1)); r.Changed || r.InertiaRatio.Value != 1 {
		t.Errorf("Models = %+v", r)
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	x := city(t, 200, 1)
	good := trained(t, 1, x, 2, 1)
	change := func(f func(*model.Model)) compare.Side {
		m := *good.Model
		f(&m)
		return compare.Side{Model: &m, X: x}
	}
	tests := []struct {
		name       string
		b          compare.Side
		comparable bool
	}{
		{"no clusters", change(func(m *model.Model) { m.Clusters = nil }), false},
		{"other features", change(func(m *model.Model) { m.Features = append(m.Features, feature.Column{Name: "hour"}) }), false},
		{"another frame", change(func(m *model.Model) { m.Frame.Origin.Lat++ }), false},
		{"rows of another batch", compare.Side{Model: good.Model, X: x[2:]}, true},
	}
	for _, tt := range tests {
		if r, err := compare.Models(t.Context(), good, tt.b); r != nil || err == nil || errors.Is(err, compare.ErrNotComparable) == tt.comparable {
			t.Errorf("%s: Models = %v, %v", tt.name, r, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := compare.Models(ctx, good, good); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
}
