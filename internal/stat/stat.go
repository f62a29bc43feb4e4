// Package stat is what of statistics files are written from: counts that chance
// gives, and the p-values of many tests at once.
//
// It stands below all analysis and knows no crimes. Its results are the same bits on
// every processor: math.Log and math.Exp are others in their last bit where they are
// written in assembly, so it has its own, and no product is added unrounded. Its
// functions may be called concurrently.
package stat

import (
	"cmp"
	"math"
	"slices"
)

// ln 2 as a sum: the first part times a small whole number is exact.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// Ln is the natural logarithm of x, which must be positive and finite. It is within 2
// units of the last place: x is 2^e·m with m near 1, and ln m is the series of the
// inverse hyperbolic tangent.
func Ln(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	s := (m - 1) / (m + 1)
	square, sum := s*s, 0.0
	for odd := 23.0; odd > 1; odd -= 2 { // s² is below .03: what is left out is below 2^-60
		sum = float64(square * (sum + 1/odd))
	}
	return float64(float64(e)*ln2High) + (float64(2*s*(1+sum)) + float64(float64(e)*ln2Low))
}

// ln1p is the logarithm of 1+x, precise where x > -1 is small, too (Kahan's way).
func ln1p(x float64) float64 {
	if y := 1 + x; y != 1 {
		return Ln(y) * x / (y - 1)
	}
	return x
}

// Exp is e to the power of x, within 2 units of the last place: 2^k times the series
// of what is left. It is 0 where that is below all numbers, +Inf above.
func Exp(x float64) float64 {
	if x < -746 || x > 710 {
		return max(0, math.Copysign(math.Inf(1), x))
	}
	k := math.RoundToEven(x / math.Ln2)
	r := x - float64(k*ln2High) - float64(k*ln2Low)
	sum := 1.0
	for i := 18.0; i > 0; i-- { // |r| is below .35
		sum = 1 + float64(r/i*sum)
	}
	return math.Ldexp(sum, int(k))
}

// BenjaminiHochberg adjusts p, the p-values of all tests that were made: for each, in
// the order of p, the least rate of false discoveries at which it is a discovery
// (Benjamini and Hochberg, J. Royal Statistical Society B 57, 1995).
func BenjaminiHochberg(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	adjusted, least := make([]float64, len(p)), 1.0
	for i, at := range order {
		least = min(least, p[at]*float64(len(p))/float64(len(p)-i))
		adjusted[at] = least
	}
	return adjusted
}

// NormalTails is the chance of a standard normal number at least as far from 0 as z: a
// series near to it, else a continued fraction (Abramowitz and Stegun, 1964, 26.2.11
// and 26.2.14). It is good to 13 digits.
func NormalTails(z float64) float64 {
	z = math.Abs(z)
	density := 2 * Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	if z < 2 {
		term, sum := z, 0.0
		for odd := 3.0; sum+term != sum; odd += 2 {
			sum += term
			term *= z * z / odd
		}
		return 1 - float64(density*sum)
	}
	fraction := 0.0
	for i := 80.0; i > 0; i-- {
		fraction = i / (z + fraction)
	}
	return density / (z + fraction)
}
