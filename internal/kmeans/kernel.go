package kmeans

import "math"

//go:generate go -C ../../tools run ./kernels -out ../internal/kmeans/kernel_amd64.s -stubs ../internal/kmeans/kernel_amd64.go -pkg kmeans

// The inner loops over places exist twice: in Go, and for amd64 with AVX2 in
// assembly, which tools/kernels writes. They give the same bits: every product
// and every sum is rounded by itself, comparisons go by the same rules, and a
// sum over a block of places is that of 8 lanes, place i adding to lane i mod
// 8, added in the order of total.
const (
	block = 64 // places whose weighted squares are one partial sum
	lanes = 8
)

// far is a block of distances before any centroid was chosen.
var far = func() (sq [block]float64) {
	for i := range sq {
		sq[i] = math.Inf(1)
	}
	return sq
}()

// total adds the lanes up as one register of four and then of two would.
func total(s *[lanes]float64) float64 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// padded is how many places arrays for the assembly have room for.
func padded(m int) int { return (m + lanes - 1) &^ (lanes - 1) }

// roomFor returns m zeros with zeros behind them up to what is padded.
func roomFor[T float64 | int32](m int) []T { return make([]T, padded(m))[:m] }

// columns lays the places out for the assembly: all of column 0, then of
// column 1, each with zeros behind it.
func (p *places) columns() {
	if !hasVector || p.len() == 0 {
		return
	}
	p.stride = padded(p.len())
	p.cols = make([]float64, p.d*p.stride)
	for j := range p.d {
		column := p.cols[j*p.stride:]
		for i := range p.weight {
			column[i] = p.x[i*p.d+j]
		}
	}
}

// potential returns the sum of weight × min(sq, squared distance to c) over the
// places from … to-1, at most a block, which sq begins with.
func (p *places) potential(from, to int, c, sq []float64) float64 {
	var s [lanes]float64
	switch {
	case p.cols != nil:
		potentialAVX2(&p.cols[from], p.stride, p.d, padded(to-from), &c[0], &p.weight[from], &sq[0], &s)
	case p.d == 2:
		x, weight, sq := p.x[2*from:2*to], p.weight[from:to], sq[:to-from]
		for i, w := range weight {
			dx, dy := x[2*i]-c[0], x[2*i+1]-c[1]
			s[i%lanes] += float64(w * min(sq[i], float64(dx*dx)+float64(dy*dy)))
		}
	default:
		for i := from; i < to; i++ {
			s[(i-from)%lanes] += float64(p.weight[i] * min(sq[i-from], square(p.at(i), c)))
		}
	}
	return total(&s)
}

// choose is potential that leaves the minimum in sq, and label in owner where
// it is less than sq was.
func (p *places) choose(from, to int, c, sq []float64, owner []int32, label int32) float64 {
	var s [lanes]float64
	if p.cols != nil {
		chooseAVX2(&p.cols[from], p.stride, p.d, padded(to-from), &c[0], &p.weight[from], &sq[0], &owner[0], label, &s)
		return total(&s)
	}
	for i := from; i < to; i++ {
		if near := square(p.at(i), c); near < sq[i-from] {
			sq[i-from], owner[i-from] = near, label
		}
		s[(i-from)%lanes] += float64(p.weight[i] * sq[i-from])
	}
	return total(&s)
}

// nearest finds for the places from … to-1, at most a block, the nearest of
// the candidates, and returns in which bits that is not their label.
func (l *lloyd) nearest(from, to int, candidates []int32) uint64 {
	p := l.p
	changed := nearestAVX2(&p.cols[from], p.stride, p.d, padded(to-from), &l.centroids[0], &candidates[0], len(candidates), &l.labels[from], &l.found[0], &l.best[0])
	return changed & (1<<(to-from) - 1) // nothing of what lies behind
}

// distances adds the distances of the eight points from i on to the points from
// a to b-1, times their weights: to toI for each of the eight, and in half the
// lanes to toJ for each of the others.
func (g *groups) distances(i, a, b int, toI []float64, toJ [][lanes / 2]float64) {
	if g.vector {
		distancesAVX2(&g.x[0], g.m, g.d, i, a, b, &g.weight[0], &toI[0], &toJ[0])
		return
	}
	toI, weight := toI[:lanes], g.weight[i:i+lanes]
	for j := a; j < b; j++ {
		var sq [lanes]float64
		for c := 0; c < len(g.x); c += g.m {
			at := g.x[c+j]
			for l, v := range g.x[c+i : c+i+lanes] {
				t := at - v
				sq[l] += float64(t * t)
			}
		}
		sum, w := &toJ[j-a], g.weight[j]
		for l := range sum {
			low, high := math.Sqrt(sq[l]), math.Sqrt(sq[l+lanes/2])
			toI[l] += float64(w * low)
			toI[l+lanes/2] += float64(w * high)
			sum[l] += float64(weight[l]*low) + float64(weight[l+lanes/2]*high)
		}
	}
}
