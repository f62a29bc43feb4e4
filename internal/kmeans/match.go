package kmeans

import (
	"fmt"
	"math"
)

// MatchCentroids is Match for the distances of the centroids a to the centroids
// b, both row-major with d columns, in millionths of their unit.
func MatchCentroids(a, b []float64, d int) []int {
	mustBeShaped(d)
	cost := make([][]int64, len(a)/d)
	for i := range cost {
		for j := range len(b) / d {
			cost[i] = append(cost[i], int64(math.Round(math.Sqrt(square(row(a, d, i), row(b, d, j)))*1e6)))
		}
	}
	return Match(cost)
}

// Match returns the column of each row in the assignment that costs least in
// all; no column is given twice. With more rows than columns the rows left
// over get -1. Of several cheapest assignments it returns the
// lexicographically least, -1 counting as the greatest column.
//
// cost has rows of one length. Its numbers may be negative; their sizes must
// stay below 2^62 divided by four times the larger side. Anything else panics.
//
// It is the Hungarian method (Kuhn, Naval Res. Logist. Q. 2, 1955) in its
// O(n³) form with potentials; the cheapest assignments are then the perfect
// matchings of the pairs whose potentials add up to their cost.
func Match(cost [][]int64) []int {
	rows := len(cost)
	if rows == 0 {
		return []int{}
	}
	cols := len(cost[0])
	n := max(rows, cols)
	limit := int64(1) << 62 / int64(4*max(n, 1))
	for i, r := range cost {
		if len(r) != cols {
			panic(fmt.Sprintf("kmeans: cost row %d has %d columns, row 0 has %d", i, len(r), cols))
		}
		for j, v := range r {
			if v <= -limit || v >= limit {
				panic(fmt.Sprintf("kmeans: cost %d of row %d, column %d is too large", v, i, j))
			}
		}
	}
	s := newSquare(cost, n, cols)
	s.solve()
	s.least()
	result := s.column[:rows]
	for i, j := range result {
		if j >= cols {
			result[i] = -1
		}
	}
	return result
}

// squareProblem is an assignment problem filled up to a square: what is added
// costs nothing, so it changes every assignment's cost alike.
type squareProblem struct {
	cost   [][]int64
	n      int
	u, v   []int64 // potentials: u[i]+v[j] <= cost[i][j], and equal where matched
	column []int   // of each row
	row    []int   // of each column
}

func newSquare(cost [][]int64, n, cols int) *squareProblem {
	s := &squareProblem{
		cost: make([][]int64, n), n: n,
		u: make([]int64, n), v: make([]int64, n),
		column: make([]int, n), row: make([]int, n),
	}
	for i := range n {
		s.cost[i] = make([]int64, n)
		if i < len(cost) {
			copy(s.cost[i][:cols], cost[i])
		}
		s.column[i], s.row[i] = -1, -1
	}
	return s
}

// solve matches row after row along the cheapest augmenting path.
func (s *squareProblem) solve() {
	slack := make([]int64, s.n) // least reduced cost from the tree to the column
	from := make([]int, s.n)    // the column before it on that path, -1 for the root
	done := make([]bool, s.n)
	for root := range s.n {
		for j := range s.n {
			slack[j], from[j], done[j] = math.MaxInt64, -1, false
		}
		i, last := root, -1
		for {
			delta, next := int64(math.MaxInt64), -1
			for j := range s.n {
				if done[j] {
					continue
				}
				if reduced := s.cost[i][j] - s.u[i] - s.v[j]; reduced < slack[j] {
					slack[j], from[j] = reduced, last
				}
				if slack[j] < delta {
					delta, next = slack[j], j
				}
			}
			s.u[root] += delta
			for j := range s.n {
				if done[j] {
					s.u[s.row[j]] += delta
					s.v[j] -= delta
				} else {
					slack[j] -= delta
				}
			}
			done[next], last = true, next
			if s.row[next] < 0 {
				break
			}
			i = s.row[next]
		}
		for j := last; j >= 0; j = from[j] {
			if from[j] < 0 {
				s.pair(root, j)
			} else {
				s.pair(s.row[from[j]], j)
			}
		}
	}
}

func (s *squareProblem) pair(i, j int) { s.column[i], s.row[j] = j, i }

// least turns the solution into the lexicographically least one: row by row it
// tries the columns from the lowest on, and keeps one when the rows below can
// still be matched without extra cost.
func (s *squareProblem) least() {
	seen := make([]bool, s.n)
	for i := range s.n {
		for j := 0; j < s.column[i]; j++ {
			if !s.tight(i, j) || s.row[j] < i {
				continue
			}
			// Row i leaves its column free and drives the owner of j out.
			clear(seen)
			seen[j] = true
			if s.reroute(s.row[j], i, s.column[i], seen) {
				s.pair(i, j)
				break
			}
		}
	}
}

// reroute finds row i another column, ending at free, and moves only rows
// after the fixed ones.
func (s *squareProblem) reroute(i, fixed, free int, seen []bool) bool {
	for j := range s.n {
		if seen[j] || !s.tight(i, j) || s.row[j] < fixed {
			continue
		}
		seen[j] = true
		if j == free || s.reroute(s.row[j], fixed, free, seen) {
			s.pair(i, j)
			return true
		}
	}
	return false
}

func (s *squareProblem) tight(i, j int) bool { return s.u[i]+s.v[j] == s.cost[i][j] }
