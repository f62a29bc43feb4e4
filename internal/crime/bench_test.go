package crime_test

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

func benchRecord(b *testing.B) *crime.Record {
	b.Helper()
	for rec, err := range source.Rows(benchRows(1), "bench.csv") {
		if err != nil {
			b.Fatal(err)
		}
		return rec
	}
	return nil
}

func perSecond(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
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
	perSecond(b, n*b.N)
}

func BenchmarkAppendValue(b *testing.B) {
	rec, buf := benchRecord(b), make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = rec.AppendValue(buf[:0])
	}
	perSecond(b, b.N)
}

func BenchmarkAppendCSV(b *testing.B) {
	rec, buf := benchRecord(b), make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = rec.AppendCSV(buf[:0])
	}
	perSecond(b, b.N)
}

func BenchmarkParseValue(b *testing.B) {
	value := benchRecord(b).AppendValue(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := crime.ParseValue(value); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, b.N)
}

func BenchmarkChain(b *testing.B) {
	value := benchRecord(b).AppendValue(nil)
	c := crime.StartChain("bench", false)
	b.SetBytes(int64(len(value)))
	b.ReportAllocs()
	for b.Loop() {
		c = c.Next(value)
	}
	perSecond(b, b.N)
}

func BenchmarkStamp(b *testing.B) {
	s := crime.Stamp{Row: 123456, Line: 123457, Chain: crime.StartChain("t", false), Title: "Denver crime"}
	buf := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		buf = s.Append(buf[:0])
		if _, err := crime.ParseStamp(buf); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, b.N)
}
