package simd_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/kmeans/simd"
)

// Each operation by assembly and in Go, on every length of a block, with
// columns that the assembly unrolls and others, and with many ties: the same
// bits. Without assembly there is nothing to compare.
func TestBothTwinsGiveTheSameBits(t *testing.T) {
	if !simd.Available() {
		t.Skip("no assembly here")
	}
	for _, d := range []int{1, 2, 3, 4, 17} {
		for _, ties := range []bool{false, true} {
			t.Run(fmt.Sprintf("d=%d/ties=%v", d, ties), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(uint64(d), 1))
				number := func() float64 {
					if ties {
						return float64(rng.IntN(4))
					}
					return float64(rng.Int64N(1<<30)-1<<29) / (1 << 20)
				}
				for m := 1; m <= simd.Block; m++ {
					compareTwins(t, randomPoints(m, d, number), rng, number)
				}
			})
		}
	}
}

func randomPoints(m, d int, number func() float64) simd.Points {
	x, weight := make([]float64, m*d), simd.Make[float64](m)
	for i := range x {
		x[i] = number()
	}
	for i := range weight {
		weight[i] = float64(1 + i%5)
	}
	return simd.Points{D: d, X: x, Weight: weight}
}

// compareTwins runs all operations on the points from 0 on, and Nearest with
// every number of candidates.
func compareTwins(t *testing.T, points simd.Points, rng *rand.Rand, number func() float64) {
	t.Helper()
	const k = 7
	m := len(points.Weight)
	centroids := make([]float64, k*points.D)
	for i := range centroids {
		centroids[i] = number()
	}
	sq, owner, labels := simd.Make[float64](m), simd.Make[int32](m), simd.Make[int32](m)
	for i := range sq {
		sq[i], labels[i] = number()*number(), rng.Int32N(k)
	}
	type results struct {
		Potential, Chosen float64
		Sq                []float64
		Owner             []int32
		Changed           []uint64
		Found             []int32
		ToI               []float64
		ToJ               [][simd.Lanes / 2]float64
	}
	run := func(p simd.Points, portable bool) (r results) {
		at := centroids[:p.D]
		r.Potential = p.Potential(0, m, at, sq)
		r.Sq, r.Owner = append(simd.Make[float64](m)[:0], sq...), append(simd.Make[int32](m)[:0], owner...)
		r.Chosen = p.Choose(0, m, at, r.Sq, r.Owner, 3)
		for n := 1; n <= k; n++ {
			var candidates []int32
			for label := range int32(n) {
				candidates = append(candidates, label)
			}
			var found [simd.Block]int32
			changed := p.Nearest(0, m, centroids, candidates, labels, make([]float64, k), &found)
			r.Changed = append(r.Changed, changed)
			for i := range m {
				if changed>>i&1 == 1 {
					r.Found = append(r.Found, found[i])
				}
			}
		}
		r.ToI, r.ToJ = make([]float64, simd.Lanes), make([][simd.Lanes / 2]float64, m)
		columns := simd.Columns{D: p.D, M: simd.Pad(m), X: make([]float64, p.D*simd.Pad(m)), Weight: p.Weight[:simd.Pad(m)], Portable: portable}
		for i, v := range p.X {
			columns.X[i%p.D*columns.M+i/p.D] = v
		}
		columns.Distances(0, 0, m, r.ToI, r.ToJ)
		return r
	}
	want := run(points, true)
	points.Vectorize()
	if diff := cmp.Diff(want, run(points, false)); diff != "" {
		t.Fatalf("%d points (-Go +assembly):\n%s", m, diff)
	}
}

// A product and a sum are two roundings, so they are two instructions.
func TestTheAssemblyIsNotFused(t *testing.T) {
	s, err := os.ReadFile("kernels_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(s), "VMULPD") {
		t.Fatal("the assembly holds no floating-point product at all")
	}
	if m := regexp.MustCompile(`\bVFN?M\w+`).Find(s); m != nil {
		t.Errorf("%s: a product and a sum are two instructions", m)
	}
}
