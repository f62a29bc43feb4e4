package train

import (
	"math"
	"slices"
)

// places are the distinct vectors of rows, numbered in the order of their first
// rows.
type places struct {
	d     int
	x     []float64 // m×d
	rows  []float64 // m: rows of each
	slots []int32   // a power of 2 of them: one more than a number, or 0, after hash and linear probing
}

// add counts a row with the vector v, d numbers, and returns the number of that.
func (p *places) add(v []float64) int32 {
	if 2*len(p.rows) >= len(p.slots) {
		p.slots = make([]int32, max(1<<12, 2*len(p.slots)))
		for i := range p.rows {
			p.slots[p.find(p.x[i*p.d:(i+1)*p.d])] = int32(i + 1) // Memory keeps them below 2^31
		}
	}
	at := p.find(v)
	if p.slots[at] == 0 {
		p.x, p.rows = append(p.x, v...), append(p.rows, 0)
		p.slots[at] = int32(len(p.rows))
	}
	i := p.slots[at] - 1
	p.rows[i]++
	return i
}

// find returns the slot of v, an empty one when there is none yet.
func (p *places) find(v []float64) int {
	var hash uint64
	for _, number := range v {
		hash = (hash ^ math.Float64bits(number)) * 0x9e3779b97f4a7c15 // 2^64 over the golden ratio, as Knuth, TAOCP 3, 6.4
		hash ^= hash >> 32
	}
	mask := len(p.slots) - 1
	for at := int(hash) & mask; ; at = (at + 1) & mask {
		if i := int(p.slots[at]); i == 0 || slices.Equal(p.x[(i-1)*p.d:i*p.d], v) {
			return at
		}
	}
}
