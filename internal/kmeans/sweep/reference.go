package sweep

import (
	"math"
	"math/rand/v2"
)

// box is the smallest box around some points with its sides along their
// principal components, as Tibshirani and others' reference (b): a city that
// lies across the axes is not compared with the empty corners around it.
type box struct {
	d      int
	axes   []float64 // d×d, one axis a row, at right angles, of length 1
	lo, hi []float64 // of each axis
}

func newBox(x []float64, d int) box {
	b := box{d: d, axes: principal(covariance(x, d), d), lo: make([]float64, d), hi: make([]float64, d)}
	for a := range d {
		axis := b.axes[a*d : (a+1)*d]
		b.lo[a], b.hi[a] = math.Inf(1), math.Inf(-1)
		for i := 0; i < len(x); i += d {
			v := dot(axis, x[i:i+d])
			b.lo[a], b.hi[a] = min(b.lo[a], v), max(b.hi[a], v)
		}
	}
	return b
}

// even draws n points evenly from b.
func (b box) even(n int, rng *rand.Rand) []float64 {
	x := make([]float64, n*b.d)
	for i := 0; i < len(x); i += b.d {
		for a := range b.d {
			v := b.lo[a] + float64(rng.Float64()*(b.hi[a]-b.lo[a]))
			for j := range b.d {
				x[i+j] += float64(v * b.axes[a*b.d+j])
			}
		}
	}
	return x
}

func dot(a, b []float64) float64 {
	var sum float64
	for j, v := range a {
		sum += float64(v * b[j])
	}
	return sum
}

// covariance is that of the columns of x, d×d.
func covariance(x []float64, d int) []float64 {
	n := float64(len(x) / d)
	mean := make([]float64, d)
	for i, v := range x {
		mean[i%d] += v / n
	}
	c := make([]float64, d*d)
	for i := 0; i < len(x); i += d {
		for a := range d {
			for b := range d {
				c[a*d+b] += float64((x[i+a] - mean[a]) * (x[i+b] - mean[b]))
			}
		}
	}
	return c
}

// principal returns the eigenvectors of the symmetric d×d matrix c, one a row,
// by Jacobi's rotations (J. reine angew. Math. 30, 1846). c is used up. It
// takes square roots only, so that it is the same bits everywhere.
func principal(c []float64, d int) []float64 {
	axes := make([]float64, d*d)
	for a := range d {
		axes[a*d+a] = 1
	}
	for range 50 { // it converges within 10 or so
		turned := false
		for p := range d {
			for q := p + 1; q < d; q++ {
				if off := c[p*d+q]; math.Abs(off) > 1e-14*(math.Abs(c[p*d+p])+math.Abs(c[q*d+q])) {
					rotate(c, axes, d, p, q)
					turned = true
				}
			}
		}
		if !turned {
			break
		}
	}
	return axes
}

// rotate makes c[p,q] zero.
func rotate(c, axes []float64, d, p, q int) {
	theta := (c[q*d+q] - c[p*d+p]) / float64(2*c[p*d+q])
	t := 1 / (math.Abs(theta) + math.Sqrt(float64(theta*theta)+1))
	if theta < 0 {
		t = -t
	}
	cos := 1 / math.Sqrt(float64(t*t)+1)
	sin := float64(t * cos)
	turn := func(v []float64, i, j int) {
		a, b := v[i], v[j]
		v[i], v[j] = float64(cos*a)-float64(sin*b), float64(sin*a)+float64(cos*b)
	}
	for j := range d {
		turn(c, j*d+p, j*d+q)
	}
	for j := range d {
		turn(c, p*d+j, q*d+j)
		turn(axes, p*d+j, q*d+j)
	}
}
