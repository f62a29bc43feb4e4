package generate

import (
	"math/bits"
	"math/rand/v2"
)

// dice draws integers. Only PCG's numbers are used, and they are promised to
// stay the same; what rand.Rand makes of them is not.
type dice struct{ pcg *rand.PCG }

// newDice opens one of a seed's streams. Each purpose has its own, so that
// drawing more for one does not change the others.
func newDice(seed, purpose uint64) *dice { return &dice{rand.NewPCG(seed, purpose)} }

// The purposes; what belongs to one batch adds its number.
const (
	forPlaces = 1
	forRows   = 2
	forSpots  = 1 << 32
	forBatch  = 2 << 32
)

// n draws one of 0 … k-1.
func (d *dice) n(k int) int {
	hi, _ := bits.Mul64(d.pcg.Uint64(), uint64(k))
	return int(hi)
}

// from draws one of a … b.
func (d *dice) from(a, b int) int { return a + d.n(b-a+1) }

// hill draws one of -k … k, the middle most often.
func (d *dice) hill(k int) int { return d.from(-k, k)/2 + d.from(-k, k)/2 }

// low draws one of 0 … k-1, the i-th about as often as 1/sqrt(i).
func (d *dice) low(k int) int {
	u := d.pcg.Uint64() >> 32
	return int(u * u >> 32 * uint64(k) >> 32)
}

// weighted draws an index of cumulative sums.
func (d *dice) weighted(sums []int) int {
	u := d.n(sums[len(sums)-1])
	lo, hi := 0, len(sums)-1
	for lo < hi {
		if m := (lo + hi) / 2; sums[m] > u {
			hi = m
		} else {
			lo = m + 1
		}
	}
	return lo
}

// cumulate sums up weights for weighted.
func cumulate[T any](of []T, weight func(T) int) []int {
	sums := make([]int, len(of))
	total := 0
	for i, v := range of {
		total += weight(v)
		sums[i] = total
	}
	return sums
}
