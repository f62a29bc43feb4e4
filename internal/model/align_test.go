package model_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// sized is a cluster before it is numbered: its size and centroid.
type sized struct {
	size        int
	east, north float64
}

func unnumbered(number int, clusters ...sized) *model.Model {
	m := &model.Model{Model: number, Features: feature.Geo.Columns()}
	for _, c := range clusters {
		m.Clusters = append(m.Clusters, model.Cluster{
			Size: c.size, Centroid: model.Centroid{EastKm: c.east, NorthKm: c.north},
		})
	}
	return m
}

// numbered writes every cluster as "number: size east north", and after that
// "< number moved" when it continues one.
func numbered(m *model.Model) []string {
	var lines []string
	for _, c := range m.Clusters {
		line := fmt.Sprintf("%d: %d %g %g", c.Cluster, c.Size, c.Centroid.EastKm, c.Centroid.NorthKm)
		if c.Previous != nil {
			line += fmt.Sprintf(" < %d %g", c.Previous.Cluster, c.Previous.MovedM)
		}
		lines = append(lines, line)
	}
	return lines
}

func aligned(number int, clusters ...sized) *model.Model {
	m := unnumbered(number, clusters...)
	m.Align(nil)
	return m
}

func TestAlign(t *testing.T) {
	tests := []struct {
		name     string
		previous *model.Model
		clusters []sized
		want     []string
	}{
		{"first: by size, east, north", nil, []sized{{3, 0, 0}, {5, 1, 9}, {5, 1, 2}, {5, -1, 9}}, []string{
			"0: 5 -1 9", "1: 5 1 2", "2: 5 1 9", "3: 3 0 0",
		}},
		{"the number is kept whatever the size", aligned(1, sized{9, 0, 0}, sized{5, 10, 0}), []sized{{7, 10, .5}, {6, .25, 0}}, []string{
			"0: 6 0.25 0 < 0 250", "1: 7 10 0.5 < 1 500",
		}},
		// Nearest first would give 0 to the cluster at 1 (1 km) and leave 2 to the other (11 km).
		{"the sum counts, not the nearest", aligned(1, sized{9, 0, 0}, sized{5, 2, 0}), []sized{{7, 1, 0}, {6, -9, 0}}, []string{
			"0: 6 -9 0 < 0 9000", "1: 7 1 0 < 1 1000",
		}},
		// Both matchings cost 2 km; the larger cluster takes the lower number.
		{"equal sums: the least in order of size", aligned(1, sized{9, 0, 0}, sized{5, 0, 2}), []sized{{6, 1, 1}, {7, -1, 1}}, []string{
			"0: 7 -1 1 < 0 1414.2", "1: 6 1 1 < 1 1414.2",
		}},
		// 0.05 mm are no reason to prefer one.
		{"whole millimetres", aligned(1, sized{9, 0, 0}, sized{5, 0, 2}), []sized{{7, -1, 1.00000005}, {6, 1, 1}}, []string{
			"0: 7 -1 1.00000005 < 0 1414.2", "1: 6 1 1 < 1 1414.2",
		}},
		// 1 mm is one.
		{"a whole millimetre", aligned(1, sized{9, 0, 0}, sized{5, 0, 2}), []sized{{7, -1, 1.000001}, {6, 1, 1}}, []string{
			"0: 6 1 1 < 0 1414.2", "1: 7 -1 1.000001 < 1 1414.2",
		}},
		{"more clusters than before", aligned(1, sized{9, 0, 0}, sized{5, 10, 0}), []sized{{1, 10, 0}, {9, 5, 5}, {4, 0, 0}, {8, 5, -5}}, []string{
			"0: 4 0 0 < 0 0", "1: 1 10 0 < 1 0", "2: 9 5 5", "3: 8 5 -5",
		}},
		{"fewer: numbers stay below k", aligned(1, sized{9, 0, 0}, sized{5, 10, 0}, sized{4, 20, 0}), []sized{{9, 20, 0}, {4, 10, 1}}, []string{
			"0: 9 20 0 < 2 0", "1: 4 10 1 < 1 1000",
		}},
		{"no clusters before", aligned(1), []sized{{3, 0, 0}, {5, 1, 9}}, []string{"0: 5 1 9", "1: 3 0 0"}},
		{"no clusters now", aligned(1, sized{9, 0, 0}), nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before []string
			if tt.previous != nil {
				before = numbered(tt.previous)
			}
			m := unnumbered(2, tt.clusters...)
			m.Align(tt.previous)
			if diff := cmp.Diff(tt.want, numbered(m)); diff != "" {
				t.Errorf("Align (-want +got):\n%s", diff)
			}
			continues := tt.previous != nil && len(tt.previous.Clusters) > 0 && len(tt.clusters) > 0
			if (m.AlignedTo != nil) != continues || continues && *m.AlignedTo != 1 {
				t.Errorf("AlignedTo = %v, want model 1: %t", m.AlignedTo, continues)
			}
			if tt.previous != nil {
				if diff := cmp.Diff(before, numbered(tt.previous)); diff != "" {
					t.Errorf("Align changed the previous model:\n%s", diff)
				}
			}
		})
	}
}

func TestAlignDoesNotCompareOtherFeatures(t *testing.T) {
	previous := aligned(1, sized{9, 0, 0}, sized{5, 10, 0})
	previous.Features = append(previous.Features, feature.Column{Name: "hour"})
	m := unnumbered(2, sized{3, 0, 0}, sized{5, 10, 0})
	m.Align(previous)
	if diff := cmp.Diff([]string{"0: 5 10 0", "1: 3 0 0"}, numbered(m)); diff != "" || m.AlignedTo != nil {
		t.Errorf("AlignedTo = %v, clusters (-want +got):\n%s", m.AlignedTo, diff)
	}
}

// Clusters at the same place are told apart by their other features; moved_m
// is on the ground.
func TestAlignMeasuresAllFeatures(t *testing.T) {
	at := func(number int, hours ...float64) *model.Model {
		m := unnumbered(number)
		m.Features = append(m.Features, feature.Column{Name: "hour"})
		for i, h := range hours {
			m.Clusters = append(m.Clusters, model.Cluster{Size: 9 - i, Centroid: model.Centroid{Extra: []float64{h}}})
		}
		return m
	}
	previous, m := at(1, 0, 5), at(2, 4, 1)
	previous.Align(nil)
	m.Align(previous)
	if got := m.Clusters[0].Centroid.Extra[0]; got != 1 {
		t.Errorf("cluster 0 is the one at hour %v, want 1", got)
	}
	if got := m.Clusters[0].Previous.MovedM; got != 0 {
		t.Errorf("moved_m = %v, want 0", got)
	}
}

// The engine's order must not show in a model file.
func TestAlignDoesNotDependOnTheOrderOfClusters(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []sized {
		c := make([]sized, n)
		for i := range c {
			c[i] = sized{r.IntN(4), float64(r.IntN(9)), float64(i)}
		}
		return c
	}
	for range 100 {
		clusters, previous := random(6), aligned(1, random(1+r.IntN(8))...)
		want := unnumbered(2, clusters...)
		want.Align(previous)
		r.Shuffle(len(clusters), func(i, j int) { clusters[i], clusters[j] = clusters[j], clusters[i] })
		got := unnumbered(2, clusters...)
		got.Align(previous)
		if diff := cmp.Diff(want.Clusters, got.Clusters); diff != "" {
			t.Fatalf("the order of %v matters:\n%s", clusters, diff)
		}
		for i, c := range got.Clusters {
			if c.Cluster != i {
				t.Fatalf("cluster %d stands in place %d", c.Cluster, i)
			}
		}
	}
}
