package catalog

import "math/bits"

// index finds the rows of an incident. It is a list of runs, older rows first,
// each at least indexGrowth times as long as the next: a new batch is a run of
// its own, joined with those before it that are not long enough. So n batches
// are about log8(n) runs, and each row is placed a few times in all. A run is
// never changed, so an older view keeps its own index.
type index []*run

const indexGrowth = 8

// maxRows is the number of rows that an index can tell apart.
const maxRows = 1<<32 - 1

// run is a hash table of the rows of some batches, which follow each other. It has no empty places: the rows are
// sorted by bucket, and starts says where each bucket begins. The ids are where
// they are anyway, in the batches. That is 6 to 8 bytes a row.
type run struct {
	batches []*Batch
	firsts  []uint32 // row number - 1 of the first row of each batch, and of what follows the last one
	near    []uint32 // for every 1<<step rows the batch of the first of them
	step    int      // as many rows as the batches have on average, or a few less
	shift   int      // of a hash, to its bucket
	starts  []uint32 // of the buckets, and the end of the last one
	rows    []uint32 // row number - 1; in the order of rows within a bucket
}

// newRun makes the run of batches, which have been read. It takes two passes
// over the ids.
func newRun(batches []*Batch) *run {
	n, first := 0, uint32(batches[0].FirstRow-1)
	firsts := []uint32{first}
	for _, b := range batches {
		n += len(b.incidents)
		firsts = append(firsts, first+uint32(n))
	}
	width := bits.Len(uint(n / 2)) // 1 to 2 rows in a bucket
	r := &run{
		batches: batches, firsts: firsts, step: bits.Len(uint(n / len(batches) / 2)),
		shift: 64 - width, starts: make([]uint32, 1<<width+1), rows: make([]uint32, n),
	}
	for _, b := range batches {
		for _, id := range b.incidents {
			r.starts[r.bucket(id)+1]++
		}
	}
	for i := range 1 << width {
		r.starts[i+1] += r.starts[i]
	}
	next := append([]uint32(nil), r.starts...) // the next place in each bucket
	row := first
	for at, b := range batches {
		for len(r.near)<<r.step < int(firsts[at+1]-first) {
			r.near = append(r.near, uint32(at))
		}
		for _, id := range b.incidents {
			at := &next[r.bucket(id)]
			r.rows[*at] = row
			*at++
			row++
		}
	}
	return r
}

// bucket is Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4).
func (r *run) bucket(incident int64) uint64 {
	return uint64(incident) * 0x9e3779b97f4a7c15 >> r.shift
}

// find appends the rows of an incident to dst.
func (r *run) find(dst []Row, incident int64) []Row {
	b := r.bucket(incident)
	for _, row := range r.rows[r.starts[b]:r.starts[b+1]] {
		n := r.near[(row-r.firsts[0])>>r.step]
		for r.firsts[n+1] <= row {
			n++
		}
		if of := (Row{r.batches[n], int(row - r.firsts[n])}); of.Incident() == incident {
			dst = append(dst, of)
		}
	}
	return dst
}

// extend returns the index of batches, of which x may hold those at the
// beginning: runs that are no longer long enough are made anew with what
// follows. x stays as it is.
func (x index) extend(batches []*Batch) index {
	n, held := 0, 0 // runs of x that are those of batches, and their batches
	for n < len(x) && begins(batches[held:], x[n].batches) {
		held += len(x[n].batches)
		n++
	}
	if held == len(batches) {
		return x[:n:n]
	}
	for n > 0 && len(x[n-1].batches) < indexGrowth*(len(batches)-held) {
		n--
		held -= len(x[n].batches)
	}
	return append(x[:n:n], newRun(batches[held:]))
}

// find appends the rows of an incident to dst, in their order.
func (x index) find(dst []Row, incident int64) []Row {
	for _, r := range x {
		dst = r.find(dst, incident)
	}
	return dst
}
