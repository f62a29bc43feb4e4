package batch

import (
	"fmt"
	"math"
	"sort"
)

// Lines are the runs of a batch, in the order of the rows.
type Lines []LineRun

// LineRun is {first row, first line, count}: count rows in count lines.
type LineRun [3]int64

// Offsets are the runs of a batch, in the order of the rows.
type Offsets []OffsetRun

// OffsetRun is {first row, partition, first offset, count}: count rows in count
// messages of one partition.
type OffsetRun [4]int64

// A run says where rows that follow each other came from: row+i from at+i.
type run interface {
	split() (row, partition, at, count int64)
}

func (r LineRun) split() (row, partition, at, count int64)   { return r[0], 0, r[1], r[2] }
func (r OffsetRun) split() (row, partition, at, count int64) { return r[0], r[1], r[2], r[3] }

// continues reports whether a row that came from partition and at is one more
// of the run r.
func continues[R run](r R, partition, at int64) bool {
	_, p, from, count := r.split()
	return partition == p && at == from+count
}

// checkRuns says whether runs hold each row from first to last once, in order,
// and no run could be a part of the one before.
func checkRuns[R run](runs []R, first, last int64) error {
	next := first
	for i, r := range runs {
		row, partition, at, count := r.split()
		switch {
		case row != next:
			return fmt.Errorf("a run begins with row %d, want %d", row, next)
		case count < 1 || count > MaxSize || at < 0 || at > math.MaxInt64-count:
			return fmt.Errorf("the run of row %d has %d rows from %d", row, count, at)
		case partition < 0 || partition > math.MaxInt32:
			return fmt.Errorf("the run of row %d is of partition %d", row, partition)
		case i > 0 && continues(runs[i-1], partition, at):
			return fmt.Errorf("the run of row %d is not joined to the one before", row)
		}
		next += count
	}
	if next != last+1 {
		return fmt.Errorf("the runs end before row %d, want %d", next, last+1)
	}
	return nil
}

// find says where row came from, 0 and 0 for a row before the runs.
func find[R run](runs []R, row int64) (partition, at int64) {
	n := sort.Search(len(runs), func(n int) bool { first, _, _, _ := runs[n].split(); return first > row })
	if n == 0 {
		return 0, 0
	}
	first, partition, at, _ := runs[n-1].split()
	return partition, at + row - first
}
