package kmeans

// sumBlock is how many points share one partial of a sum that is not exact. The
// partials are added in index order, so whoever computes which of them, and
// when, the sum is the same bits.
const sumBlock = 8192

// sumBlocks returns the sum of part(from, to) over the blocks of 0 … n-1, in order.
func sumBlocks(n int, part func(from, to int) float64) float64 {
	var sum float64
	for from := 0; from < n; from += sumBlock {
		sum += part(from, min(from+sumBlock, n))
	}
	return sum
}

// square returns the squared distance of a and b, which have equal lengths.
func square(a, b []float64) float64 {
	var sq float64
	for j, v := range a {
		t := v - b[j]
		sq = float64(t*t) + sq
	}
	return sq
}

// variance returns the mean over the columns of their variance over the rows.
func (p *Points) variance() float64 {
	n := float64(p.N)
	mean := make([]float64, p.D)
	for i, w := range p.Weight {
		for j, v := range p.at(i) {
			mean[j] += float64(w * v) // exact
		}
	}
	for j := range mean {
		mean[j] /= n
	}
	sum := sumBlocks(p.len(), func(from, to int) float64 {
		var sum float64
		for i := from; i < to; i++ {
			sum += float64(p.Weight[i] * square(p.at(i), mean))
		}
		return sum
	})
	return sum / n / float64(p.D)
}
