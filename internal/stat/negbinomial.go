package stat

import "math"

// NegBinomial is the negative binomial distribution of counts: their mean, and their
// variance Mean + Mean²/Size. With Size +Inf it is Poisson's. Mean is 0 or more and
// finite, Size above 0; anything else gives no sense.
//
// A chance is good to 11 digits where the counts are below a million. AtMost and
// AtLeast take time in proportion to the counts that they add up: about 9 standard
// deviations, and with a small Size about 40·Mean/Size.
type NegBinomial struct{ Mean, Size float64 }

// Poisson is the distribution of counts of what happens by itself, mean in all.
func Poisson(mean float64) NegBinomial { return NegBinomial{mean, math.Inf(1)} }

// At is the chance of exactly k, by saddle point: the terms are small where the result
// is not, so nothing is lost (Loader, Fast and accurate computation of binomial
// probabilities, 2000).
func (d NegBinomial) At(k int) float64 {
	m, r, n := d.Mean, d.Size, float64(k)
	poisson := math.IsInf(r, 1)
	switch {
	case k < 0 || k > 0 && m == 0:
		return 0
	case k == 0 && poisson:
		return Exp(-m)
	case k == 0:
		return Exp(-r * ln1p(m/r))
	case poisson:
		return Exp(-stirlingError(n)-deviance(n, m)) / math.Sqrt(2*math.Pi*n)
	}
	ln := stirlingError(r+n) - stirlingError(r) - stirlingError(n) -
		deviance(r, (r+n)*(r/(r+m))) - deviance(n, (r+n)*(m/(r+m)))
	return math.Sqrt(r/(r+n)/(2*math.Pi*n)) * Exp(ln)
}

// AtMost is the chance of k or fewer.
func (d NegBinomial) AtMost(k int) float64 {
	if float64(k) < d.Mean {
		return d.sumDown(k)
	}
	return 1 - d.sumUp(k+1)
}

// AtLeast is the chance of k or more.
func (d NegBinomial) AtLeast(k int) float64 {
	if float64(k) > d.Mean {
		return d.sumUp(k)
	}
	return 1 - d.sumDown(k-1)
}

// sumUp adds up the chances of k and more, k above the mean, until they are below the
// last bit of the sum.
func (d NegBinomial) sumUp(k int) float64 {
	term, sum := d.At(k), 0.0
	for ; sum+term != sum; k++ {
		sum += term
		term *= d.ratio(k)
	}
	return min(1, sum)
}

// sumDown adds up the chances of k, k-1, … 0.
func (d NegBinomial) sumDown(k int) float64 {
	term, sum := d.At(k), 0.0
	for ; k >= 0 && sum+term != sum; k-- {
		sum += term
		term /= d.ratio(k - 1)
	}
	return min(1, sum)
}

// ratio is the chance of k+1 over that of k.
func (d NegBinomial) ratio(k int) float64 {
	if math.IsInf(d.Size, 1) {
		return d.Mean / float64(k+1)
	}
	return (float64(k) + d.Size) / float64(k+1) * (d.Mean / (d.Mean + d.Size))
}

// stirlingError is what Stirling's formula lacks: ln Γ(x+1) = (x+½) ln x - x + ½ ln 2π
// + stirlingError(x), for x > 0.
func stirlingError(x float64) float64 {
	if math.IsInf(x, 1) {
		return 0
	}
	sum := 0.0
	for ; x < 16; x++ {
		sum += float64((x+.5)*ln1p(1/x)) - 1
	}
	q := x * x
	return sum + (1./12-(1./360-(1./1260-(1./1680-1./1188/q)/q)/q)/q)/x
}

// deviance is x ln(x/m) + m - x, by a series where the two are near to each other.
func deviance(x, m float64) float64 {
	v := (x - m) / (x + m)
	if math.Abs(v) > .1 {
		return float64(x*Ln(x/m)) + (m - x)
	}
	sum := float64((x - m) * v)
	term := 2 * x * v
	for odd := 3.0; ; odd += 2 {
		term *= v * v
		next := sum + term/odd
		if next == sum {
			return sum
		}
		sum = next
	}
}
