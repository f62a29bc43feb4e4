package kmeans_test

import (
	"testing"

	"go.uber.org/goleak"

	"hotspot/internal/kmeans"
	"hotspot/internal/testkit/kmeanstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestFitKeepsTheContract(t *testing.T) {
	kmeanstest.Run(t, kmeans.Fit, kmeanstest.Promise{Reproducible: true})
}

// Memory does not grow with the number of starts.
func TestTheBestStartsAloneAreHeld(t *testing.T) {
	if n := kmeans.Held(city(500, 2), 2, kmeans.Config{K: 5, Restarts: 300}); n != 3 {
		t.Errorf("%d of 300 starts are held", n)
	}
}

func TestFitWithoutToleranceSettles(t *testing.T) {
	fit := func(x []float64, d int, c kmeans.Config) (*kmeans.Result, error) {
		if c.Tolerance == 0 {
			c.Tolerance = 1e-300
		}
		return kmeans.Fit(x, d, c)
	}
	kmeanstest.Run(t, fit, kmeanstest.Promise{Reproducible: true, Settled: true})
}
