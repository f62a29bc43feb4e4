package spots_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/spots"
	"hotspot/internal/stat"
)

// grid is v km on the grid of coordinates.
func grid(v float64) float64 { return math.Round(v*(1<<20)) / (1 << 20) }

// crowd appends n points, equally far from a place and around it.
func crowd(x []float64, n int, east, north, km float64) []float64 {
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		x = append(x, grid(east+km*cos), grid(north+km*sin))
	}
	return x
}

// spread are n points spread evenly over a square of so many km, the same every time.
func spread(n int, km float64, seed uint64) (x []float64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 2 * n {
		x = append(x, grid((rng.Float64()-.5)*km))
	}
	return x
}

// normal are n points around the origin, with a standard deviation of so many km.
func normal(n int, km float64) (x []float64) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2 * n {
		x = append(x, grid(rng.NormFloat64()*km))
	}
	return x
}

// TestFindCountsByTheDefinition: each spot's figures are those of its circle and ring,
// counted one row after the other, and no circle with more overlaps none of the spots.
func TestFindCountsByTheDefinition(t *testing.T) {
	for seed := range uint64(20) {
		x := spread(1500, 8, seed)
		for i := range 1 + seed%4 {
			x = crowd(x, 30+20*int(seed), float64(i)*1.3-2, float64(i), .1+.02*float64(seed%8))
		}
		g := spots.NewGround(x, 2, nil)
		found := g.Find()
		if len(found) == 0 {
			t.Fatalf("seed %d: no spot", seed)
		}
		n := len(x) / 2
		for i, s := range found {
			inside, ring := count(x, s, .3), count(x, s, 1.5)
			ring -= inside
			// Places of one square of 15.6 m count at their mean: a few rows at the edge differ.
			if math.Abs(float64(inside-s.Rows)) > 5 || math.Abs(float64(ring)/24-s.Expected) > 1 {
				t.Errorf("seed %d, spot %d: %d rows and %.1f expected, counted %d and %.1f", seed, i, s.Rows, s.Expected, inside, float64(ring)/24)
			}
			if rows := g.PointsIn(s); g.RowsIn(s) != s.Rows || len(rows) != s.Rows || slices.ContainsFunc(rows, func(i int) bool {
				return math.Hypot(x[2*i]-s.EastKm, x[2*i+1]-s.NorthKm) > .32
			}) {
				t.Errorf("seed %d, spot %d: %d rows, and %d are in it, or one far off is", seed, i, s.Rows, len(rows))
			}
			if excess := float64(s.Rows) - s.Expected; excess < 10 || excess < .015*float64(n) {
				t.Errorf("seed %d, spot %d: %d rows where %.1f are expected is not enough", seed, i, s.Rows, s.Expected)
			}
			if p := stat.Poisson(s.Expected + .005*float64(n)).AtLeast(s.Rows); s.P < p || s.P > .05 {
				t.Errorf("seed %d, spot %d: p %g adjusted to %g", seed, i, p, s.P)
			}
			for _, other := range found[:i] {
				if s.MetresTo(other) < 600 {
					t.Errorf("seed %d: spots %.0f m apart", seed, s.MetresTo(other))
				}
			}
		}
	}
}

func count(x []float64, s spots.Spot, km float64) (n int) {
	for i := 0; i < len(x); i += 2 {
		if math.Hypot(x[i]-s.EastKm, x[i+1]-s.NorthKm) <= km {
			n++
		}
	}
	return n
}

// TestFind: what stands out and what does not.
func TestFind(t *testing.T) {
	for name, tt := range map[string]struct {
		x    []float64
		want [][3]float64 // east, north, and the rows of the crowd, with up to 25 others
	}{
		"nothing":                        {nil, nil},
		"one row":                        {[]float64{1, 1}, nil},
		"two rows at one place":          {[]float64{1, 1, 1, 1}, nil},
		"nine rows at one place":         {crowd(nil, 9, 2, 2, 0), nil},
		"all rows at one place":          {crowd(nil, 5000, -3, 2, 0), [][3]float64{{-3, 2, 5000}}},
		"rows spread evenly":             {spread(5000, 10, 1), nil},
		"a few rows more than around":    {crowd(spread(5000, 10, 1), 60, 0, 0, .1), nil}, // 1.2 %
		"a hundred rows more":            {crowd(spread(5000, 10, 1), 100, 0, 0, .1), [][3]float64{{0, 0, 100}}},
		"two, the greater first":         {crowd(crowd(spread(4000, 10, 2), 90, -2, 0, .1), 190, 2, 0, .1), [][3]float64{{2, 0, 190}, {-2, 0, 90}}},
		"of equals the southern":         {crowd(crowd(nil, 50, 1, 3, 0), 50, 1, -3, 0), [][3]float64{{1, -3, 50}, {1, 3, 50}}},
		"thicker towards the middle":     {normal(5000, 1.5), nil},
		"a heavy place beside the crowd": {crowd(crowd(nil, 100, 0, 0, .05), 10, .2, 0, 0), [][3]float64{{.018, 0, 110}}},
	} {
		t.Run(name, func(t *testing.T) {
			found := spots.NewGround(tt.x, 2, nil).Find()
			if len(found) != len(tt.want) {
				t.Fatalf("%+v, want %v", found, tt.want)
			}
			for i, w := range tt.want {
				if s := found[i]; math.Hypot(s.EastKm-w[0], s.NorthKm-w[1]) > .04 || s.Rows < int(w[2]) || s.Rows > int(w[2])+25 {
					t.Errorf("%+v, want %v", s, w)
				}
			}
		})
	}
}

// TestOrderIsOfNoMatter: nor a number behind the coordinates.
func TestOrderIsOfNoMatter(t *testing.T) {
	x := crowd(crowd(spread(3000, 9, 5), 100, 1, 1, .2), 100, -2, -1, .1)
	want, cells := spots.NewGround(x, 2, nil).Find(), spots.NewGround(x, 2, nil).Cells()
	rng := rand.New(rand.NewPCG(1, 1))
	for range 5 {
		var y []float64
		for _, i := range rng.Perm(len(x) / 2) {
			y = append(y, x[2*i], x[2*i+1], float64(i))
		}
		g := spots.NewGround(y, 3, nil)
		if diff := cmp.Diff(want, g.Find()) + cmp.Diff(cells, g.Cells()); diff != "" || len(want) != 2 {
			t.Fatalf("another order finds others, of %d: %s", len(want), diff)
		}
	}
	// A weight is as many rows at the point.
	once, twice := spots.NewGround(x, 2, slices.Repeat([]float64{2}, len(x)/2)), spots.NewGround(slices.Concat(x, x), 2, nil)
	if diff := cmp.Diff(twice.Find(), once.Find()) + cmp.Diff(twice.Cells(), once.Cells()); diff != "" {
		t.Errorf("rows twice (-) and of weight 2 (+): %s", diff)
	}
}

// TestMatch: the nearest within 600 m, each once.
func TestMatch(t *testing.T) {
	at := func(km ...float64) (list []spots.Spot) {
		for _, v := range km {
			list = append(list, spots.Spot{EastKm: grid(v), NorthKm: 1})
		}
		return list
	}
	for _, tt := range []struct{ before, now, want string }{
		{"", "0", "[-1]"},
		{"0", "", "[]"},
		{"0 5", "5.1 0.2", "[1 0]"},
		{"0", "0.59 0.61", "[0 -1]"},
		{"0 0.7", "0.6 1.1", "[1 -1]"},      // 0.6 is nearer to 0.7, so 1.1 has none
		{"0 0.7", "0.3 0.65", "[0 1]"},      // each once
		{"0 1", "0.5", "[0]"},               // of equals the first
		{"-0.3 0.3", "0 0.7", "[0 1]"},      // alike
		{"0 3 6", "6.2 2.9 12", "[2 1 -1]"}, // one is gone, one is new
	} {
		var lists [2][]spots.Spot
		for i, text := range []string{tt.before, tt.now} {
			var v float64
			for rest := text; rest != ""; {
				n, _ := fmt.Sscan(rest, &v)
				if n == 0 {
					break
				}
				lists[i] = append(lists[i], at(v)...)
				if cut := slices.Index([]byte(rest), ' '); cut >= 0 {
					rest = rest[cut+1:]
				} else {
					rest = ""
				}
			}
		}
		if got := fmt.Sprint(spots.Match(lists[0], lists[1])); got != tt.want {
			t.Errorf("%s to %s: %s, want %s", tt.before, tt.now, got, tt.want)
		}
	}
}

// TestCells: counted by the definition, in floating point as it stands there.
func TestCells(t *testing.T) {
	x := crowd(spread(500, 4, 7), 80, -1, .5, .2)
	cells := spots.NewGround(x, 2, nil).Cells()
	rows, n, sum, squares := 0, float64(len(cells)), 0., 0.
	for _, c := range cells {
		rows += c.Rows
		sum += float64(c.Rows)
		squares += float64(c.Rows * c.Rows)
	}
	if rows != len(x)/2 {
		t.Errorf("%d rows in all cells, want %d", rows, len(x)/2)
	}
	mean := sum / n
	s := math.Sqrt(squares/n - mean*mean)
	p := make([]float64, len(cells))
	for i, c := range cells {
		w, near := 0., 0.
		for _, o := range cells {
			if math.Abs(o.EastKm-c.EastKm) < .26 && math.Abs(o.NorthKm-c.NorthKm) < .26 {
				w, near = w+1, near+float64(o.Rows)
			}
		}
		z := (near - mean*w) / (s * math.Sqrt((n*w-w*w)/(n-1)))
		p[i] = math.Erfc(math.Abs(z) / math.Sqrt2)
		if math.Abs(c.Z-z) > 1e-9 || math.Abs(c.P-p[i]) > 1e-9 {
			t.Fatalf("cell %+v: z %v, p %v", c, z, p[i])
		}
	}
	for i, adjusted := range stat.BenjaminiHochberg(p) {
		if math.Abs(cells[i].Adjusted-adjusted) > 1e-9 {
			t.Errorf("cell %+v: adjusted %v", cells[i], adjusted)
		}
	}
	if cells := spots.NewGround(nil, 2, nil).Cells(); len(cells) != 0 {
		t.Errorf("cells of no rows: %v", cells)
	}
	for _, c := range spots.NewGround([]float64{.1, .1}, 2, nil).Cells() { // nine, each touching the middle
		if math.IsNaN(c.Z) || math.IsNaN(c.P) || c.Adjusted < .05 {
			t.Errorf("one row: %+v", c)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{5000, 394279, 1000000} {
		x := normal(n, 4)
		b.Run(fmt.Sprintf("%d places of their own", n), func(b *testing.B) {
			for b.Loop() {
				spots.NewGround(x, 2, nil).Find()
			}
		})
	}
}
