package catalog

import (
	"math/bits"
	"slices"
)

// index finds the rows of an incident. It is a list of runs, older rows first,
// each at least indexGrowth times as long as the next: a new batch is a run of
// its own, joined with those before it that are not long enough. So n batches
// are about log8(n) runs, and each row is placed a few times in all. A run is
// never changed, so an older view keeps its own index.
type index []*run

const indexGrowth = 8

// maxRows is the number of rows that an index can tell apart.
const maxRows = 1<<32 - 1

// run is a hash table of the rows of some batches, one after the other. It has
// no empty places: the rows are sorted by bucket, and starts says where each
// bucket begins. An id is mixed by a bijection on as many bits as the greatest
// id has; the upper bits are the bucket, so only the lower ones are kept, and
// equal ones are equal ids. 8.7 bytes a row where these are 32 bits or fewer,
// as with the ids of 13 digits and 262,144 rows; else 12.7.
type run struct {
	batches []*Batch // whose rows these are
	width   uint     // bits of an id
	low     uint     // bits of an id that do not say which bucket
	starts  []uint32
	keys    []uint32 // the lower 32 of them
	high    []uint32 // the others, nil when there are none
	rows    []uint32 // row number - 1; in the order of rows within a bucket
}

// newRun makes the run of batches, which have been read. It takes two passes
// over the ids.
func newRun(batches []*Batch) *run {
	n, greatest := 0, int64(0)
	for _, b := range batches {
		n += len(b.incidents)
		for _, id := range b.incidents {
			greatest = max(greatest, id)
		}
	}
	buckets := uint(max(bits.Len(uint(n))-3, 0)) // 4 to 8 rows in each
	r := &run{batches: batches, width: max(uint(bits.Len64(uint64(greatest))), buckets, 8)}
	r.low = r.width - buckets
	r.starts = make([]uint32, 1<<buckets+1)
	r.keys, r.rows = make([]uint32, n), make([]uint32, n)
	if r.low > 32 {
		r.high = make([]uint32, n)
	}
	for _, b := range batches {
		for _, id := range b.incidents {
			r.starts[r.mix(uint64(id))>>r.low]++
		}
	}
	sum := uint32(0) // each start becomes the end of its bucket, and is counted down again
	for i, size := range r.starts {
		sum += size
		r.starts[i] = sum
	}
	for _, b := range slices.Backward(batches) {
		first := uint32(b.FirstRow - 1)
		for i, id := range slices.Backward(b.incidents) {
			mixed := r.mix(uint64(id))
			start := &r.starts[mixed>>r.low]
			*start--
			r.keys[*start], r.rows[*start] = r.key(mixed), first+uint32(i)
			if r.high != nil {
				r.high[*start] = r.highKey(mixed)
			}
		}
	}
	return r
}

// mix is a bijection on the numbers of r.width bits: each step can be undone.
// The multipliers are odd, from SplitMix64 (Steele, Lea and Flood, 2014).
func (r *run) mix(x uint64) uint64 {
	mask, half := uint64(1)<<r.width-1, (r.width+1)/2
	x ^= x >> half
	x = x * 0xbf58476d1ce4e5b9 & mask
	x ^= x >> half
	x = x * 0x94d049bb133111eb & mask
	return x ^ x>>half
}

func (r *run) key(mixed uint64) uint32     { return uint32(mixed & (1<<r.low - 1)) }
func (r *run) highKey(mixed uint64) uint32 { return uint32(mixed & (1<<r.low - 1) >> 32) }

// find appends the rows of an incident to dst.
func (r *run) find(dst []uint32, incident int64) []uint32 {
	if uint64(incident)>>r.width != 0 {
		return dst
	}
	mixed := r.mix(uint64(incident))
	bucket := mixed >> r.low
	from, to := r.starts[bucket], r.starts[bucket+1]
	key := r.key(mixed)
	for i, k := range r.keys[from:to] {
		if k == key && (r.high == nil || r.high[int(from)+i] == r.highKey(mixed)) {
			dst = append(dst, r.rows[int(from)+i])
		}
	}
	return dst
}

// bytes is what the run takes.
func (r *run) bytes() int { return 4 * (len(r.starts) + len(r.keys) + len(r.high) + len(r.rows)) }

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

// find appends the rows of an incident to dst, each as its number - 1, in the
// order of rows.
func (x index) find(dst []uint32, incident int64) []uint32 {
	for _, r := range x {
		dst = r.find(dst, incident)
	}
	return dst
}
