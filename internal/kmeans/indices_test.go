package kmeans_test

import (
	"math"
	"testing"

	"hotspot/internal/kmeans"
)

// Worked out by hand. Two pairs on a line, 0 1 and 10 11: within 4·.25 = 1, in
// all 2·(5.5² + 4.5²) = 101, so 100 between; the spreads are .5 and the
// centroids 10 apart.
func TestJudge(t *testing.T) {
	nan := math.NaN()
	none := kmeans.Indices{Explained: nan, CalinskiHarabasz: nan, DaviesBouldin: nan}
	perfect := kmeans.Indices{Explained: 1, CalinskiHarabasz: nan}
	tests := []struct {
		name   string
		x      []float64
		d      int
		labels []int32
		k      int
		want   kmeans.Indices
	}{
		{"two pairs on a line", []float64{0, 1, 10, 11}, 1, []int32{0, 0, 1, 1}, 2, kmeans.Indices{Explained: 100. / 101, CalinskiHarabasz: 200, DaviesBouldin: .1}},
		{"a label that no row has", []float64{0, 1, 10, 11}, 1, []int32{0, 0, 2, 2}, 3, kmeans.Indices{Explained: 100. / 101, CalinskiHarabasz: 200, DaviesBouldin: .1}},
		{"two pairs in a plane", []float64{0, 3, 1, 3, 10, 3, 11, 3}, 2, []int32{1, 1, 0, 0}, 2, kmeans.Indices{Explained: 100. / 101, CalinskiHarabasz: 200, DaviesBouldin: .1}},
		{"one label", []float64{0, 1, 10}, 1, []int32{0, 0, 0}, 1, none},
		{"a label for each", []float64{0, 1}, 1, []int32{0, 1}, 2, perfect},
		{"rows on their centroids", []float64{0, 0, 1, 1}, 1, []int32{0, 0, 1, 1}, 2, perfect},
		{"all rows on one point", []float64{3, 3, 3, 3}, 1, []int32{1, 1, 1, 1}, 2, none},
		{"centroids on one point", []float64{-1, 1, -3, 3}, 1, []int32{0, 0, 1, 1}, 2, kmeans.Indices{DaviesBouldin: nan}},
		{"no row", nil, 2, nil, 1, none},
	}
	for _, tt := range tests {
		p, labels := labelled(t, tt.x, tt.d, tt.labels)
		got := p.Judge(labels, tt.k)
		for _, v := range [][2]float64{
			{got.Explained, tt.want.Explained}, {got.CalinskiHarabasz, tt.want.CalinskiHarabasz}, {got.DaviesBouldin, tt.want.DaviesBouldin},
		} {
			if math.IsNaN(v[0]) != math.IsNaN(v[1]) || math.Abs(v[0]-v[1]) > 1e-12*v[1] { // a few roundings
				t.Errorf("%s: Judge = %+v, want %+v", tt.name, got, tt.want)
			}
		}
	}
}
