package spots

import (
	"cmp"
	"iter"
	"slices"
)

// Lengths in steps, those of coordinates: 2^20 are a kilometre.
const (
	steps      = 1 << 20
	radius     = 314572 // .3 km
	squareBits = 14     // of a square of 15.6 m, which holds one place
	cellBits   = 18     // of a cell of 250 m; a circle reaches into two on each side
)

// place is where rows lie: those of a square, at their mean.
type place struct {
	x, y, rows    int64
	first, points int // of its points in Ground.order
}

// cell is a cell of the map with the places in it.
type cell struct {
	x, y, rows int64
	places     []place
}

// Ground holds the rows of a batch by where they lie.
type Ground struct {
	order  []int // the points by square
	rows   int64
	places []place
	cells  []cell // those with rows, from south to north, each line from west to east
	keys   []int64
}

// NewGround holds rows at the points x, of d ≥ 2 numbers each, row-major: kilometres east and
// north, multiples of 2^-20 below 2^15 km; what follows them does not count. A point has as many rows
// as its weight, a whole number, says; one with weights nil. Rows of
// one square of 15.6 m count as at one place, their mean: so the work has a bound
// however many places there are.
func NewGround(x []float64, d int, weights []float64) *Ground {
	type point struct {
		square, x, y int64
		index        int
	}
	points := make([]point, len(x)/d)
	for i := range points {
		x, y := int64(x[i*d]*steps), int64(x[i*d+1]*steps)
		inside := func(v int64) int64 { return v >> squareBits & (1<<(cellBits-squareBits) - 1) }
		points[i] = point{y>>cellBits<<40 + x>>cellBits<<10 + inside(y)<<5 + inside(x), x, y, i}
	}
	slices.SortFunc(points, func(a, b point) int { return cmp.Compare(a.square, b.square) })
	g := &Ground{order: make([]int, len(points))}
	for i, p := range points {
		g.order[i] = p.index
		if i == 0 || p.square != points[i-1].square {
			g.places = append(g.places, place{first: i})
		}
		q := &g.places[len(g.places)-1]
		rows := int64(1)
		if weights != nil {
			rows = int64(weights[p.index])
		}
		q.x, q.y, q.rows, q.points = q.x+rows*p.x, q.y+rows*p.y, q.rows+rows, q.points+1
		g.rows += rows
	}
	first := 0
	for i := range g.places {
		p := &g.places[i]
		*p = p.mean()
		if x, y := p.x>>cellBits, p.y>>cellBits; i == 0 || g.cells[len(g.cells)-1].x != x || g.cells[len(g.cells)-1].y != y {
			g.cells, g.keys, first = append(g.cells, cell{x: x, y: y}), append(g.keys, key(x, y)), i
		}
		c := &g.cells[len(g.cells)-1]
		c.rows, c.places = c.rows+p.rows, g.places[first:i+1]
	}
	return g
}

// mean is the mean of p.rows places, the sum of which is p, rounded down.
func (p place) mean() place {
	floor := func(v int64) int64 { return (v - (v%p.rows+p.rows)%p.rows) / p.rows }
	p.x, p.y = floor(p.x), floor(p.y)
	return p
}

// key orders cells as they lie in Ground.
func key(x, y int64) int64 { return y<<32 + x }

// near are the cells at most reach lines and columns away from one.
func (g *Ground) near(x, y, reach int64) iter.Seq[*cell] {
	return func(yield func(*cell) bool) {
		for line := y - reach; line <= y+reach; line++ {
			at, _ := slices.BinarySearch(g.keys, key(x-reach, line))
			for ; at < len(g.keys) && g.keys[at] <= key(x+reach, line); at++ {
				if !yield(&g.cells[at]) {
					return
				}
			}
		}
	}
}

// within are the places within so many radii of p, the edge with them.
func (g *Ground) within(p place, radii int64) iter.Seq[place] {
	return func(yield func(place) bool) {
		for c := range g.near(p.x>>cellBits, p.y>>cellBits, radii+1) {
			for _, q := range c.places {
				if p.squareTo(q) <= radii*radii*radius*radius && !yield(q) {
					return
				}
			}
		}
	}
}

// count counts the rows within so many radii of p.
func (g *Ground) count(p place, radii int64) (rows int64) {
	for q := range g.within(p, radii) {
		rows += q.rows
	}
	return rows
}

// squareTo is the square of the distance of two places.
func (p place) squareTo(q place) int64 {
	dx, dy := p.x-q.x, p.y-q.y
	return dx*dx + dy*dy
}
