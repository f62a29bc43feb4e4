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
// many, how far from the centroid, when, what and where. labels are those of the
// points.
func describeClusters(m *model.Model, r *rows, labels []int32) error {
	k, p := len(m.Clusters), r.points
	squares := make([]float64, k) // sums of squared distances on the ground, km²
	for i := range m.Clusters {
		m.Clusters[i].Size = 0
	}
	for i, l := range labels {
		c := &m.Clusters[l]
		c.Size += int(p.Weight[i])
		dx, dy := p.X[i*p.D]-c.Centroid.EastKm, p.X[i*p.D+1]-c.Centroid.NorthKm
		squares[l] += float64(p.Weight[i] * (float64(dx*dx) + float64(dy*dy)))
	}
	hours, days := make([][24]int64, k), make([][7]int64, k)
	categories, neighborhoods := make([][]int, k), make([][]int, k)
	for l := range k {
		categories[l], neighborhoods[l] = make([]int, len(r.categories.texts)), make([]int, len(r.neighborhoods.texts))
	}
	err := r.details.each(func(t detail) {
		l := labels[p.Of[t.place]]
		c := &m.Clusters[l]
		if !t.span.AddHours(&hours[l]) {
			c.HoursUnknown++
		} else if t.span.HourKnown() {
			c.HoursKnown++
		}
		if !t.span.AddDays(&days[l]) {
			c.WeekdaysUnknown++
		}
		categories[l][t.category]++
		neighborhoods[l][t.neighborhood]++
	})
	if err != nil {
		return err
	}
	for i := range m.Clusters {
		c := &m.Clusters[i]
		c.Share = model.Share(c.Size, r.n)
		setThousandths(c.Hours[:], hours[i][:])
		setThousandths(c.Weekdays[:], days[i][:])
		if c.Size > 0 {
			c.RadiusM = model.Round(math.Sqrt(squares[i]/float64(c.Size))*1000, 1)
		}
		c.Neighborhoods = []model.Neighborhood{}
		c.Categories = r.listCategories(categories[i], c.Size)
		for _, v := range r.neighborhoods.top(neighborhoods[i], 1) {
			n := neighborhoods[i][v]
			c.Neighborhoods = append(c.Neighborhoods, model.Neighborhood{
				ID: r.neighborhoods.texts[v], Count: n, Share: model.Share(n, c.Size),
			})
		}
	}
	return nil
}

// listCategories lists the categories of size rows by their counts there and in all rows.
func (r *rows) listCategories(counts []int, size int) []model.Category {
	list := []model.Category{}
	for _, v := range r.categories.top(counts, leastOffense) {
		n := counts[v]
		lift := float64(n) / float64(size) / (float64(r.categories.rows[v]) / float64(r.n))
		list = append(list, model.Category{
			ID: r.categories.texts[v], Count: n, Share: model.Share(n, size), Lift: model.Round(lift, 4),
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

// top lists the values that occur most, at least least times, by count
// descending and then by text. The empty text, a value that is not known, is
// none of them.
func (n *names) top(counts []int, least int) []int {
	var values []int
	for v, count := range counts {
		if count >= least && n.texts[v] != "" {
			values = append(values, v)
		}
	}
	slices.SortFunc(values, func(a, b int) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(n.texts[a], n.texts[b]))
	})
	return values[:min(topN, len(values))]
}
