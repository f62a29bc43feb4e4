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

func TestFitWithoutToleranceSettles(t *testing.T) {
	fit := func(x []float64, d int, c kmeans.Config) (*kmeans.Result, error) {
		if c.Tolerance == 0 {
			c.Tolerance = 1e-300
		}
		return kmeans.Fit(x, d, c)
	}
	kmeanstest.Run(t, fit, kmeanstest.Promise{Reproducible: true, Settled: true})
}
