package kmeans

import (
	"math"
	"math/bits"
)

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
	all       []int32   // 0 … k-1
	nodes     []int32   // per node of the tree: the label of its places, or mixed
	kept      []int32   // levels×k: candidates of the nodes on the way down
	sure      []float64 // k: below this squared distance the centroid is surely the nearest
	found     [block]int32
	best      [block]float64
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
		labels:    roomFor[int32](p.len()),
		sums:      make([]float64, k*p.d),
		weights:   make([]float64, k),
		whole:     make([]float64, p.d),
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
	clear(l.nodes)
	clear(l.sums)
	clear(l.weights)
	copy(l.sums, l.whole)
	l.weights[0] = float64(l.p.rows())
	l.assign()
}

// take makes labels those of l.centroids, which they must be.
func (l *lloyd) take(labels []int32) {
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
		to := row(l.sums, l.p.d, int(own))
		for j, v := range row(leaves.sums, l.p.d, i) {
			to[j] += v
		}
	}
}

// add counts the places from … to-1 in the sums of their labels.
func (l *lloyd) add(from, to int) {
	for i := from; i < to; i++ {
		c, w := l.labels[i], l.p.weight[i]
		l.weights[c] += w
		sums := row(l.sums, l.p.d, int(c))
		for j, v := range l.p.at(i) {
			sums[j] += float64(w * v)
		}
	}
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

// pass is assign without a look at empty clusters. With a tree or without, the
// labels come out the same: it skips only what cannot change. A place whose centroid is
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
	if t := l.p.tree; t != nil {
		return l.filter(len(t.levels)-1, 0, l.all)
	}
	return l.visit(0, len(l.labels), l.all)
}

// visit gives the places from … to-1 the nearest of the candidates.
func (l *lloyd) visit(from, to int, candidates []int32) bool {
	if l.p.cols != nil {
		return l.visitBlocks(from, to, candidates)
	}
	if l.p.d == 2 {
		return l.visit2(from, to, candidates)
	}
	d := l.p.d
	changed := false
	for i := from; i < to; i++ {
		own := l.labels[i]
		at := l.p.at(i)
		best := square(at, row(l.centroids, d, int(own)))
		if best < l.sure[own] {
			continue
		}
		label := own
		for _, c := range candidates {
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

// visitBlocks is visit with the assembly.
func (l *lloyd) visitBlocks(from, to int, candidates []int32) bool {
	changed := false
	for ; from < to; from += block {
		for set := l.nearest(from, min(from+block, to), candidates); set != 0; set &= set - 1 {
			b := bits.TrailingZeros64(set)
			l.relabel(from+b, l.labels[from+b], l.found[b])
			changed = true
		}
	}
	return changed
}

// visit2 is visit for d = 2.
func (l *lloyd) visit2(from, to int, candidates []int32) bool {
	x, centroids, sure, labels := l.p.x[:2*to], l.centroids, l.sure, l.labels[:to]
	changed := false
	for i := from; i < len(labels); i++ {
		own := labels[i]
		px, py := x[2*i], x[2*i+1]
		dx, dy := px-centroids[2*own], py-centroids[2*own+1]
		best := float64(dx*dx) + float64(dy*dy)
		if best < sure[own] {
			continue
		}
		label := own
		for _, c := range candidates {
			dx, dy := px-centroids[2*c], py-centroids[2*c+1]
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

// inertia returns the sum of weight × squared distance to the centroid. Blocks
// that lie in one leaf with one label need no look at the labels.
func (l *lloyd) inertia() (sum float64) {
	p := l.p
	for from := 0; from < p.len(); from += block {
		to := min(from+block, p.len())
		if own := l.alike(from, to); own != mixed {
			sum += p.potential(from, to, row(l.centroids, p.d, int(own)), far[:])
			continue
		}
		var s [lanes]float64
		for i, c := range l.labels[from:to] {
			s[i%lanes] += float64(p.weight[from+i] * square(p.at(from+i), row(l.centroids, p.d, int(c))))
		}
		sum += total(&s)
	}
	return sum
}

// alike returns the label that the places from … to-1 have in common, or mixed.
func (l *lloyd) alike(from, to int) int32 {
	if t := l.p.tree; t != nil && t.levels[0].span == block {
		return l.nodes[from/block]
	}
	return alike(l.labels[from:to])
}
