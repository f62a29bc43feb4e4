package model_test

import (
	"math"
	"testing"

	"hotspot/internal/feature"
	"hotspot/internal/model"
)

func at(places ...[2]float64) *model.Model {
	m := &model.Model{Features: feature.Geo.Columns()}
	for i, p := range places {
		m.Clusters = append(m.Clusters, model.Cluster{Cluster: i, Centroid: model.Centroid{EastKm: p[0], NorthKm: p[1]}})
	}
	return m
}

func TestNearest(t *testing.T) {
	three := at([2]float64{0, 0}, [2]float64{6, 0}, [2]float64{0, 8})
	tests := []struct {
		name string
		m    *model.Model
		v    []float64
		want model.Nearest
	}{
		{"on a centroid", three, []float64{6, 0}, model.Nearest{Cluster: 1, Second: 0, SecondDistance: 6}},
		{"two in order", three, []float64{1, 0}, model.Nearest{Distance: 1, Second: 1, SecondDistance: 5}},
		{"the second before the first", three, []float64{0, 5}, model.Nearest{Cluster: 2, Distance: 3, Second: 0, SecondDistance: 5}},
		{"equally near: the lower number", three, []float64{3, 0}, model.Nearest{Distance: 3, Second: 1, SecondDistance: 3}},
		{"three equally near", three, []float64{3, 4}, model.Nearest{Distance: 5, Second: 1, SecondDistance: 5}},
		{"one cluster", at([2]float64{3, 4}), []float64{0, 0}, model.Nearest{Distance: 5, Second: -1}},
		{"no cluster", at(), []float64{0, 0}, model.Nearest{Cluster: -1, Second: -1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.m.Nearest(tt.v); got != tt.want {
				t.Errorf("Nearest(%v) = %+v, want %+v", tt.v, got, tt.want)
			}
		})
	}
}

func TestNearestMeasuresAllFeatures(t *testing.T) {
	m := at([2]float64{0, 0}, [2]float64{0, 0})
	m.Features = append(m.Features, feature.Column{Name: "a"}, feature.Column{Name: "b"})
	m.Clusters[0].Centroid.Extra = []float64{3, 4}
	m.Clusters[1].Centroid.Extra = []float64{0, 1}
	m.Clusters[1].Centroid.NorthKm = 2
	want := model.Nearest{Cluster: 1, Distance: 2, Second: 0} // by the sums 5 and 25
	if got := m.Nearest([]float64{0, 0, 0, 0}); got != want {
		t.Errorf("Nearest = %+v, want %+v", got, want)
	}
	if m.Dimensions() != 4 || m.Clusters[0].Centroid.Vector()[3] != 4 {
		t.Errorf("Dimensions = %d, Vector()[3] = %v; want 4 and 4", m.Dimensions(), m.Clusters[0].Centroid.Vector()[3])
	}
}

func TestNearestPanicsOnAVectorOfTheWrongLength(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Nearest took a vector of one number")
		}
	}()
	at([2]float64{0, 0}).Nearest([]float64{1})
}

func TestNearestDoesNotAllocate(t *testing.T) {
	m, v := at([2]float64{0, 0}, [2]float64{6, 0}), []float64{1, 1}
	if n := testing.AllocsPerRun(100, func() { m.Nearest(v) }); n != 0 {
		t.Errorf("Nearest allocates %v times", n)
	}
}

func BenchmarkNearest(b *testing.B) {
	for _, k := range []int{5, 10} {
		b.Run(map[int]string{5: "k=5", 10: "k=10"}[k], func(b *testing.B) {
			var places [][2]float64
			for i := range k {
				places = append(places, [2]float64{math.Sqrt(float64(i)), float64(i)})
			}
			m, v := at(places...), []float64{1.5, 2}
			for b.Loop() {
				m.Nearest(v)
			}
		})
	}
}
