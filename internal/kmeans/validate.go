package kmeans

import (
	"errors"
	"fmt"
	"math"
)

// Validate says everything that is wrong with c at once, whatever the data.
func (c Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("kmeans: "+format, args...)) }
	if c.K < 1 {
		bad("k is %d, not 1 or more", c.K)
	}
	if c.Restarts < 0 {
		bad("restarts is %d, not 1 or more", c.Restarts)
	}
	if c.MaxIterations < 0 {
		bad("max iterations is %d, not 1 or more", c.MaxIterations)
	}
	if !(c.Tolerance >= 0) || math.IsInf(c.Tolerance, 0) {
		bad("tolerance is %v, not a finite number of 0 or more", c.Tolerance)
	}
	if c.Effort != "" && c.Effort != Normal && c.Effort != High {
		bad("effort is %q, not %s or %s", c.Effort, Normal, High)
	}
	if c.Workers < 0 {
		bad("workers is %d, not 1 or more", c.Workers)
	}
	return errors.Join(errs...)
}

// Check returns the error that Fit would return, for engines that must know
// before they start. d below 1 panics.
func Check(x []float64, d int, c Config) error {
	_, _, err := prepare(x, d, c)
	return err
}

// prepare checks x and c and merges the rows of x.
func prepare(x []float64, d int, c Config) (*Points, Config, error) {
	if err := errors.Join(c.Validate(), check(x, d, nil)); err != nil {
		return nil, c, err
	}
	p := newPoints(x, d, nil)
	if err := p.check(c); err != nil {
		return nil, c, err
	}
	return p.ready(), c.WithDefaults(), nil
}

// check returns an error when c does not fit p.
func (p *Points) check(c Config) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if c.K > p.len() {
		return fmt.Errorf("kmeans: k is %d: %w: %d among %d rows", c.K, ErrTooFewPoints, p.len(), p.N)
	}
	return nil
}

// check returns an error that names what in the n×d matrix x cannot be fitted.
// weights may be nil.
func check(x []float64, d int, weights []float64) error {
	mustBeShaped(d)
	if len(x)%d != 0 {
		return fmt.Errorf("kmeans: %d values do not make rows of %d", len(x), d)
	}
	n := float64(len(x) / d)
	if n > math.MaxInt32 {
		return fmt.Errorf("kmeans: %.0f rows are more than %d", n, math.MaxInt32)
	}
	if weights != nil {
		n = 0
		for _, w := range weights {
			n += w
		}
	}
	// 53 bits of a float64 hold every sum of n numbers of the grid below this.
	limit := math.Ldexp(1, 53+GridExponent) / n
	for i, v := range x {
		if math.Abs(v) < limit {
			continue
		}
		if !finite(v) {
			return fmt.Errorf("kmeans: row %d, column %d: %v is not a finite number", i/d, i%d, v)
		}
		return fmt.Errorf("kmeans: row %d, column %d: %v is too large: sums of %.0f rows are exact below %.6g", i/d, i%d, v, n, limit)
	}
	return nil
}

func mustBeShaped(d int) {
	if d < 1 {
		panic(fmt.Sprintf("kmeans: d is %d", d))
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
