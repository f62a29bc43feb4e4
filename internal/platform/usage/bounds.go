package usage

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Bound is what the number of a flag can be, both ends included.
type Bound struct {
	Least, Most int64 // nanoseconds for a duration
	Duration    bool
}

const (
	mostBatches = 999_999_999 // batch.MaxNumber
	mostRows    = 500_000     // in a batch: batch.MaxSize
	mostK       = 1000        // model.MaxClusters
	day         = 24 * time.Hour
)

// Bounds are those of every flag that is a number, by its name without dashes,
// whatever the command. Package cli checks them before a command begins. A rule
// between two flags is for the package that has them. It is not written to.
var Bounds = map[string]Bound{
	"batch-size":    {Least: 1, Most: mostRows},
	"batches":       {Least: 0, Most: mostBatches},
	"from":          {Least: 1, Most: mostK},
	"from-row":      {Least: 1, Most: mostBatches * mostRows},
	"gap-timeout":   duration(0, 30*day),
	"k":             {Least: 1, Most: mostK},
	"keep-models":   {Least: 0, Most: mostBatches},
	"limit":         {Least: 0, Most: mostBatches * mostRows},
	"model":         {Least: 0, Most: mostBatches},
	"once":          {Least: 0, Most: mostBatches},
	"partitions":    {Least: 1, Most: 1000},
	"pause":         duration(0, day),
	"restarts":      {Least: 1, Most: 100_000},
	"retention":     duration(0, 36_500*day),
	"rows":          {Least: 1, Most: 250_000_000}, // then the years of generate would have five digits
	"seed":          {Least: 1, Most: math.MaxInt64},
	"seeds":         {Least: 0, Most: 100_000},
	"sleep-max":     duration(0, day),
	"sleep-min":     duration(0, day),
	"sleep-seed":    {Least: 0, Most: math.MaxInt64},
	"spark-timeout": duration(time.Second, 30*day),
	"timeout":       duration(time.Millisecond, day),
	"times":         {Least: 1, Most: 10_000},
	"to":            {Least: 1, Most: mostK},
}

func duration(least, most time.Duration) Bound {
	return Bound{int64(least), int64(most), true}
}

// Check returns an error when v is out of the bounds of the flag: it names the
// flag, v and what is wanted. A flag without bounds has no wrong number.
func Check(flag string, v int64) error {
	b, ok := Bounds[flag]
	if !ok || b.Least <= v && v <= b.Most {
		return nil
	}
	return Errorf("--%s %s: want %s", flag, b.text(v), b)
}

// String is b as a person reads it: 1 to 1000, 1s to 30d.
func (b Bound) String() string {
	if b.Most == math.MaxInt64 {
		return b.text(b.Least) + " or more"
	}
	return b.text(b.Least) + " to " + b.text(b.Most)
}

func (b Bound) text(v int64) string {
	d := time.Duration(v)
	switch {
	case !b.Duration:
		return strconv.FormatInt(v, 10)
	case d >= day && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	}
	return d.String()
}
