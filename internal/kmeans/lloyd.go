package kmeans

import "math"

// lloyd is one start: centroids, and the labels of the places under them. It is
// scratch for one goroutine and can be run again.
type lloyd struct {
	p         *places
	k         int
	centroids []float64 // k×d, on the grid
	labels    []int32   // m
	sums      []float64 // k×d: weighted sums of the places with that label; exact
	weights   []float64 // k: rows with that label
	whole     []float64 // d: the sum of all places
	sure      []float64 // k: below this squared distance the centroid is surely the nearest
}

// start is what a start came to.
type start struct {
	centroids  []float64
	inertia    float64
	iterations int
	status     Status
}

func newLloyd(p *places, k int) *lloyd {
	l := &lloyd{
		p: p, k: k,
		centroids: make([]float64, k*p.d),
		labels:    make([]int32, p.len()),
		sums:      make([]float64, k*p.d),
		weights:   make([]float64, k),
		whole:     make([]float64, p.d),
		sure:      make([]float64, k),
	}
	for i, w := range p.weight {
		for j, v := range p.at(i) {
			l.whole[j] += float64(w * v)
		}
	}
	return l
}

// run iterates from l.centroids until no label changes, or the squared shifts
// add up to tol at most, or limit iterations are done. However it ends, the
// labels are those of the returned centroids.
func (l *lloyd) run(limit int, tol float64) start {
	l.settle()
	return l.iterate(limit, tol)
}

// iterate is run from labels that are those of l.centroids.
func (l *lloyd) iterate(limit int, tol float64) start {
	s := start{status: IterationLimit}
	for s.status == IterationLimit && s.iterations < limit {
		s.iterations++
		shift := l.update()
		if changed := l.assign(); !changed || shift <= tol {
			s.status = Converged
		}
	}
	s.centroids = append([]float64(nil), l.centroids...)
	s.inertia = l.inertia()
	return s
}

// settle forgets all labels and gives every place its nearest centroid.
func (l *lloyd) settle() {
	clear(l.labels)
	clear(l.sums)
	clear(l.weights)
	copy(l.sums, l.whole)
	l.weights[0] = float64(l.p.rows())
	l.assign()
}

// assign gives every place its nearest centroid, the lowest among equals, and
// reports whether a label changed. When that leaves a cluster empty, its
// centroid moves to the place farthest from its own, and all labels are given
// again. That ends: no place gets farther from its nearest centroid, and one
// comes to lie on it.
func (l *lloyd) assign() bool {
	changed := l.pass()
	for c := 0; c < l.k; c++ {
		if l.weights[c] == 0 {
			copy(row(l.centroids, l.p.d, c), l.p.at(l.farthest()))
			l.pass()
			changed, c = true, -1
		}
	}
	return changed
}

// pass is assign without a look at empty clusters. A place whose centroid is
// nearer than half the way to the next one has no other to look at.
func (l *lloyd) pass() bool {
	d := l.p.d
	for c := range l.k {
		least := math.Inf(1)
		for o := range l.k {
			if o != c {
				least = min(least, square(row(l.centroids, d, c), row(l.centroids, d, o)))
			}
		}
		// A quarter of the squared way, less more than all roundings together.
		l.sure[c] = least / 4 * (1 - 0x1p-20)
	}
	if d == 2 {
		return l.pass2()
	}
	changed := false
	for i, own := range l.labels {
		at := l.p.at(i)
		best := square(at, row(l.centroids, d, int(own)))
		if best < l.sure[own] {
			continue
		}
		label := own
		for c := range int32(l.k) {
			if sq := square(at, row(l.centroids, d, int(c))); sq < best || sq == best && c < label {
				best, label = sq, c
			}
		}
		if label != own {
			l.relabel(i, own, label)
			changed = true
		}
	}
	return changed
}

// pass2 is pass for d = 2.
func (l *lloyd) pass2() bool {
	x, centroids, sure := l.p.x, l.centroids, l.sure
	changed := false
	for i, own := range l.labels {
		px, py := x[2*i], x[2*i+1]
		dx, dy := px-centroids[2*own], py-centroids[2*own+1]
		best := float64(dx*dx) + float64(dy*dy)
		if best < sure[own] {
			continue
		}
		label := own
		for c, j := int32(0), 0; j+1 < len(centroids); c, j = c+1, j+2 {
			dx, dy := px-centroids[j], py-centroids[j+1]
			if sq := float64(dx*dx) + float64(dy*dy); sq < best || sq == best && c < label {
				best, label = sq, c
			}
		}
		if label != own {
			l.relabel(i, own, label)
			changed = true
		}
	}
	return changed
}

// relabel moves place i between clusters. The sums follow exactly, so it does
// not matter that they are never built anew.
func (l *lloyd) relabel(i int, from, to int32) {
	d, w := l.p.d, l.p.weight[i]
	l.labels[i] = to
	l.weights[from] -= w
	l.weights[to] += w
	a, b := row(l.sums, d, int(from)), row(l.sums, d, int(to))
	for j, v := range l.p.at(i) {
		moved := float64(w * v)
		a[j] -= moved
		b[j] += moved
	}
}

// update moves every centroid to the mean of its rows, on the grid, and returns
// the sum of the squared shifts.
func (l *lloyd) update() float64 {
	d := l.p.d
	var shift float64
	for i, old := range l.centroids {
		mean := Snap(l.sums[i] / l.weights[i/d])
		t := mean - old
		shift = float64(t*t) + shift
		l.centroids[i] = mean
	}
	return shift
}

// farthest returns the place farthest from its centroid.
func (l *lloyd) farthest() int {
	far, most := 0, -1.0
	for i, c := range l.labels {
		if sq := square(l.p.at(i), row(l.centroids, l.p.d, int(c))); sq > most {
			far, most = i, sq
		}
	}
	return far
}

func (l *lloyd) inertia() float64 {
	p := l.p
	return sumChunks(p.len(), func(from, to int) float64 {
		var sum float64
		for i := from; i < to; i++ {
			sum += float64(p.weight[i] * square(p.at(i), row(l.centroids, p.d, int(l.labels[i]))))
		}
		return sum
	})
}
