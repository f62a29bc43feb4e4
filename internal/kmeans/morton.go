package kmeans

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

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
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := j; i < len(x); i += d {
			lo, hi = min(lo, x[i]), max(hi, x[i])
		}
		if n > 0 {
			least[j] = int64(lo * grid) // exact: below 2^53
			span = max(span, uint64(int64(hi*grid)-least[j]))
		}
	}
	width := 64 / dims
	shift := max(0, bits.Len64(span)-width)

	keys = make([]keyed, n)
	for i := range keys {
		at := row(x, d, i)
		var key uint64
		switch dims {
		case 2, 4:
			for j := range dims {
				key = key<<1 | spread(uint64(int64(at[j]*grid)-least[j])>>shift, dims)
			}
		default:
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

// spread puts a zero before each of the low 32 bits of v, or three before each
// of the low 16 when dims is 4.
func spread(v uint64, dims int) uint64 {
	if dims == 4 {
		v = (v | v<<24) & 0x000000ff000000ff
		v = (v | v<<12) & 0x000f000f000f000f
		v = (v | v<<6) & 0x0303030303030303
		return (v | v<<3) & 0x1111111111111111
	}
	v = (v | v<<16) & 0x0000ffff0000ffff
	v = (v | v<<8) & 0x00ff00ff00ff00ff
	v = (v | v<<4) & 0x0f0f0f0f0f0f0f0f
	v = (v | v<<2) & 0x3333333333333333
	return (v | v<<1) & 0x5555555555555555
}

// A key is sorted by so many digits at most, the leading ones that differ: they
// tell nearly all points apart. Few keys have smaller digits, as counting them
// should not cost more than they do.
const (
	digits    = 5
	digitBits = 11
	fewKeys   = 1 << 15
	fewBits   = 8
)

// radixSort sorts a by key, equal keys in any order. It may return another
// slice and reuses a as scratch.
func radixSort(a []keyed) []keyed {
	width := digitBits
	if len(a) < fewKeys {
		width = fewBits
	}
	var differ uint64
	for _, e := range a {
		differ |= e.key ^ a[0].key
	}
	used := min(digits, (bits.Len64(differ)+width-1)/width)
	low := max(0, bits.Len64(differ)-used*width)
	mask := uint64(1)<<width - 1
	var counts [digits][1 << digitBits]int32
	for _, e := range a {
		key := e.key >> low
		for b := range used {
			counts[b][key&mask]++
			key >>= width
		}
	}
	other := make([]keyed, len(a))
	for b := range used {
		count := counts[b][:mask+1]
		var next int32
		for i, c := range count {
			count[i] = next
			next += c
		}
		shift := low + b*width
		for _, e := range a {
			at := &count[e.key>>shift&mask]
			other[*at] = e
			*at++
		}
		a, other = other, a
	}
	if low > 0 {
		runs(a, func(a, b keyed) bool { return a.key>>low == b.key>>low }, func(run []keyed) {
			slices.SortFunc(run, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
		})
	}
	return a
}

// runs calls each for every run of more than one element that are alike.
func runs(a []keyed, alike func(a, b keyed) bool, each func(run []keyed)) {
	for i := 0; i < len(a); {
		end := i + 1
		for end < len(a) && alike(a[i], a[end]) {
			end++
		}
		if end > i+1 {
			each(a[i:end])
		}
		i = end
	}
}

// sortTies puts rows of equal keys in the order of their coordinates.
func sortTies(a []keyed, x []float64, d int) {
	runs(a, func(a, b keyed) bool { return a.key == b.key }, func(run []keyed) {
		slices.SortFunc(run, func(a, b keyed) int {
			return slices.Compare(row(x, d, int(a.row)), row(x, d, int(b.row)))
		})
	})
}
