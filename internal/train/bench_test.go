package train_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/train"
)

// synthetic is a prepared file of n rows like the city's: six thick spots over
// a thin ground, one row of three on a place that was seen before, some rows
// without coordinates or far away.
func synthetic(tb testing.TB, n int, seed uint64) []byte {
	tb.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	csv := crime.AppendHeader(nil)
	places := []crime.Place{{Lon: -104.99, Lat: 39.74}}
	for i := range n {
		p := places[r.IntN(len(places))]
		if r.IntN(3) > 0 {
			spot := r.IntN(6)
			spread := .01 + .05*float64(r.IntN(2))
			p = crime.Place{
				Lon: -105.02 + .03*float64(spot) + spread*r.NormFloat64(),
				Lat: 39.68 + .02*float64(spot*spot%5) + spread*r.NormFloat64(),
			}
			places = append(places, p)
		}
		var text [crime.NumColumns]string
		text[crime.ColIncidentID] = fmt.Sprint(2019000000 + i)
		text[crime.ColOffenseID] = fmt.Sprint(2019000000239900 + i)
		text[crime.ColOffenseCode], text[crime.ColOffenseCodeExtension] = "2399", "0"
		text[crime.ColOffenseType] = fmt.Sprintf("offense-%d", r.IntN(90))
		text[crime.ColOffenseCategory] = fmt.Sprintf("category-%d", r.IntN(1+r.IntN(14)))
		text[crime.ColFirstOccurrence] = fmt.Sprintf("2019-01-%02dT%02d:00:00", 1+r.IntN(31), r.IntN(24))
		text[crime.ColReported] = "2019-02-01T00:13:00"
		switch r.IntN(1000) {
		case 0:
		case 1:
			text[crime.ColGeoLon], text[crime.ColGeoLat] = "0", "0"
		default:
			text[crime.ColGeoLon], text[crime.ColGeoLat] = fmt.Sprintf("%.8f", p.Lon), fmt.Sprintf("%.8f", p.Lat)
		}
		text[crime.ColDistrict], text[crime.ColPrecinct] = "3", "323"
		text[crime.ColNeighborhood] = fmt.Sprintf("neighborhood-%d", r.IntN(78))
		text[crime.ColIsCrime], text[crime.ColIsTraffic], text[crime.ColVictimCount] = "1", "0", "1"
		rec, err := crime.Parse(text)
		if err != nil {
			tb.Fatal(err)
		}
		csv = rec.AppendCSV(csv)
	}
	return csv
}

func BenchmarkBatch(b *testing.B) {
	for _, n := range []int{5000, 20000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			csv := synthetic(b, n, 1)
			man := manifest(1, csv)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (train.Trainer{}).Batch(b.Context(), man, csv, model.DefaultSettings(), feature.Default(), nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
