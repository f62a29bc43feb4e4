package spots

import (
	"bytes"
	"cmp"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/input/generate"
	"hotspot/internal/input/prepare"
	"hotspot/internal/source"
	"hotspot/internal/testkit"
)

// The three methods of docs/spots.md. Its figures are those of
//
//	go test -run - -bench 'Cities|Denver' -benchtime 1x ./internal/spots
var methods = []struct {
	name string
	find func(x []float64) []Spot
}{
	{"a-Gi*", findGi},
	{"b-scan", func(x []float64) []Spot { return NewGround(x, 2, nil).Find() }},
	{"c-density", findDensity},
}

// findGi takes the peaks of Gi*, of the cells that are significant, apart from each
// other as the circles of spots are.
func findGi(x []float64) []Spot {
	cells := NewGround(x, 2, nil).Cells()
	cells = slices.DeleteFunc(cells, func(c Cell) bool { return c.Adjusted > FDR || c.Z < 0 || c.Rows == 0 })
	slices.SortStableFunc(cells, func(a, b Cell) int { return cmp.Compare(b.Z, a.Z) })
	var found []Spot
	for _, c := range cells {
		if isApart(found, c.EastKm, c.NorthKm) {
			found = append(found, Spot{EastKm: c.EastKm, NorthKm: c.NorthKm, Rows: c.Rows})
		}
	}
	return found
}

// findDensity takes the peaks of a quartic kernel of 500 m, and tests each as Find does.
func findDensity(x []float64) []Spot {
	const reach = .5 * steps
	g := NewGround(x, 2, nil)
	type peak struct {
		candidate
		density float64
	}
	var all []peak
	for _, p := range g.places {
		k := peak{candidate: g.newCandidate(p)}
		for q := range g.within(p, 2) {
			if u := 1 - float64(p.squareTo(q))/(reach*reach); u > 0 {
				k.density += u * u * float64(q.rows)
			}
		}
		all = append(all, k)
	}
	slices.SortStableFunc(all, func(a, b peak) int { return cmp.Compare(b.density, a.density) })
	var found []Spot
	var apart []Spot
	for _, k := range all {
		if at := (Spot{EastKm: float64(k.x) / steps, NorthKm: float64(k.y) / steps}); isApart(apart, at.EastKm, at.NorthKm) {
			apart = append(apart, at)
			if p := g.chance(k.candidate); g.isEnough(k.candidate) && p*float64(len(g.places)) <= FDR {
				found = append(found, at)
			}
		}
	}
	return found
}

func isApart(from []Spot, east, north float64) bool {
	return !slices.ContainsFunc(from, func(s Spot) bool { return math.Hypot(s.EastKm-east, s.NorthKm-north) < 2*RadiusM/1000. })
}

// project reads rows and returns for each batch where they lie.
func project(tb testing.TB, r *source.Reader, batch int) (all [][]float64) {
	n := 0
	for rec, err := range r.Rows() {
		if err != nil {
			tb.Fatal(err)
		}
		if n%batch == 0 {
			all = append(all, nil)
		}
		n++
		x := &all[len(all)-1]
		*x, _ = feature.Default().Vector(*x, feature.Geo, feature.NewInput(rec))
	}
	return all[:n/batch] // the full ones
}

// BenchmarkCities counts what of the planted is found, and what is none, in batches of
// 200 cities: a spot has found one when its center is on its ground, or within 50 m.
func BenchmarkCities(b *testing.B) {
	for _, part := range []struct {
		name        string
		seed, batch int
	}{{"seeds-1-200", 1, 5000}, {"seeds-201-400", 201, 5000}, {"seeds-1-200-850-rows", 1, 850}} {
		var cities [][][]float64
		var truths [][]source.HotSpot
		for seed := range 200 {
			var csv bytes.Buffer
			if _, err := generate.Write(b.Context(), &csv, generate.Config{Rows: 15000, Seed: uint64(part.seed + seed)}); err != nil {
				b.Fatal(err)
			}
			r, err := source.NewReader(&csv, "city")
			if err != nil {
				b.Fatal(err)
			}
			cities, truths = append(cities, project(b, r, part.batch)), append(truths, generate.Planted(uint64(part.seed+seed), 15000))
		}
		for _, method := range methods {
			b.Run(part.name+"/"+method.name, func(b *testing.B) {
				var planted, found, named, none int
				for b.Loop() {
					planted, found, named, none = 0, 0, 0, 0
					for i, batches := range cities {
						for j, x := range batches {
							first := j * part.batch
							if first/5000 != (first+part.batch-1)/5000 {
								continue // what is planted changes within
							}
							spots := method.find(x)
							hit := make([]bool, len(spots))
							for _, h := range truths[i] {
								if h.FirstRow > int64(first+1) || h.LastRow < int64(first+part.batch) {
									continue
								}
								east, north := feature.Default().Project(crime.Place{Lon: h.Center.Lon, Lat: h.Center.Lat})
								planted++
								seen := false
								for j, s := range spots {
									if math.Hypot(s.EastKm-east, s.NorthKm-north)*1000 <= float64(h.RadiusM+50) {
										seen, hit[j] = true, true
									}
								}
								if seen {
									found++
								}
							}
							named += len(spots)
							for _, h := range hit {
								if !h {
									none++
								}
							}
						}
					}
				}
				b.ReportMetric(float64(planted), "planted")
				b.ReportMetric(100*float64(found)/float64(planted), "%found")
				b.ReportMetric(float64(named), "named")
				b.ReportMetric(100*float64(none)/float64(named), "%none")
			})
		}
	}
}

// BenchmarkDenver counts how many rows of the next batch lie in the circles, over their
// share of the ground, of all batches together (PAI; Chainey, Tompson and Uhlig, Security Journal 21, 2008). The
// ground is the cells of 250 m that hold rows of either batch; a cell is a circle's when
// its middle is. Beside it the densest cells, as many as the circles have.
func BenchmarkDenver(b *testing.B) {
	prepared := filepath.Join(b.TempDir(), "crime.csv")
	if _, err := prepare.Run(b.Context(), prepare.Config{Input: testkit.City(b), Output: prepared}); err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(prepared)
	if err != nil {
		b.Fatal(err)
	}
	r, err := source.NewReader(bytes.NewReader(data), "Denver")
	if err != nil {
		b.Fatal(err)
	}
	x := project(b, r, 5000)
	for _, method := range methods {
		b.Run(method.name, func(b *testing.B) {
			var spots int
			var share, ground, densest float64
			for b.Loop() {
				spots, share, ground, densest = 0, 0, 0, 0
				for i, next := range x[1:] {
					found := method.find(x[i])
					s, g, d := compareNext(found, x[i], next)
					spots, share, ground, densest = spots+len(found), share+s, ground+g, densest+d
				}
			}
			n := float64(len(x) - 1)
			b.ReportMetric(float64(spots)/n, "spots/batch")
			b.ReportMetric(100*share/n, "%next")
			b.ReportMetric(100*ground/n, "%ground")
			b.ReportMetric(share/ground, "PAI")
			b.ReportMetric(densest/ground, "PAI-densest-cells")
		})
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			NewGround(slices.Concat(x...), 2, nil).Find()
		}
	})
}

func compareNext(found []Spot, x, next []float64) (share, part, densest float64) {
	type at struct{ x, y float64 }
	const cellKm = .25
	cell := func(east, north float64) at {
		return at{math.Floor(east / cellKm), math.Floor(north / cellKm)}
	}
	rows, ground := map[at]int{}, map[at]bool{}
	for i := 0; i < len(x); i += 2 {
		rows[cell(x[i], x[i+1])]++
		ground[cell(x[i], x[i+1])] = true
	}
	for i := 0; i < len(next); i += 2 {
		ground[cell(next[i], next[i+1])] = true
	}
	var all []at
	inside := 0
	for c := range ground {
		all = append(all, c)
		if !isWithin(found, (c.x+.5)*cellKm, (c.y+.5)*cellKm) {
			continue
		}
		inside++
	}
	slices.SortFunc(all, func(a, b at) int {
		return cmp.Or(cmp.Compare(rows[b], rows[a]), cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	top := map[at]bool{}
	for _, c := range all[:inside] {
		top[c] = true
	}
	var hits, plain float64
	for i := 0; i < len(next); i += 2 {
		if isWithin(found, next[i], next[i+1]) {
			hits++
		}
		if top[cell(next[i], next[i+1])] {
			plain++
		}
	}
	n := float64(len(next) / 2)
	return hits / n, float64(inside) / float64(len(ground)), plain / n
}

func isWithin(found []Spot, east, north float64) bool {
	return slices.ContainsFunc(found, func(s Spot) bool { return math.Hypot(s.EastKm-east, s.NorthKm-north) <= RadiusM/1000. })
}
