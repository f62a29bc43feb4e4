package past

import (
	"math"
	"math/rand/v2"
	"testing"

	"hotspot/internal/stat"
)

// seriesOf are the counts of an area in so many days each.
func seriesOf(counts []int, days ...float64) *series {
	s := &series{Thing: Thing{Area, "0"}, before: counts, days: days}
	for i, n := range counts {
		s.sum += n
		s.all += days[i]
	}
	return s
}

// Without spread the distribution is the one of Jeffreys: negative binomial with as
// many successes as were counted and a half.
func TestPredictWithoutSpreadIsThatOfJeffreys(t *testing.T) {
	d := seriesOf([]int{3, 0, 5}, 7, 7, 14).predict(7, 0)
	if want := (stat.NegBinomial{Mean: 8.5 / 4, Size: 8.5}); math.Abs(d.Mean-want.Mean) > 1e-12 || math.Abs(d.Size-want.Size) > 1e-12 {
		t.Errorf("%+v, want %+v", d, want)
	}
	if d := seriesOf([]int{0, 0, 0}, 7, 7, 7).predict(7, .1); d.At(0) < .8 {
		t.Errorf("what was never seen is expected: %v", d)
	}
}

// counts draws rates whose counts are gamma-Poisson: about mean, with a spread.
func counts(rng *rand.Rand, n int, mean, spread float64) (all []*series) {
	for range n {
		r := make([]int, 8)
		for i := range r {
			at := mean
			if spread > 0 { // a gamma of shape 1/spread, a whole number here
				at = 0
				for range int(1 / spread) {
					at += rng.ExpFloat64() * mean * spread
				}
			}
			for left := at - rng.ExpFloat64(); left >= 0; left -= rng.ExpFloat64() {
				r[i]++
			}
		}
		all = append(all, seriesOf(r, 7, 7, 7, 7, 7, 7, 7, 7))
	}
	return all
}

func TestSpreadIsThatOfTheCounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, spread := range []float64{.01, .05, .2} {
		if got := spreadOf(counts(rng, 400, 60, spread), Area); math.Abs(got/spread-1) > .15 {
			t.Errorf("spread %v, want %v", got, spread)
		}
	}
	if got := spreadOf(counts(rng, 400, 60, 0), Area); got > .002 {
		t.Errorf("spread %v of counts by chance", got)
	}
	if got := spreadOf([]*series{seriesOf([]int{5, 5, 5}, 1, 1, 1), seriesOf([]int{0, 0, 0}, 1, 1, 1)}, Area); got != 0 {
		t.Errorf("spread %v of equal counts", got)
	}
	if got := spreadOf(counts(rng, 4, 60, .2), City); got != 0 {
		t.Errorf("spread %v of nothing", got)
	}
	// Beyond what is looked for.
	if got := spreadOf([]*series{seriesOf([]int{0, 0, 0, 0, 900}, 1, 1, 1, 1, 1e6)}, Area); got < 0 || got > 16 {
		t.Errorf("spread %v of a count at odds with its days", got)
	}
}

// The chance on each side of the range, its ends by half, is at most 5 %, and wider
// ranges do not get less.
func TestRangeHoldsNineOfTen(t *testing.T) {
	for _, mean := range []float64{.06, .5, 1, 2.7, 10, 16, 33.3, 250, 1343, 40_000} {
		for _, size := range []float64{.5, 8, 100, math.Inf(1)} {
			d := stat.NegBinomial{Mean: mean, Size: size}
			low, high := rangeOf(d)
			below := func(n int) float64 { return d.AtMost(n) - d.At(n)/2 } // the chance below n, and half of n
			above := func(n int) float64 { return d.AtLeast(n) - d.At(n)/2 }
			if low > 0 && below(low-1) >= .05 || below(low) < .05 {
				t.Errorf("%+v: low %d, %v below it", d, low, below(low))
			}
			if above(high+1) >= .05 || high > low && above(high) < .05 {
				t.Errorf("%+v: high %d, %v above it", d, high, above(high))
			}
		}
	}
}

func TestOneIsNoPlural(t *testing.T) {
	for want, c := range map[string]Count{
		"+1 report (0 usual, 1 now; 0 to 0 is common)":          {Now: 1, Expected: .4},
		"-1 report (2 usual, 1 now; 1 to 3 is common)":          {Now: 1, Expected: 2.4, Low: 1, High: 3},
		"as many reports (2 usual, 2 now; 1 to 3 is common)":    {Now: 2, Expected: 1.6, Low: 1, High: 3},
		"-120 reports (1343 usual, 1223 now; 1 to 3 is common)": {Now: 1223, Expected: 1342.5, Low: 1, High: 3},
	} {
		if got := c.words(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
