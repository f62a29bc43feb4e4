package source_test

import (
	"fmt"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// benchRows is a prepared file of n rows as long as the city's are.
func benchRows(n int) []byte {
	b := crime.AppendHeader(nil)
	for i := range n {
		b = fmt.Appendf(b, "20206%06d,20206%06d299900,2999,0,criminal-mischief-other,public-disorder,2020-10-10T04:55:00,2020-10-14T15:20:00,"+
			"-104.90%06d,39.65%06d,3,323,hampden,1,0,1\n", i, i, i%1000*997, i%1000*991)
	}
	return b
}

func BenchmarkReader(b *testing.B) {
	const n = 20_000
	data := benchRows(n)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		rows := 0
		for _, err := range source.Rows(data, "bench.csv") {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
		if rows != n {
			b.Fatal(rows)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
}
