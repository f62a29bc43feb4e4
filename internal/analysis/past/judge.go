package past

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"hotspot/internal/model"
	"hotspot/internal/stat"
)

const (
	alarms  = .05 // of the counts that are called more or fewer, the share that may be so by chance
	outside = .05 // of all counts, the share below Low, and that above High
)

// judge compares each count of a batch of so many days with what its past lets expect.
func (r *Result) judge(all []*series, days float64) {
	city := spreadOf(all, City, Area) // few, and the same rows
	spreads := map[Kind]float64{City: city, Area: city, Neighborhood: spreadOf(all, Neighborhood), Category: spreadOf(all, Category)}
	p := make([]float64, len(all))
	for i, s := range all {
		d := s.predict(days, spreads[s.Of])
		p[i] = min(1, 2*min(d.AtMost(s.now), d.AtLeast(s.now)))
		low, high := rangeOf(d)
		r.Counts = append(r.Counts, Count{
			Thing: s.Thing, Now: s.now, Expected: model.Round(s.mean(days), 1), Low: low, High: high, P: model.Round(p[i], 6), Verdict: Common,
		})
	}
	called := 0
	for i, adjusted := range stat.BenjaminiHochberg(p) {
		c := &r.Counts[i]
		c.PAdjusted = model.Round(adjusted, 6)
		if c.PAdjusted <= alarms {
			called++
			c.Verdict = More
			if float64(c.Now) < c.Expected {
				c.Verdict = Fewer
			}
		}
		c.Words = c.words()
	}
	switch r.Verdict = fmt.Sprintf("%d of %d counts are beyond the usual", called, len(all)); called {
	case 0:
		r.Verdict = Nothing
	case 1:
		r.Verdict = fmt.Sprintf("1 of %d counts is beyond the usual", len(all))
	}
}

// mean is how many there were of s in so many days of the past.
func (s *series) mean(days float64) float64 { return float64(s.sum) * days / s.all }

// predict is the distribution of the count of so many days. It is as wide as counts
// are about their mean, and as the mean of the past is about the true one. Half a
// report is added to the past: where spread is 0 this is what Jeffreys' prior predicts
// for counts of Poisson's (Aitchison and Dunsmore, Statistical Prediction Analysis, 1975).
func (s *series) predict(days, spread float64) stat.NegBinomial {
	mean := (float64(s.sum) + .5) * days / s.all
	more := float64(spread * mean * mean) // than Poisson's variance
	for _, d := range s.days {
		more += float64(varianceOf(mean*d/days, spread) * (days / s.all) * (days / s.all))
	}
	return stat.NegBinomial{Mean: mean, Size: mean * mean / more}
}

// varianceOf is the variance of a count with such a mean.
func varianceOf(mean, spread float64) float64 { return mean + float64(spread*mean*mean) }

// spreadOf is by how much the counts of the past of some kinds vary beyond chance:
// their variance is mean + spread·mean². It is the one, 0 to mostSpread, at which
// Pearson's sum of squares is its degrees of freedom (Breslow, Applied Statistics 33,
// 1984).
func spreadOf(all []*series, of ...Kind) float64 {
	const mostSpread, steps = 16.0, 40
	excess := func(spread float64) (sum float64) {
		for _, s := range all {
			if s.sum == 0 || !slices.Contains(of, s.Of) {
				continue
			}
			for i, n := range s.before {
				mean := s.mean(s.days[i])
				off := float64(n) - mean
				sum += off * off / varianceOf(mean, spread)
			}
			sum -= float64(len(s.before) - 1)
		}
		return sum
	}
	low, high := 0.0, mostSpread
	if excess(low) <= 0 {
		return 0
	}
	for range steps {
		if middle := (low + high) / 2; excess(middle) > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// rangeOf is the least range of counts outside of which the chance on each side is
// at most outside, the chance of its ends counting by half (the mid-p of Lancaster, J.
// Am. Stat. Assoc. 56, 1961): so it holds 90 % of small counts, too, on average.
func rangeOf(d stat.NegBinomial) (low, high int) {
	end := int(d.Mean+math.Sqrt(varianceOf(d.Mean, 1/d.Size)/outside)) + 2 // by Cantelli's inequality
	low = sort.Search(end, func(n int) bool { return d.AtMost(n)-d.At(n)/2 >= outside })
	high = sort.Search(end, func(n int) bool { return d.AtLeast(n)-d.At(n)/2 < outside }) - 1
	return low, max(low, high)
}

// difference is by how much more was reported than expected, in whole reports.
func (c *Count) difference() int { return c.Now - int(math.Round(c.Expected)) }

// words are the count as people say it.
func (c *Count) words() string {
	change := fmt.Sprintf("%+d reports", c.difference())
	switch c.difference() {
	case 1, -1:
		change = strings.TrimSuffix(change, "s")
	case 0:
		change = "as many reports"
	}
	return fmt.Sprintf("%s (%.0f usual, %d now; %d to %d is common)", change, math.Round(c.Expected), c.Now, c.Low, c.High)
}
