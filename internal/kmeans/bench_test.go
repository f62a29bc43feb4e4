package kmeans_test

import (
	"fmt"
	"testing"

	"hotspot/internal/kmeans"
	"hotspot/internal/kmeans/muesli"
	"hotspot/internal/testkit/kmeanstest"
)

// BenchmarkFit is ten restarts on one core.
func BenchmarkFit(b *testing.B) {
	engines := []struct {
		name string
		fit  kmeanstest.Fit
	}{{"native", kmeans.Fit}, {"muesli", muesli.Fit}}
	for _, bb := range []struct {
		engine  int
		n, d, k int
	}{
		{0, 5000, 2, 5},
		{0, 5000, 2, 10},
		{0, 5000, 4, 10},
		{0, 100_000, 2, 10},
		{1, 5000, 2, 5},
	} {
		b.Run(fmt.Sprintf("engine=%s/n=%d/d=%d/k=%d", engines[bb.engine].name, bb.n, bb.d, bb.k), func(b *testing.B) {
			x := city(bb.n, bb.d)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := engines[bb.engine].fit(x, bb.d, kmeans.Config{K: bb.k, Seed: 1, Workers: 1}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(bb.n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
