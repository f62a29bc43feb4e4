package usage

import (
	"fmt"
	"math"
	"time"
)

// Bound is what the number of a flag can be, both ends included: nanoseconds for
// a duration.
type Bound struct{ Least, Most int64 }

const (
	mostBatches = 999_999_999 // batch.MaxNumber
	mostRows    = 500_000     // in a batch: batch.MaxSize
	mostK       = 1000        // model.MaxClusters
	day         = int64(24 * time.Hour)
)

// Bounds are those of every flag that is a number, by its name without dashes,
// whatever the command. Package cli checks them before a command begins. A rule
// between two flags is for the package that has them. It is not written to.
var Bounds = map[string]Bound{
	"batch-size":    {1, mostRows},
	"batches":       {0, mostBatches},
	"from":          {1, mostK},
	"from-batch":    {1, mostBatches},
	"from-row":      {1, mostBatches * mostRows},
	"gap-timeout":   {0, 30 * day},
	"k":             {1, mostK},
	"keep-models":   {0, mostBatches},
	"limit":         {0, mostBatches * mostRows},
	"memory":        {1, 256 << 10}, // MiB; 2^31 distinct places take more
	"once":          {0, mostBatches},
	"partitions":    {1, 1000},
	"past":          {3, 400}, // past.Least, past.Most
	"pause":         {0, day},
	"restarts":      {1, 100_000},
	"retention":     {0, 36_500 * day},
	"rows":          {1, 250_000_000}, // then the years of generate would have five digits
	"seed":          {1, math.MaxInt64},
	"seeds":         {0, 100_000},
	"sleep-max":     {0, day},
	"sleep-min":     {0, day},
	"sleep-seed":    {0, math.MaxInt64},
	"spark-timeout": {int64(time.Second), 30 * day},
	"timeout":       {int64(time.Millisecond), day},
	"times":         {1, 10_000},
	"to":            {1, mostK},
}

// Duration writes d as flags read it: whole days as 7d.
func Duration(d time.Duration) string {
	if d != 0 && d%time.Duration(day) == 0 {
		return fmt.Sprintf("%dd", int64(d)/day)
	}
	return d.String()
}
