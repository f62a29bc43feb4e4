package kmeans

import (
	"math"
	"math/bits"

	"hotspot/internal/kmeans/simd"
)

// lloyd is one start: centroids, and the labels of the points under them. It is
// scratch for one goroutine and can be run again.
type lloyd struct {
	p         *Points
	k         int
	centroids []float64 // k×d, on the grid
	labels    []int32   // m
	sums      []float64 // k×d: weighted sums of the points with that label; exact
	weights   []float64 // k: rows with that label
	whole     []float64 // d: the sum of all points
	all       []int32   // 0 … k-1
	nodes     []int32   // per node of the tree: the label of its points, or mixed
	kept      []int32   // levels×k: candidates of the nodes on the way down
	sure      []float64 // k: below this squared distance the centroid is surely the nearest
	found     [simd.Block]int32
}

// start is what a start came to.
type start struct {
	number     int // among the restarts
	centroids  []float64
	inertia    float64
	iterations int
	status     Status
}

func newLloyd(p *Points, k int) *lloyd {
	l := &lloyd{
		p: p, k: k,
		centroids: make([]float64, k*p.D),
		labels:    simd.Make[int32](p.len()),
		sums:      make([]float64, k*p.D),
		weights:   make([]float64, k),
		whole:     make([]float64, p.D),
		all:       make([]int32, k),
		sure:      make([]float64, k),
	}
	for c := range l.all {
		l.all[c] = int32(c)
	}
	if t := p.tree; t != nil {
		l.nodes, l.kept = make([]int32, t.nodes), make([]int32, len(t.levels)*k)
		copy(l.whole, t.levels[len(t.levels)-1].sums)
		return l
	}
	for i, w := range p.Weight {
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

// settle forgets all labels and gives every point its nearest centroid.
func (l *lloyd) settle() {
	clear(l.labels)
	clear(l.nodes)
	clear(l.sums)
	clear(l.weights)
	copy(l.sums, l.whole)
	l.weights[0] = float64(l.p.N)
	l.assign()
}

// adopt makes labels those of l.centroids, which they must be.
func (l *lloyd) adopt(labels []int32) {
	copy(l.labels, labels)
	clear(l.sums)
	clear(l.weights)
	t := l.p.tree
	if t == nil {
		l.add(0, len(labels))
		return
	}
	t.mark(l.nodes, l.labels)
	leaves := &t.levels[0]
	for i, own := range l.nodes[:leaves.count] {
		if own == mixed {
			l.add(i*leaves.span, min((i+1)*leaves.span, len(labels)))
			continue
		}
		l.weights[own] += leaves.weight[i]
		to := row(l.sums, l.p.D, int(own))
		for j, v := range row(leaves.sums, l.p.D, i) {
			to[j] += v
		}
	}
}

// add counts the points from … to-1 in the sums of their labels.
func (l *lloyd) add(from, to int) {
	for i := from; i < to; i++ {
		c, w := l.labels[i], l.p.Weight[i]
		l.weights[c] += w
		sums := row(l.sums, l.p.D, int(c))
		for j, v := range l.p.at(i) {
			sums[j] += float64(w * v)
		}
	}
}

// assign gives every point its nearest centroid, the lowest among equals, and
// reports whether a label changed. When that leaves a cluster empty, its
// centroid moves to the point farthest from its own, and all labels are given
// again. That ends: no point gets farther from its nearest centroid, and one
// comes to lie on it.
func (l *lloyd) assign() bool {
	changed := l.pass()
	for c := 0; c < l.k; c++ {
		if l.weights[c] == 0 {
			copy(row(l.centroids, l.p.D, c), l.p.at(l.farthest()))
			l.pass()
			changed, c = true, -1
		}
	}
	return changed
}

// pass is assign without a look at empty clusters. With a tree or without, the
// labels come out the same: it skips only what cannot change. A point whose centroid is
// nearer than half the way to the next one has no other to look at.
func (l *lloyd) pass() bool {
	d := l.p.D
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
	if t := l.p.tree; t != nil {
		return l.filter(len(t.levels)-1, 0, l.all)
	}
	return l.visit(0, len(l.labels), l.all)
}

// visit gives the points from … to-1 the nearest of the candidates.
func (l *lloyd) visit(from, to int, candidates []int32) bool {
	changed := false
	for ; from < to; from += simd.Block {
		set := l.p.Nearest(from, min(from+simd.Block, to), l.centroids, candidates, l.labels, l.sure, &l.found)
		for ; set != 0; set &= set - 1 {
			b := bits.TrailingZeros64(set)
			l.relabel(from+b, l.labels[from+b], l.found[b])
			changed = true
		}
	}
	return changed
}

// relabel moves point i between clusters. The sums follow exactly, so it does
// not matter that they are never built anew.
func (l *lloyd) relabel(i int, from, to int32) {
	d, w := l.p.D, l.p.Weight[i]
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
	d := l.p.D
	var shift float64
	for i, old := range l.centroids {
		mean := Snap(l.sums[i] / l.weights[i/d])
		t := mean - old
		shift = float64(t*t) + shift
		l.centroids[i] = mean
	}
	return shift
}

// farthest returns the point farthest from its centroid.
func (l *lloyd) farthest() int {
	far, most := 0, -1.0
	for i, c := range l.labels {
		if sq := square(l.p.at(i), row(l.centroids, l.p.D, int(c))); sq > most {
			far, most = i, sq
		}
	}
	return far
}

// unchosen are a block of distances before any centroid was chosen.
var unchosen = func() (sq [simd.Block]float64) {
	for i := range sq {
		sq[i] = math.Inf(1)
	}
	return sq
}()

// inertia returns the sum of weight × squared distance to the centroid. Blocks
// with one label need no look at the labels.
func (l *lloyd) inertia() (sum float64) {
	p := l.p
	for from := 0; from < p.len(); from += simd.Block {
		to := min(from+simd.Block, p.len())
		if own := commonLabel(l.labels[from:to]); own != mixed {
			sum += p.Potential(from, to, row(l.centroids, p.D, int(own)), unchosen[:])
			continue
		}
		var s [simd.Lanes]float64
		for i, c := range l.labels[from:to] {
			s[i%simd.Lanes] += float64(p.Weight[from+i] * square(p.at(from+i), row(l.centroids, p.D, int(c))))
		}
		sum += simd.Total(&s)
	}
	return sum
}
