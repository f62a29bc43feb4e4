package spots

import (
	"cmp"
	"math"
	"slices"

	"hotspot/internal/stat"
)

// Cell is a cell of 250 m and how far its rows, with those of the cells that touch
// it, stand out from all: Gi* (Ord and Getis, Geographical Analysis 27, 1995).
type Cell struct {
	EastKm, NorthKm float64 // its middle
	Rows            int
	Z               float64 // of Gi*; above 0: more than elsewhere
	P               float64 // of a standard normal so far from 0, on both sides
	Adjusted        float64 // P, adjusted for all cells (Benjamini and Hochberg)
}

// Cells returns the cells that hold rows and those that touch them, from south to
// north, each line from west to east. The edges of the grid go through the origin. Where
// all cells hold alike nothing stands out: Z is 0.
func (g *Ground) Cells() []Cell {
	type at struct{ x, y int64 }
	around := func(x, y int64) (nine []at) {
		for i := range int64(9) {
			nine = append(nine, at{x + i%3 - 1, y + i/3 - 1})
		}
		return nine
	}
	var all []at
	for _, c := range g.cells {
		all = append(all, around(c.x, c.y)...)
	}
	slices.SortFunc(all, func(a, b at) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x)) })
	all = slices.Compact(all)
	rows := make(map[at]float64, len(all)) // never ranged over
	for _, c := range all {
		rows[c] = 0
	}
	for _, c := range g.cells {
		rows[at{c.x, c.y}] = float64(c.rows)
	}
	n, squares := float64(len(all)), 0.0
	mean := float64(g.rows) / n
	for _, c := range all {
		squares += float64((rows[c] - mean) * (rows[c] - mean))
	}
	cells, p := make([]Cell, len(all)), make([]float64, len(all))
	for i, c := range all {
		var sum, near, z float64
		for _, o := range around(c.x, c.y) {
			if there, ok := rows[o]; ok {
				sum, near = sum+there, near+1
			}
		}
		if spread := squares / n * (near * (n - near) / (n - 1)); spread > 0 {
			z = (sum - float64(mean*near)) / math.Sqrt(spread)
		}
		p[i] = stat.NormalTails(z)
		cells[i] = Cell{(float64(c.x) + .5) / 4, (float64(c.y) + .5) / 4, int(rows[c]), z, p[i], 0}
	}
	for i, adjusted := range stat.BenjaminiHochberg(p) {
		cells[i].Adjusted = adjusted
	}
	return cells
}
