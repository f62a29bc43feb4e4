package muesli_test

import (
	"testing"

	"go.uber.org/goleak"

	"hotspot/internal/kmeans/muesli"
	"hotspot/internal/testkit/kmeanstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// It starts badly: hence 5 % above the best on iris.
func TestFitKeepsTheContract(t *testing.T) {
	kmeanstest.Run(t, muesli.Fit, kmeanstest.Promise{Excess: 0.05})
}
