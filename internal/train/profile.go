package train

import (
	"cmp"
	"math"
	"slices"

	"hotspot/internal/crime"
	"hotspot/internal/model"
)

// What a cluster's lists hold.
const (
	topN         = 5
	leastOffense = 5 // rows of a category: the lift of fewer says nothing
)

// describeClusters describes every cluster of m by the rows that it was given: how
// many, how far from the centroid, when, what and where.
func describeClusters(m *model.Model, r *rows, labels []int32) {
	k := len(m.Clusters)
	squares := make([]float64, k) // sums of squared distances on the ground, km²
	hours, days := make([][24]int64, k), make([][7]int64, k)
	for i := range m.Clusters {
		m.Clusters[i].Size = 0
	}
	for i, l := range labels {
		c := &m.Clusters[l]
		c.Size++
		dx, dy := r.x[i*r.d]-c.Centroid.EastKm, r.x[i*r.d+1]-c.Centroid.NorthKm
		squares[l] += float64(dx*dx) + float64(dy*dy)
		if !r.spans[i].AddHours(&hours[l]) {
			c.HoursUnknown++
		} else if r.spans[i].HourKnown() {
			c.HoursKnown++
		}
		if !r.spans[i].AddDays(&days[l]) {
			c.WeekdaysUnknown++
		}
	}
	categories, neighborhoods := r.category.count(labels, k), r.neighborhood.count(labels, k)
	inAll := r.category.count(make([]int32, r.n()), 1)[0]
	for i := range m.Clusters {
		c := &m.Clusters[i]
		c.Share = model.Share(c.Size, r.n())
		setThousandths(c.Hours[:], hours[i][:])
		setThousandths(c.Weekdays[:], days[i][:])
		if c.Size > 0 {
			c.RadiusM = model.Round(math.Sqrt(squares[i]/float64(c.Size))*1000, 1)
		}
		c.Neighborhoods = []model.Neighborhood{}
		c.Categories = r.listCategories(categories[i], c.Size, inAll)
		for _, v := range r.neighborhood.top(neighborhoods[i], 1) {
			n := neighborhoods[i][v]
			c.Neighborhoods = append(c.Neighborhoods, model.Neighborhood{
				ID: r.neighborhood.names[v], Count: n, Share: model.Share(n, c.Size),
			})
		}
	}
}

// listCategories lists the categories of size rows by their counts there and in all rows.
func (r *rows) listCategories(counts []int, size int, inAll []int) []model.Category {
	list := []model.Category{}
	for _, v := range r.category.top(counts, leastOffense) {
		n := counts[v]
		lift := float64(n) / float64(size) / (float64(inAll[v]) / float64(r.n()))
		list = append(list, model.Category{
			ID: r.category.names[v], Count: n, Share: model.Share(n, size), Lift: model.Round(lift, 4),
		})
	}
	return list
}

// setThousandths gives dst the sums of parts of crimes with three decimals. What
// is rounded is each sum with all before it, so dst adds up to whole crimes.
func setThousandths(dst []float64, sums []int64) {
	var sum, before int64
	for i, s := range sums {
		sum += s
		upTo := sum/crime.Whole*1000 + (sum%crime.Whole*1000+crime.Whole/2)/crime.Whole
		dst[i] = float64(upTo-before) / 1000
		before = upTo
	}
}

// count counts per cluster how often each text of the column occurs.
func (c *column) count(labels []int32, k int) [][]int {
	counts := make([][]int, k)
	all := make([]int, k*len(c.names))
	for i := range counts {
		counts[i] = all[i*len(c.names) : (i+1)*len(c.names)]
	}
	for i, l := range labels {
		counts[l][c.values[i]]++
	}
	return counts
}

// top lists the values that occur most, at least least times, by count
// descending and then by text. The empty text, a value that is not known, is
// none of them.
func (c *column) top(counts []int, least int) []int {
	var values []int
	for v, n := range counts {
		if n >= least && c.names[v] != "" {
			values = append(values, v)
		}
	}
	slices.SortFunc(values, func(a, b int) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(c.names[a], c.names[b]))
	})
	return values[:min(topN, len(values))]
}
