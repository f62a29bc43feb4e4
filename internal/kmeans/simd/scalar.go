package simd

import "math"

func (p *Points) row(i int) []float64 { return p.X[i*p.D : (i+1)*p.D : (i+1)*p.D] }

// square returns the squared distance of a and b, which have equal lengths.
func square(a, b []float64) float64 {
	var sq float64
	for j, v := range a {
		t := v - b[j]
		sq = float64(t*t) + sq
	}
	return sq
}

func (p *Points) potential(from, to int, at, sq []float64, s *[Lanes]float64) {
	if p.D == 2 {
		x, sq := p.X[2*from:2*to], sq[:to-from]
		for i, w := range p.Weight[from:to] {
			dx, dy := x[2*i]-at[0], x[2*i+1]-at[1]
			s[i%Lanes] += float64(w * min(sq[i], float64(dx*dx)+float64(dy*dy)))
		}
		return
	}
	for i := from; i < to; i++ {
		s[(i-from)%Lanes] += float64(p.Weight[i] * min(sq[i-from], square(p.row(i), at)))
	}
}

func (p *Points) choose(from, to int, at, sq []float64, owner []int32, label int32, s *[Lanes]float64) {
	for i := from; i < to; i++ {
		if near := square(p.row(i), at); near < sq[i-from] {
			sq[i-from], owner[i-from] = near, label
		}
		s[(i-from)%Lanes] += float64(p.Weight[i] * sq[i-from])
	}
}

func (p *Points) nearest(from, to int, centroids []float64, candidates, labels []int32, sure []float64, found *[Block]int32) (changed uint64) {
	if p.D == 2 {
		return p.nearest2(from, to, centroids, candidates, labels, sure, found)
	}
	centroid := func(c int32) []float64 { return centroids[int(c)*p.D : (int(c)+1)*p.D] }
	for i := from; i < to; i++ {
		at, own := p.row(i), labels[i]
		if square(at, centroid(own)) < sure[own] {
			continue
		}
		label, least := own, math.Inf(1)
		for _, c := range candidates {
			if sq := square(at, centroid(c)); sq < least {
				label, least = c, sq
			}
		}
		if label != own {
			found[i-from] = label
			changed |= 1 << (i - from)
		}
	}
	return changed
}

// nearest2 is nearest for D = 2, the map.
func (p *Points) nearest2(from, to int, centroids []float64, candidates, labels []int32, sure []float64, found *[Block]int32) (changed uint64) {
	x := p.X[2*from : 2*to]
	for i, own := range labels[from:to] {
		px, py := x[2*i], x[2*i+1]
		dx, dy := px-centroids[2*own], py-centroids[2*own+1]
		if float64(dx*dx)+float64(dy*dy) < sure[own] {
			continue
		}
		label, least := own, math.Inf(1)
		for _, c := range candidates {
			dx, dy := px-centroids[2*c], py-centroids[2*c+1]
			if sq := float64(dx*dx) + float64(dy*dy); sq < least {
				label, least = c, sq
			}
		}
		if label != own {
			found[i%Block] = label
			changed |= 1 << i
		}
	}
	return changed
}

func (c *Columns) distances(i, a, b int, toI []float64, toJ [][Lanes / 2]float64) {
	toI, weight := toI[:Lanes], c.Weight[i:i+Lanes]
	for j := a; j < b; j++ {
		var sq [Lanes]float64
		for first := 0; first < len(c.X); first += c.M {
			at := c.X[first+j]
			for l, v := range c.X[first+i : first+i+Lanes] {
				t := at - v
				sq[l] += float64(t * t)
			}
		}
		sum, w := &toJ[j-a], c.Weight[j]
		for l := range sum {
			low, high := math.Sqrt(sq[l]), math.Sqrt(sq[l+Lanes/2])
			toI[l] += float64(w * low)
			toI[l+Lanes/2] += float64(w * high)
			sum[l] += float64(weight[l]*low) + float64(weight[l+Lanes/2]*high)
		}
	}
}
