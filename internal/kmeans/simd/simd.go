// Package simd holds the inner loops of package kmeans, in which nearly all of
// its time goes: those over many points and one or a few others.
//
// Each loop is there twice: in Go (scalar.go), and for amd64 with AVX2 in
// assembly, which tools/kernels writes. The two give the same bits: every
// product and every sum is rounded by itself, comparisons go by the same rules,
// and a sum is that of eight lanes, point i of a block adding to lane i mod 8.
// The build tag purego leaves the assembly out.
//
// The package knows points, weights and distances, not what they are for. Wrong
// shapes are bugs and panic, or, by assembly, are not noticed.
package simd

//go:generate go -C ../../../tools run ./kernels -out ../internal/kmeans/simd/kernels_amd64.s -stubs ../internal/kmeans/simd/kernels_amd64.go -pkg simd

const (
	// Block is how many points an operation takes at most, but for Distances.
	Block = 64
	// Lanes is how many partial sums a sum has.
	Lanes = 8
)

// Pad returns the least multiple of Lanes that is not below m.
func Pad(m int) int { return (m + Lanes - 1) &^ (Lanes - 1) }

// Make returns m zeros with room behind them for Pad(m). All slices with a
// number for each point need that room.
func Make[T float64 | int32](m int) []T { return make([]T, Pad(m))[:m] }

// Total adds the lanes of a sum up as one register of four and then of two would.
func Total(s *[Lanes]float64) float64 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// Available reports whether this processor and this build have the assembly.
func Available() bool { return hasAVX2 }

// Points are m points of D coordinates with weights, for operations on runs of
// them. Operations only read them, so they may be shared.
type Points struct {
	D       int
	X       []float64 // m×D, row-major
	Weight  []float64 // m, made by Make
	columns []float64 // D×stride, X by columns with zeros behind each; nil for the loops in Go
	stride  int       // Pad(m)
}

// Vectorize lays the points, at least one, out for the assembly, where it is
// available.
func (p *Points) Vectorize() {
	if !hasAVX2 {
		return
	}
	p.stride = Pad(len(p.Weight))
	p.columns = make([]float64, p.D*p.stride)
	for j := range p.D {
		column := p.columns[j*p.stride:]
		for i := range p.Weight {
			column[i] = p.X[i*p.D+j]
		}
	}
}

// Vectorized reports whether operations on p are by assembly.
func (p *Points) Vectorized() bool { return p.columns != nil }

// Potential returns the sum of weight × min(sq, squared distance to at) over the
// points from … to-1, at most a Block, which sq begins with. at has D
// coordinates.
func (p *Points) Potential(from, to int, at, sq []float64) float64 {
	var s [Lanes]float64
	if p.Vectorized() {
		potentialAVX2(&p.columns[from], p.stride, p.D, Pad(to-from), &at[0], &p.Weight[from], &sq[0], &s)
	} else {
		p.potential(from, to, at, sq, &s)
	}
	return Total(&s)
}

// Choose is Potential that leaves the minimum in sq, and label in owner where it
// is less than sq was.
func (p *Points) Choose(from, to int, at, sq []float64, owner []int32, label int32) float64 {
	var s [Lanes]float64
	if p.Vectorized() {
		chooseAVX2(&p.columns[from], p.stride, p.D, Pad(to-from), &at[0], &p.Weight[from], &sq[0], &owner[0], label, &s)
	} else {
		p.choose(from, to, at, sq, owner, label, &s)
	}
	return Total(&s)
}

// Nearest finds for the points from … to-1, at most a Block, the nearest of the
// candidates, the first among equals. Bit i of what it returns says that this is
// not labels[from+i]; then found[i] is it.
//
// centroids is k×D, row-major; candidates are ascending numbers of its rows, at
// least one. A point whose squared distance to its label's centroid is below
// sure[label], k numbers, may be left as it is: the caller knows that it is the
// nearest.
func (p *Points) Nearest(from, to int, centroids []float64, candidates, labels []int32, sure []float64, found *[Block]int32) uint64 {
	if !p.Vectorized() {
		return p.nearest(from, to, centroids, candidates, labels, sure, found)
	}
	changed := nearestAVX2(&p.columns[from], p.stride, p.D, Pad(to-from), &centroids[0], &candidates[0], len(candidates), &labels[from], &found[0])
	return changed & (1<<(to-from) - 1) // nothing of what lies behind
}

// Handful is how many points Nearest takes for little more than one: a divisor
// of Block.
func (p *Points) Handful() int {
	if p.Vectorized() {
		return Block
	}
	return Block / 4
}

// Columns are M points, a multiple of Lanes, of D coordinates with weights.
type Columns struct {
	D, M     int
	X        []float64 // D×M: all of column 0, then of column 1
	Weight   []float64 // M
	Portable bool      // by the loops in Go alone; for tests
}

// Distances adds the distances of the eight points from i on, a multiple of
// Lanes, to the points from a to b-1, at least one, times the weights at the
// other end: to toI for each of the eight, and in half the lanes to toJ for each
// of the others.
func (c *Columns) Distances(i, a, b int, toI []float64, toJ [][Lanes / 2]float64) {
	if c.Portable || !hasAVX2 {
		c.distances(i, a, b, toI, toJ)
		return
	}
	distancesAVX2(&c.X[0], c.M, c.D, i, a, b, &c.Weight[0], &toI[0], &toJ[0])
}
