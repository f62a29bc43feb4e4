package catalog

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"hotspot/internal/model"
)

// The size of a backdrop. It is made of the first batches alone, so that it
// stops changing.
const (
	backdropBatches = 20
	cellM           = 250.0 // side of a cell, meters
	reach           = 3     // empty cells so near to crimes are given to their neighborhood
	maxCells        = 400   // from side to side
)

// Backdrop is a base map that needs no map: which neighborhood the crimes of a
// cell say that it is in.
type Backdrop struct {
	Width         int            `json:"width"`  // cells from west to east
	Height        int            `json:"height"` // from south to north
	West          float64        `json:"west"`   // of the cell in the south-west, degrees
	South         float64        `json:"south"`
	StepLon       float64        `json:"step_lon"` // of a cell
	StepLat       float64        `json:"step_lat"`
	Neighborhoods []Neighborhood `json:"names"` // by crimes, most first
	Cells         []int          `json:"cells"` // row by row from the south-west: index in Neighborhoods, -1 is none
}

// Neighborhood is a neighborhood and the median place of its crimes.
type Neighborhood struct {
	ID  string  `json:"id"`
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

// At is the neighborhood of a cell, -1 for none and beyond the borders.
func (b *Backdrop) At(x, y int) int {
	if x < 0 || y < 0 || x >= b.Width || y >= b.Height {
		return -1
	}
	return b.Cells[y*b.Width+x]
}

// Backdrop returns the backdrop of a map of v. It is made when it is first asked
// for, and must not be changed. The error is a *LoadingError.
func (v *View) Backdrop() (*Backdrop, error) {
	batches := v.backdropBatches()
	if len(batches) == 0 {
		return layOut(nil), nil
	}
	for _, b := range batches {
		if !b.Read() {
			return nil, v.Loading("The first batches")
		}
	}
	return v.backdrop(), nil
}

func (v *View) backdropBatches() []*Batch { return v.Batches[:min(len(v.Batches), backdropBatches)] }

// hood is a neighborhood while the backdrop is made.
type hood struct {
	id       string
	lon, lat []float64
}

// drawBackdrop lays out the places of the batches.
func drawBackdrop(batches []*Batch) *Backdrop {
	byID := map[string]*hood{}
	for _, b := range batches {
		for i := range b.incidents {
			r := Row{b, i}
			if id := r.Neighborhood(); id != "" && r.Located() {
				if byID[id] == nil {
					byID[id] = &hood{id: id}
				}
				h, at := byID[id], r.Place()
				h.lon, h.lat = append(h.lon, at.Lon), append(h.lat, at.Lat)
			}
		}
	}
	return layOut(slices.SortedFunc(maps.Values(byID), func(a, b *hood) int {
		return cmp.Or(len(b.lon)-len(a.lon), cmp.Compare(a.id, b.id))
	}))
}

// layOut gives every cell the neighborhood of most of its crimes; all are in
// the order of their size, which also settles ties.
func layOut(all []*hood) *Backdrop {
	d := &Backdrop{Neighborhoods: []Neighborhood{}, Cells: []int{}}
	var lons, lats []float64
	for _, h := range all {
		lons, lats = append(lons, h.lon...), append(lats, h.lat...)
		d.Neighborhoods = append(d.Neighborhoods, Neighborhood{h.id, model.Round(median(h.lon), 4), model.Round(median(h.lat), 4)})
	}
	if len(lons) == 0 {
		return d
	}
	// A place of a wrong country must not stretch the grid.
	west, east := middle(lons)
	south, north := middle(lats)
	d.StepLat = cellM / 1000 / 6371.0088 * 180 / math.Pi
	d.StepLon = d.StepLat / math.Max(0.05, math.Cos((south+north)/2*math.Pi/180))
	stretch := math.Max(1, math.Max((east-west)/d.StepLon, (north-south)/d.StepLat)/(maxCells-2*reach-1))
	d.StepLon, d.StepLat = model.Round(d.StepLon*stretch, 8), model.Round(d.StepLat*stretch, 8)
	d.West, d.South = model.Round(west-reach*d.StepLon, 6), model.Round(south-reach*d.StepLat, 6)
	d.Width = int((east-d.West)/d.StepLon) + 1 + reach
	d.Height = int((north-d.South)/d.StepLat) + 1 + reach
	d.Cells = make([]int, d.Width*d.Height)
	most := make([]int, len(d.Cells))
	for i := range d.Cells {
		d.Cells[i] = -1
	}
	for n, h := range all {
		counts := map[int]int{}
		for i := range h.lon {
			x, y := int(math.Floor((h.lon[i]-d.West)/d.StepLon)), int(math.Floor((h.lat[i]-d.South)/d.StepLat))
			if x < 0 || y < 0 || x >= d.Width || y >= d.Height {
				continue
			}
			at := y*d.Width + x
			if counts[at]++; counts[at] > most[at] {
				most[at], d.Cells[at] = counts[at], n
			}
		}
	}
	d.grow()
	return d
}

// grow gives empty cells near others to a neighborhood beside them, a ring of
// cells at a time, so that streets without crimes tear no holes.
func (d *Backdrop) grow() {
	for range reach {
		next := slices.Clone(d.Cells)
		for i, n := range d.Cells {
			if n >= 0 {
				continue
			}
			x, y := i%d.Width, i/d.Width
			for _, beside := range [...]int{d.At(x-1, y), d.At(x, y-1), d.At(x+1, y), d.At(x, y+1)} {
				if beside >= 0 {
					next[i] = beside
					break
				}
			}
		}
		d.Cells = next
	}
}

// median is the middle one of all, at least one.
func median(all []float64) float64 { return slices.Sorted(slices.Values(all))[len(all)/2] }

// middle is the range of all but the outermost thousandth on each side.
func middle(all []float64) (least, most float64) {
	slices.Sort(all)
	cut := len(all) / 1000
	return all[cut], all[len(all)-1-cut]
}
