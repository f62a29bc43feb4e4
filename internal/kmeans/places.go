package kmeans

import (
	"cmp"
	"math/bits"
	"slices"
)

// places are the distinct points of an n×d matrix, on the grid, with the
// number of rows at each. Crimes share places (the city's file holds four rows
// a place), and k-means cannot tell equal rows apart, so everything works on
// m <= n places. Their order is canonical: it depends on the set of places
// alone, not on the order of the rows, and neighbours in it lie close together
// (Morton, 1966), which is what branch prediction and caches like.
type places struct {
	d      int
	x      []float64 // m×d, row-major
	weight []float64 // m, whole numbers: rows per place
	n      int       // rows: the sum of the weights
	of     []int32   // n: the place of each row; nil in a sample
	cols   []float64 // d×stride: x by columns, for the assembly; nil without it
	stride int       // padded m
	tree   *tree     // nil where it is not worth it; set by prepare
	bare   bool      // no tree at all; for tests
}

func (p *places) len() int                { return len(p.weight) }
func (p *places) at(i int) []float64      { return p.x[i*p.d : (i+1)*p.d : (i+1)*p.d] }
func (p *places) rows() int               { return p.n }
func row(x []float64, d, i int) []float64 { return x[i*d : (i+1)*d : (i+1)*d] }

// Distinct returns the number of distinct points in the n×d matrix x, once
// snapped to the grid. x must be finite and of whole rows, or Distinct panics.
func Distinct(x []float64, d int) int {
	if err := check(x, d); err != nil {
		panic(err)
	}
	return newPlaces(x, d).len()
}

// newPlaces merges the rows of a matrix that check has passed.
func newPlaces(x []float64, d int) *places {
	n := len(x) / d
	snapped := make([]float64, len(x))
	for i, v := range x {
		snapped[i] = Snap(v)
	}
	sorted, lossy := mortonKeys(snapped, d)
	sorted = radixSort(sorted)
	if lossy {
		sortTies(sorted, snapped, d)
	}

	p := &places{d: d, n: n, x: make([]float64, 0, len(x)), weight: make([]float64, 0, padded(n)), of: make([]int32, n)}
	for i, s := range sorted {
		at := row(snapped, d, int(s.row))
		if i == 0 || s.key != sorted[i-1].key || lossy && slices.Compare(at, p.at(p.len()-1)) != 0 {
			p.x = append(p.x, at...)
			p.weight = append(p.weight, 0)
		}
		p.weight[p.len()-1]++
		p.of[s.row] = int32(p.len() - 1)
	}
	return p
}

// keyed is a row under the key it is sorted by.
type keyed struct {
	key uint64
	row int32
}

// mortonKeys interleaves the bits of each row's coordinates. When 64 bits do
// not hold them all, the keys keep the leading ones and lossy is true: equal
// keys are then not yet equal points.
func mortonKeys(x []float64, d int) (keys []keyed, lossy bool) {
	n := len(x) / d
	dims := min(d, 64)
	least := make([]int64, dims)
	var span uint64
	for j := range dims {
		lo, hi := int64(0), int64(0)
		for i := range n {
			v := int64(x[i*d+j] * grid) // exact: below 2^53
			if i == 0 {
				lo, hi = v, v
			}
			lo, hi = min(lo, v), max(hi, v)
		}
		least[j] = lo
		span = max(span, uint64(hi-lo))
	}
	width := 64 / dims
	shift := max(0, bits.Len64(span)-width)

	keys = make([]keyed, n)
	for i := range keys {
		at := row(x, d, i)
		var key uint64
		if dims == 2 {
			key = spread(uint64(int64(at[0]*grid)-least[0])>>shift)<<1 | spread(uint64(int64(at[1]*grid)-least[1])>>shift)
		} else {
			for b := min(width, bits.Len64(span)) - 1; b >= 0; b-- {
				for j := range dims {
					key = key<<1 | uint64(int64(at[j]*grid)-least[j])>>(shift+b)&1
				}
			}
		}
		keys[i] = keyed{key, int32(i)}
	}
	return keys, shift > 0 || d > dims
}

// spread puts a zero before each of the low 32 bits of v.
func spread(v uint64) uint64 {
	v &= 0x00000000ffffffff
	v = (v | v<<16) & 0x0000ffff0000ffff
	v = (v | v<<8) & 0x00ff00ff00ff00ff
	v = (v | v<<4) & 0x0f0f0f0f0f0f0f0f
	v = (v | v<<2) & 0x3333333333333333
	return (v | v<<1) & 0x5555555555555555
}

// radixSort sorts a by key, stably, byte by byte, and skips bytes that all
// keys have in common. It may return another slice and reuses a as scratch.
func radixSort(a []keyed) []keyed {
	var counts [8][256]int32
	for _, e := range a {
		for b := range counts {
			counts[b][byte(e.key>>(8*b))]++
		}
	}
	other := make([]keyed, len(a))
	for b := range counts {
		count := &counts[b]
		if len(a) > 0 && int(count[byte(a[0].key>>(8*b))]) == len(a) {
			continue
		}
		var next int32
		for i, c := range count {
			count[i] = next
			next += c
		}
		for _, e := range a {
			at := &count[byte(e.key>>(8*b))]
			other[*at] = e
			*at++
		}
		a, other = other, a
	}
	return a
}

// sortTies puts rows of equal keys in the order of their coordinates.
func sortTies(a []keyed, x []float64, d int) {
	for i := 0; i < len(a); {
		end := i + 1
		for end < len(a) && a[end].key == a[i].key {
			end++
		}
		slices.SortFunc(a[i:end], func(a, b keyed) int {
			return cmp.Or(slices.Compare(row(x, d, int(a.row)), row(x, d, int(b.row))), cmp.Compare(a.row, b.row))
		})
		i = end
	}
}
