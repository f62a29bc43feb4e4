package generate

import (
	"math/bits"
	"math/rand/v2"
	"sort"
)

// random draws integers. Only PCG's numbers are used, and they are promised to
// stay the same; what rand.Rand makes of them is not.
type random struct{ pcg *rand.PCG }

// newRandom opens one of a seed's streams. Each purpose has its own, so that
// drawing more for one does not change the others.
func newRandom(seed, purpose uint64) *random { return &random{rand.NewPCG(seed, purpose)} }

// The purposes; what belongs to one batch adds its number.
const (
	forPlaces   = 1
	forRows     = 2
	forHotSpots = 1 << 32
	forBatch    = 2 << 32
)

// below draws one of 0 … k-1.
func (r *random) below(k int) int {
	hi, _ := bits.Mul64(r.pcg.Uint64(), uint64(k))
	return int(hi)
}

// between draws one of a … b.
func (r *random) between(a, b int) int { return a + r.below(b-a+1) }

// triangular draws one of -k … k, the middle most often.
func (r *random) triangular(k int) int { return r.between(-k, k)/2 + r.between(-k, k)/2 }

// skewed draws one of 0 … k-1, the i-th about as often as 1/sqrt(i).
func (r *random) skewed(k int) int {
	u := r.pcg.Uint64() >> 32
	return int(u * u >> 32 * uint64(k) >> 32)
}

// weighted draws an index of cumulative sums.
func (r *random) weighted(sums []int) int {
	u := r.below(sums[len(sums)-1])
	return sort.Search(len(sums), func(i int) bool { return sums[i] > u })
}

// several draws 1 or more: 2 or more in chances[0] of so many draws, 3 or more in
// chances[1] of them, and so on.
func (r *random) several(of int, chances ...int) int {
	u, n := r.below(of), 1
	for _, chance := range chances {
		if u < chance {
			n++
		}
	}
	return n
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
