package train

import (
	"cmp"
	"math"
	"slices"

	"hotspot/internal/model"
)

// How the densest spot is found. Everything is counted in whole numbers, so
// that the result has no last bit to differ in.
const (
	fineKm   = .05 // side of the cells that the density is computed on
	coarseKm = .25 // side of the cells of half_km2
	reach    = 10  // radius of the kernel in fine cells: 500 m
	nearKm   = .5  // within_500m
)

// spot is a cell of the map with the rows in it.
type spot struct {
	x, y int32
	rows int64
}

// findDensest finds the densest spot of every cluster of m and how its rows crowd.
//
// The density of a cell of 50 m is the sum over the cluster's rows within
// 500 m of (1 - (r/500 m)²)², r from center to center: the quartic kernel of
// crime mapping (Silverman, Density Estimation, 1986, 4.5), of one width for
// all areas and models so that they can be compared. The spot is the middle of
// the rows in the densest cell that holds any; of equals the most southern,
// then the most western cell counts.
func findDensest(m *model.Model, r *rows, labels []int32) {
	members := make([][]int32, len(m.Clusters))
	for c := range members {
		members[c] = make([]int32, 0, m.Clusters[c].Size)
	}
	for i, c := range labels {
		members[c] = append(members[c], int32(i))
	}
	for c, rows := range members {
		if len(rows) > 0 {
			m.Clusters[c].Densest = r.describeCrowding(m, rows)
		}
	}
}

// describeCrowding finds the densest spot of some rows.
func (r *rows) describeCrowding(m *model.Model, members []int32) *model.Densest {
	peak := findPeak(r.countCells(members, fineKm))
	var east, north float64 // exact sums of numbers on the grid
	n := 0.0
	for _, i := range members {
		if at := r.x[int(i)*r.d:]; cellOf(at[0], fineKm) == peak.x && cellOf(at[1], fineKm) == peak.y {
			east, north, n = east+at[0], north+at[1], n+1
		}
	}
	east, north = east/n, north/n
	d := &model.Densest{LargestPlaceShare: model.Share(r.countLargestPlace(members), len(members))}
	for _, i := range members {
		dx, dy := r.x[int(i)*r.d]-east, r.x[int(i)*r.d+1]-north
		if float64(dx*dx)+float64(dy*dy) <= nearKm*nearKm {
			d.Within500m++
		}
	}
	d.Share500m = model.Share(d.Within500m, len(members))
	place := m.Frame.Unproject(east, north)
	d.Lon, d.Lat = model.Round(place.Lon, 6), model.Round(place.Lat, 6)

	coarse := r.countCells(members, coarseKm)
	slices.SortFunc(coarse, func(a, b spot) int { return cmp.Compare(b.rows, a.rows) })
	var rows, cells int64
	for ; 2*rows < int64(len(members)); cells++ {
		rows += coarse[cells].rows
	}
	d.HalfKm2 = model.Round(float64(cells)*coarseKm*coarseKm, 4)
	return d
}

// cellOf returns the number of the cell that v, in km, lies in.
func cellOf(v, side float64) int32 { return int32(math.Floor(v / side)) }

// countCells counts the rows in each cell that holds any, from south to north, each
// line from west to east.
func (r *rows) countCells(members []int32, side float64) []spot {
	keys := make([]int64, len(members))
	for j, i := range members {
		at := r.x[int(i)*r.d:]
		keys[j] = int64(cellOf(at[1], side))<<32 + int64(cellOf(at[0], side))
	}
	slices.Sort(keys)
	var cells []spot
	for j, key := range keys {
		if j == 0 || key != keys[j-1] {
			x := int32(key)
			cells = append(cells, spot{x: x, y: int32((key - int64(x)) >> 32)})
		}
		cells[len(cells)-1].rows++
	}
	return cells
}

// findPeak returns the cell of the greatest density. Lines of cells are
// compared in pairs, and in each pair a window moves east.
func findPeak(cells []spot) spot {
	var lines []int // where each line begins
	for i, c := range cells {
		if i == 0 || c.y != cells[i-1].y {
			lines = append(lines, i)
		}
	}
	lines = append(lines, len(cells))
	density := make([]int64, len(cells))
	first := 0
	for l := range len(lines) - 1 {
		for cells[lines[first]].y <= cells[lines[l]].y-reach {
			first++
		}
		for o := first; o <= l; o++ {
			addDensity(cells, density, lines[l], lines[l+1], lines[o], lines[o+1])
		}
	}
	best := 0
	for i, v := range density {
		if v > density[best] {
			best = i
		}
	}
	return cells[best]
}

// addDensity adds to the densities of two lines, a … aEnd-1 and b … bEnd-1, what
// their rows are to each other; once where they are the same line.
func addDensity(cells []spot, density []int64, a, aEnd, b, bEnd int) {
	same := a == b
	dy := int64(cells[a].y - cells[b].y)
	for i := a; i < aEnd; i++ {
		for b < bEnd && cells[b].x <= cells[i].x-reach {
			b++
		}
		for j := b; j < bEnd && cells[j].x < cells[i].x+reach; j++ {
			dx := int64(cells[i].x - cells[j].x)
			inside := reach*reach - dx*dx - dy*dy
			if inside <= 0 {
				continue
			}
			weight := inside * inside
			density[i] += weight * cells[j].rows
			if !same {
				density[j] += weight * cells[i].rows
			}
		}
	}
}

// countLargestPlace returns how many of the rows lie on the place that holds most.
func (r *rows) countLargestPlace(members []int32) int {
	type place struct{ east, north float64 }
	counts := make(map[place]int, len(members))
	most := 0
	for _, i := range members {
		at := r.x[int(i)*r.d:]
		p := place{at[0], at[1]}
		counts[p]++
		most = max(most, counts[p])
	}
	return most
}
