package kmeans

import "math"

// Nearest returns the number of the centroid nearest to p, the lowest among
// equals, and the squared distance to it. centroids is k×d row-major, p has d
// numbers; other shapes panic. p is not snapped.
func Nearest(centroids []float64, d int, p []float64) (c int, sq float64) {
	mustBeShaped(d)
	sq = math.Inf(1)
	for i := 0; i*d < len(centroids); i++ {
		if s := square(p[:d], row(centroids, d, i)); s < sq {
			c, sq = i, s
		}
	}
	return c, sq
}

// Labels returns the number of the nearest centroid for each row of the n×d
// matrix x, as Nearest finds it.
func Labels(x []float64, d int, centroids []float64) []int32 {
	mustBeShaped(d)
	labels := make([]int32, len(x)/d)
	for i := range labels {
		c, _ := Nearest(centroids, d, row(x, d, i))
		labels[i] = int32(c)
	}
	return labels
}

// twoNearest returns the number of the centroid nearest to at, the lowest among
// equals, and the squared distances to it and to the next one, +Inf with k = 1.
func twoNearest(centroids []float64, d int, at []float64) (c int, first, second float64) {
	first, second = math.Inf(1), math.Inf(1)
	for i := 0; i*d < len(centroids); i++ {
		if sq := square(at, row(centroids, d, i)); sq < first {
			c, first, second = i, sq, first
		} else if sq < second {
			second = sq
		}
	}
	return c, first, second
}

// Inertia returns the sum over the rows of the n×d matrix x of the squared
// distance to the nearest of the centroids, k×d row-major. x is not snapped.
// Unlike Fit's the sum goes in row order: another order of the rows may give
// another last bit.
func Inertia(x []float64, d int, centroids []float64) float64 {
	mustBeShaped(d)
	return sumBlocks(len(x)/d, func(from, to int) float64 {
		var sum float64
		for i := from; i < to; i++ {
			_, sq := Nearest(centroids, d, row(x, d, i))
			sum += sq
		}
		return sum
	})
}
