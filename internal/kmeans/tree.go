package kmeans

import "math"

// A tree is worth building for up to so many columns, and for so many points or
// more: with more columns a box holds the borders of most clusters.
const (
	treeColumns = 4
	treePoints  = 64
	fanOut      = 4 // children of a node
)

// tree has boxes around runs of points, which lie close together because they are
// in Morton order, and boxes around runs of boxes, up to a single one. Where one
// centroid is the nearest for a whole box no point in it is looked at: the
// filtering of Pelleg and Moore (KDD 1999) and of Kanungo and others (IEEE PAMI
// 24, 2002), with labels that stay from pass to pass. It is shared by all
// starts and not changed.
type tree struct {
	levels []level // from the leaves up
	nodes  int
}

// level are the nodes of one height; node i of it covers the points from
// i·span up to the next node's.
type level struct {
	span   int
	first  int       // number of its node 0 among all nodes
	count  int       // nodes
	lo, hi []float64 // count×d: the box
	sums   []float64 // count×d: weighted sum of the points; exact
	weight []float64 // count: rows
}

// newTree returns nil where no tree is worth it.
func newTree(p *Points) *tree {
	if p.bare || p.D > treeColumns || p.len() < treePoints {
		return nil
	}
	t := &tree{}
	for span := p.Handful(); ; span *= fanOut {
		v := level{span: span, first: t.nodes, count: (p.len() + span - 1) / span}
		v.lo, v.hi, v.sums = make([]float64, v.count*p.D), make([]float64, v.count*p.D), make([]float64, v.count*p.D)
		v.weight = make([]float64, v.count)
		for i := range v.lo {
			v.lo[i], v.hi[i] = math.Inf(1), math.Inf(-1)
		}
		if len(t.levels) == 0 {
			for i, w := range p.Weight {
				at := p.at(i)
				v.widen(i/span, at, at, p.D)
				v.weight[i/span] += w
				for j, x := range at {
					v.sums[i/span*p.D+j] += float64(w * x)
				}
			}
		} else {
			below := &t.levels[len(t.levels)-1]
			for i := range below.count {
				v.widen(i/fanOut, row(below.lo, p.D, i), row(below.hi, p.D, i), p.D)
				v.weight[i/fanOut] += below.weight[i]
				for j, x := range row(below.sums, p.D, i) {
					v.sums[i/fanOut*p.D+j] += x
				}
			}
		}
		t.levels = append(t.levels, v)
		t.nodes += v.count
		if v.count == 1 {
			return t
		}
	}
}

// widen widens the box of node i to hold another one.
func (v *level) widen(i int, lo, hi []float64, d int) {
	for j := range d {
		v.lo[i*d+j] = min(v.lo[i*d+j], lo[j])
		v.hi[i*d+j] = max(v.hi[i*d+j], hi[j])
	}
}

// mark writes for every node the label that all its points have, or mixed.
func (t *tree) mark(nodes, labels []int32) {
	for i := range t.levels[0].count {
		span := t.levels[0].span
		nodes[i] = commonLabel(labels[i*span : min((i+1)*span, len(labels))])
	}
	for h := 1; h < len(t.levels); h++ {
		below, v := &t.levels[h-1], &t.levels[h]
		for i := range v.count {
			end := min((i+1)*fanOut, below.count)
			nodes[v.first+i] = commonLabel(nodes[below.first+i*fanOut : below.first+end])
		}
	}
}

// mixed is the label of a node whose points have more than one.
const mixed = -1

// commonLabel returns the label that all have, or mixed.
func commonLabel(labels []int32) int32 {
	for _, c := range labels[1:] {
		if c != labels[0] {
			return mixed
		}
	}
	return labels[0]
}

// filter is a pass over the points of a node, of which none but the centroids
// of candidates, in ascending order, can be the nearest.
func (l *lloyd) filter(h, i int, candidates []int32) (changed bool) {
	t := l.p.tree
	v := &t.levels[h]
	node := v.first + i
	if own := l.nodes[node]; len(candidates) > 1 {
		if own >= 0 && l.within(v, i, own) {
			return false
		}
		candidates = l.prune(v, i, candidates, l.kept[h*l.k:h*l.k:(h+1)*l.k])
	}
	if len(candidates) == 1 {
		to := candidates[0]
		switch own := l.nodes[node]; {
		case own == to:
			return false
		case own >= 0:
			l.move(v, i, own, to)
			l.paint(h, i, to)
			return true
		}
	}
	if h == 0 {
		from, end := i*v.span, min((i+1)*v.span, l.p.len())
		changed = l.visit(from, end, candidates)
		if changed {
			l.nodes[node] = commonLabel(l.labels[from:end])
		}
		return changed
	}
	below := &t.levels[h-1]
	end := min((i+1)*fanOut, below.count)
	for child := i * fanOut; child < end; child++ {
		if l.filter(h-1, child, candidates) {
			changed = true
		}
	}
	if changed {
		l.nodes[node] = commonLabel(l.nodes[below.first+i*fanOut : below.first+end])
	}
	return changed
}

// within reports whether the whole box is nearer to centroid c than half the
// way to any other.
func (l *lloyd) within(v *level, i int, c int32) bool {
	var far float64
	d := l.p.D
	for j, at := range row(l.centroids, d, int(c)) {
		t := max(v.hi[i*d+j]-at, at-v.lo[i*d+j])
		far += float64(t * t)
	}
	return far < l.sure[c]
}

// prune appends to kept those candidates that may be nearest to a point of the
// box: not those that are farther than the one nearest to its middle even from
// the corner that favors them most. Farther is by more than all roundings
// together could make of it.
func (l *lloyd) prune(v *level, i int, candidates, kept []int32) []int32 {
	d := l.p.D
	if d == 2 {
		return l.prune2(v, i, candidates, kept)
	}
	lo, hi := row(v.lo, d, i), row(v.hi, d, i)
	best, least := candidates[0], math.Inf(1)
	for _, c := range candidates {
		var sq float64
		for j, at := range row(l.centroids, d, int(c)) {
			t := float64((lo[j]+hi[j])/2) - at
			sq += float64(t * t)
		}
		if sq < least {
			best, least = c, sq
		}
	}
	near := row(l.centroids, d, int(best))
	for _, c := range candidates {
		var toNear, toOther, size float64
		for j, at := range row(l.centroids, d, int(c)) {
			corner := lo[j]
			if at > near[j] {
				corner = hi[j]
			}
			a, b, s := corner-near[j], corner-at, hi[j]-lo[j]
			toNear += float64(a * a)
			toOther += float64(b * b)
			size += float64(s * s)
		}
		if c == best || toOther-toNear <= float64(0x1p-30*(toNear+toOther+size)) {
			kept = append(kept, c)
		}
	}
	return kept
}

// prune2 is prune for d = 2.
func (l *lloyd) prune2(v *level, i int, candidates, kept []int32) []int32 {
	x0, y0, x1, y1 := v.lo[2*i], v.lo[2*i+1], v.hi[2*i], v.hi[2*i+1]
	mx, my := float64((x0+x1)/2), float64((y0+y1)/2)
	centroids := l.centroids
	best, least := candidates[0], math.Inf(1)
	for _, c := range candidates {
		dx, dy := mx-centroids[2*c], my-centroids[2*c+1]
		if sq := float64(dx*dx) + float64(dy*dy); sq < least {
			best, least = c, sq
		}
	}
	nx, ny := centroids[2*best], centroids[2*best+1]
	size := float64((x1-x0)*(x1-x0)) + float64((y1-y0)*(y1-y0))
	for _, c := range candidates {
		ox, oy := centroids[2*c], centroids[2*c+1]
		cx, cy := x0, y0
		if ox > nx {
			cx = x1
		}
		if oy > ny {
			cy = y1
		}
		toNear := float64((cx-nx)*(cx-nx)) + float64((cy-ny)*(cy-ny))
		toOther := float64((cx-ox)*(cx-ox)) + float64((cy-oy)*(cy-oy))
		if c == best || toOther-toNear <= float64(0x1p-30*(toNear+toOther+size)) {
			kept = append(kept, c)
		}
	}
	return kept
}

// move shifts what node i of v adds up to from one cluster to another.
func (l *lloyd) move(v *level, i int, from, to int32) {
	d := l.p.D
	l.weights[from] -= v.weight[i]
	l.weights[to] += v.weight[i]
	a, b := row(l.sums, d, int(from)), row(l.sums, d, int(to))
	for j, s := range row(v.sums, d, i) {
		a[j] -= s
		b[j] += s
	}
}

// paint gives all points and nodes below node i of level h the label c.
func (l *lloyd) paint(h, i int, c int32) {
	first, end := i*l.p.tree.levels[h].span, (i+1)*l.p.tree.levels[h].span
	fill(l.labels[first:min(end, len(l.labels))], c)
	for ; h >= 0; h-- {
		v := &l.p.tree.levels[h]
		fill(l.nodes[v.first+first/v.span:v.first+min((end-1)/v.span+1, v.count)], c)
	}
}

func fill[T any](a []T, v T) {
	for i := range a {
		a[i] = v
	}
}
