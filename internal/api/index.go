package api

import (
	"cmp"
	"slices"
)

// index finds the rows of an incident. It is a list of runs, older rows first:
// a new batch is a run of its own, and runs of equal size are merged into one,
// so n batches are at most log2(n)+1 runs and each row is copied log2(n) times
// in all. A run is never changed, so an older snapshot keeps its own index.
type index []*run

// run is the rows of some batches in the order of incidents. 12 bytes a row.
type run struct {
	batches   int
	incidents []int64  // ascending
	rows      []uint32 // row number - 1; ascending within an incident
}

// maxRows is the number of rows that an index can tell apart.
const maxRows = 1<<32 - 1

// newRun sorts the rows of one batch. first is its first row number.
func newRun(incidents []int64, first int64) *run {
	type entry struct {
		incident int64
		row      uint32
	}
	entries := make([]entry, len(incidents))
	for i, id := range incidents {
		entries[i] = entry{id, uint32(first - 1 + int64(i))}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.incident, b.incident), cmp.Compare(a.row, b.row))
	})
	r := &run{1, make([]int64, len(entries)), make([]uint32, len(entries))}
	for i, e := range entries {
		r.incidents[i], r.rows[i] = e.incident, e.row
	}
	return r
}

// with returns x and the run of the batch after it. x stays as it is.
func (x index) with(r *run) index {
	runs := append(slices.Clip(x[:len(x):len(x)]), r)
	for n := len(runs); n > 1 && runs[n-2].batches <= runs[n-1].batches; n-- {
		runs = append(runs[:n-2:n-2], merge(runs[n-2], runs[n-1]))
	}
	return runs
}

// merge joins two runs; all rows of b come after those of a.
func merge(a, b *run) *run {
	n := len(a.rows) + len(b.rows)
	m := &run{a.batches + b.batches, make([]int64, 0, n), make([]uint32, 0, n)}
	i, j := 0, 0
	for i < len(a.rows) && j < len(b.rows) {
		if a.incidents[i] <= b.incidents[j] {
			m.incidents, m.rows = append(m.incidents, a.incidents[i]), append(m.rows, a.rows[i])
			i++
		} else {
			m.incidents, m.rows = append(m.incidents, b.incidents[j]), append(m.rows, b.rows[j])
			j++
		}
	}
	m.incidents = append(append(m.incidents, a.incidents[i:]...), b.incidents[j:]...)
	m.rows = append(append(m.rows, a.rows[i:]...), b.rows[j:]...)
	return m
}

// find appends the rows of an incident to dst, each as its number - 1, in the
// order of rows.
func (x index) find(dst []uint32, incident int64) []uint32 {
	for _, r := range x {
		i, found := slices.BinarySearch(r.incidents, incident)
		if !found {
			continue
		}
		for ; i < len(r.incidents) && r.incidents[i] == incident; i++ {
			dst = append(dst, r.rows[i])
		}
	}
	return dst
}
