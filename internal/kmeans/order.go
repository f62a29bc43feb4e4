package kmeans

import (
	"cmp"
	"slices"
)

// finish makes the Result of a start, with labels of the points and clusters in
// their final order.
func (p *Points) finish(s start) *Result {
	d := p.D
	k := len(s.centroids) / d
	l := newLloyd(p, k)
	copy(l.centroids, s.centroids)
	l.settle()

	order := make([]int, k)
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(l.weights[b], l.weights[a]),
			slices.Compare(row(l.centroids, d, a), row(l.centroids, d, b)),
		)
	})

	r := &Result{
		K: k, D: d,
		Centroids: make([]float64, 0, k*d),
		Labels:    l.labels,
		Sizes:     make([]int, k),
		Inertia:   p.inertia(l), Iterations: s.iterations, Status: s.status,
		Distinct: p.len(),
	}
	number := make([]int32, k)
	for c, old := range order {
		number[old] = int32(c)
		r.Centroids = append(r.Centroids, row(l.centroids, d, old)...)
		r.Sizes[c] = int(l.weights[old])
	}
	for i, c := range r.Labels {
		r.Labels[i] = number[c]
	}
	return r
}

// byRow gives r the labels of the rows instead of the points.
func (r *Result) byRow(p *Points) *Result {
	labels := make([]int32, len(p.Of))
	for i, at := range p.Of {
		labels[i] = r.Labels[at]
	}
	r.Labels = labels
	return r
}

// inertia is l's, added up in blocks: the number that stands in models.
func (p *Points) inertia(l *lloyd) float64 {
	return sumBlocks(p.len(), func(from, to int) float64 {
		var sum float64
		for i := from; i < to; i++ {
			sum += float64(p.Weight[i] * square(p.at(i), row(l.centroids, p.D, int(l.labels[i]))))
		}
		return sum
	})
}
