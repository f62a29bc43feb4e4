package crime_test

import (
	"testing"

	"hotspot/internal/crime"
)

func benchRecord(b *testing.B) *crime.Record {
	b.Helper()
	rec := mustParse(b, [crime.NumColumns]string{
		"20206000017", "20206000017299900", "2999", "0", "criminal-mischief-other", "public-disorder", "2020-10-10T04:55:00", "2020-10-10T05:30:00", "2020-10-14T15:20:00",
		"-104.90016949", "39.65016847", "3", "323", "hampden", "1", "0", "1", "",
	})
	return &rec
}

func perSecond(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
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
	c := crime.StartChain(crime.Source{Title: "bench", Area: crime.Denver.String()})
	b.SetBytes(int64(len(value)))
	b.ReportAllocs()
	for b.Loop() {
		c = c.Next(value)
	}
	perSecond(b, b.N)
}

func BenchmarkHeader(b *testing.B) {
	s := crime.Header{Row: 123456, Line: 123457, Chain: crime.StartChain(crime.Source{Title: "t", Area: crime.Denver.String()}), Source: crime.Source{Title: "Denver crime", Area: crime.Denver.String()}}
	buf := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		buf = s.Append(buf[:0])
		if _, err := crime.ParseHeader(buf); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, b.N)
}
