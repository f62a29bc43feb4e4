package past

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hotspot/internal/catalog"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
)

// Thing is what reports are counted of.
type Thing struct {
	Of Kind   `json:"of"`
	ID string `json:"id"` // the number of an area; "" of the city, and of rows that name none
}

// Kind is a kind of things.
type Kind string

// The kinds, in their order in a Result.
const (
	City         Kind = "city"
	Area         Kind = "area"
	Neighborhood Kind = "neighborhood"
	Category     Kind = "category"
)

var kinds = []Kind{City, Area, Neighborhood, Category}

// String is what a person calls it: neighborhood five-points.
func (t Thing) String() string {
	switch {
	case t.Of == City:
		return "the whole city"
	case t.ID == "":
		return fmt.Sprintf("no %s named", t.Of)
	}
	return fmt.Sprintf("%s %s", t.Of, t.ID)
}

// Each are the rows of b, each with the things that it is a report of: the city, its
// neighborhood, its category and, where m, if there is one, would be trained on the
// row, the nearest area of m. The slice is the loop's until the next row.
func Each(b *catalog.Batch, m *model.Model) iter.Seq2[catalog.Row, []Thing] {
	return func(yield func(catalog.Row, []Thing) bool) {
		areas := make([]string, b.Rows)
		if m != nil {
			centroids := m.Centroids()
			for r, x := range b.Trained(m) {
				c, _ := kmeans.Nearest(centroids, len(x), x)
				areas[r.Number()-b.FirstRow] = strconv.Itoa(c)
			}
		}
		things := make([]Thing, 0, len(kinds))
		for r := range b.All() {
			things = append(things[:0], Thing{City, ""}, Thing{Neighborhood, r.Neighborhood()}, Thing{Category, r.Category()})
			if area := areas[r.Number()-b.FirstRow]; area != "" {
				things = append(things, Thing{Area, area})
			}
			if !yield(r, things) {
				return
			}
		}
	}
}

// series is a thing, its count now and those of the past.
type series struct {
	Thing
	now    int
	before []int     // in each batch of the past
	sum    int       // of these
	days   []float64 // of each batch of the past
	all    float64   // of these
}

// gather counts all things of the batches: the city, areas by number, then
// neighborhoods and categories by id.
func gather(now *catalog.Batch, before []*catalog.Batch, m *model.Model) []*series {
	all := map[Thing]*series{}
	lengths := make([]float64, len(before))
	total := 0.0
	for i, b := range before {
		lengths[i] = days(b)
		total += lengths[i]
	}
	for i, b := range append(before, now) {
		for _, things := range Each(b, m) {
			for _, t := range things {
				s := all[t]
				if s == nil {
					s = &series{Thing: t, before: make([]int, len(before)), days: lengths, all: total}
					all[t] = s
				}
				if i == len(before) {
					s.now++
				} else {
					s.before[i]++
					s.sum++
				}
			}
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b *series) int {
		order := slices.Index(kinds, a.Of) - slices.Index(kinds, b.Of)
		if a.Of == Area {
			order = cmp.Or(order, len(a.ID)-len(b.ID)) // as numbers
		}
		return cmp.Or(order, strings.Compare(a.ID, b.ID))
	})
}

// days is how long the rows of b were gathered.
func days(b *catalog.Batch) float64 {
	if b.Window.By.Calendar() {
		return float64(b.Window.Days())
	}
	return model.Reported(b.Reported).Days()
}
