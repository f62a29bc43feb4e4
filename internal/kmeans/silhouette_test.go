package kmeans_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"hotspot/internal/kmeans"
	"hotspot/internal/testkit/kmeanstest"
)

// labelled are the points of x, whose rows have these labels, equal rows the same.
func labelled(tb testing.TB, x []float64, d int, labels []int32) (*kmeans.Points, []int32) {
	tb.Helper()
	p, err := kmeans.Merge(x, d, nil)
	if err != nil {
		tb.Fatal(err)
	}
	ofPoints := make([]int32, len(p.Weight))
	for i, at := range p.Of {
		ofPoints[at] = labels[i]
	}
	return p, ofPoints
}

func silhouetteOf(tb testing.TB, x []float64, d int, labels []int32, k int) (float64, string) {
	tb.Helper()
	p, labels := labelled(tb, x, d, labels)
	return p.Silhouette(labels, k)
}

// Expected numbers of scikit-learn 1.9.1, kmeanstest/testdata/iris.py. The grid
// moves a distance of 0.1 and more by less than 1e-6.
func TestSilhouetteOfIris(t *testing.T) {
	x, d := kmeanstest.Iris()
	for _, tt := range []struct {
		k    int
		want float64
	}{{2, 0.6810461692117462}, {3, 0.5528190123564095}, {5, 0.48874888709310566}} {
		r, err := kmeans.Fit(x, d, kmeans.Config{K: tt.k, Restarts: 100, Tolerance: 1e-9})
		if err != nil {
			t.Fatal(err)
		}
		if got, kind := silhouetteOf(t, x, d, r.Labels, tt.k); math.Abs(got-tt.want) > 1e-5 || kind != kmeans.Exact {
			t.Errorf("k=%d: silhouette %v %s, want %v", tt.k, got, kind, tt.want)
		}
	}
}

func TestSilhouetteEdges(t *testing.T) {
	tests := []struct {
		name   string
		x      []float64
		labels []int32
		k      int
		want   float64
		kind   string
	}{
		{"k = 1", []float64{1, 2, 3}, []int32{0, 0, 0}, 1, 0, ""},
		{"one label of several", []float64{1, 2, 3}, []int32{1, 1, 1}, 3, 0, ""},
		{"one row", []float64{1}, []int32{0}, 1, 0, ""},
		{"no rows", nil, nil, 2, 0, ""},
		{"each row alone", []float64{1, 2, 3}, []int32{0, 1, 2}, 3, 0, ""},
		{"a label without rows", []float64{0, 0, 4, 4}, []int32{0, 0, 2, 2}, 3, 1, kmeans.Exact},
		{"one alone", []float64{0, 0, 4}, []int32{0, 0, 1}, 2, 2. / 3, kmeans.Exact},
		{"by hand", []float64{0, 1, 4}, []int32{0, 0, 1}, 2, (3./4 + 2./3) / 3, kmeans.Exact},
		{"wrong labels", []float64{0, 4, .5, 4.5}, []int32{0, 0, 1, 1}, 2, -.4375, kmeans.Exact},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, kind := silhouetteOf(t, tt.x, 1, tt.labels, tt.k)
			if math.Abs(got-tt.want) > 1e-15 || kind != tt.kind {
				t.Errorf("Silhouette(%v, %v) = %v %q, want %v %q", tt.x, tt.labels, got, kind, tt.want, tt.kind)
			}
		})
	}
}

func TestSilhouetteIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.IntRange(1, 3).Draw(t, "d")
		n := rapid.IntRange(2, 150).Draw(t, "n")
		k := rapid.IntRange(2, 5).Draw(t, "k")
		number := rapid.Map(rapid.IntRange(-5, 5), func(i int) float64 { return float64(i) / 4 })
		x := rapid.SliceOfN(number, n*d, n*d).Draw(t, "x")
		p, err := kmeans.Merge(x, d, nil)
		if err != nil {
			t.Fatal(err)
		}
		labels := rapid.SliceOfN(rapid.Int32Range(0, int32(k-1)), len(p.Weight), len(p.Weight)).Draw(t, "labels")
		got, kind := p.Silhouette(labels, k)
		if kind == "" {
			t.Skip("one label, or one for each row")
		}
		ofRows := make([]int32, n)
		for i, at := range p.Of {
			ofRows[i] = labels[at]
		}
		// n roundings of 2^-53 in each mean, and in the mean of them.
		if want := silhouette(x, d, ofRows, k); math.Abs(got-want) > 1e-13 {
			t.Fatalf("Silhouette = %v, want %v", got, want)
		}
	})
}

// silhouette is Rousseeuw's definition, row by row.
func silhouette(x []float64, d int, labels []int32, k int) float64 {
	n := len(labels)
	var total float64
	for i := range n {
		sum, size := make([]float64, k), make([]float64, k)
		for j := range n {
			var sq float64
			for c := range d {
				sq += math.Pow(x[i*d+c]-x[j*d+c], 2)
			}
			sum[labels[j]] += math.Sqrt(sq)
			size[labels[j]]++
		}
		own := labels[i]
		if size[own] == 1 {
			continue
		}
		a, b := sum[own]/(size[own]-1), math.Inf(1)
		for c := range k {
			if int32(c) != own && size[c] > 0 {
				b = min(b, sum[c]/size[c])
			}
		}
		if max(a, b) > 0 {
			total += (b - a) / max(a, b)
		}
	}
	return total / float64(n)
}

func TestSilhouetteIsTheSameBitsByAnyEngineAndOrder(t *testing.T) {
	for _, tt := range []struct{ n, d, k int }{{3000, 2, 5}, {600, 2, 120}, {700, 1, 3}, {900, 3, 4}, {500, 17, 6}, {9, 2, 4}} {
		t.Run(fmt.Sprintf("n=%d/d=%d/k=%d", tt.n, tt.d, tt.k), func(t *testing.T) {
			x := city(tt.n, tt.d)
			r, err := kmeans.Fit(x, tt.d, kmeans.Config{K: tt.k, Seed: 1, Restarts: 1})
			if err != nil {
				t.Fatal(err)
			}
			p, ofPoints := labelled(t, x, tt.d, r.Labels)
			want, _ := p.Silhouette(ofPoints, tt.k)
			for workers := 1; workers <= 8; workers++ {
				for _, vector := range []bool{true, false} {
					if got := p.SilhouetteBy(ofPoints, tt.k, workers, vector); math.Float64bits(got) != math.Float64bits(want) {
						t.Errorf("silhouette %v on %d goroutines, assembly %v; %v by default", got, workers, vector, want)
					}
				}
			}
			backwards, labels := make([]float64, 0, len(x)), make([]int32, 0, len(r.Labels))
			for i := len(r.Labels) - 1; i >= 0; i-- {
				backwards, labels = append(backwards, x[tt.d*i:tt.d*(i+1)]...), append(labels, r.Labels[i])
			}
			if got, _ := silhouetteOf(t, backwards, tt.d, labels, tt.k); math.Float64bits(got) != math.Float64bits(want) {
				t.Errorf("silhouette %v with the rows backwards, %v forwards", got, want)
			}
			// Leaving out labels that cannot be the nearest changes nothing.
			if plain := silhouette(x, tt.d, r.Labels, tt.k); math.Abs(plain-want) > 1e-12 {
				t.Errorf("silhouette %v, by definition %v", want, plain)
			}
		})
	}
}

func TestSilhouetteIsSimplifiedAbove20000Rows(t *testing.T) {
	// Two points 10 apart, and rows 1 to both sides of the second: own centroid
	// at 1 (0 for the first point), the other one at 10.
	x, labels := make([]float64, 0, 20_001), make([]int32, 0, 20_001)
	for i := range 20_001 {
		switch i % 3 {
		case 0:
			x, labels = append(x, 0), append(labels, 0)
		case 1:
			x, labels = append(x, 9), append(labels, 1)
		case 2:
			x, labels = append(x, 11), append(labels, 1)
		}
	}
	got, kind := silhouetteOf(t, x, 1, labels, 2)
	want := (1 + 8./9 + 10./11) / 3
	if math.Abs(got-want) > 1e-12 || kind != kmeans.Simplified {
		t.Errorf("silhouette %v %s, want %v", got, kind, want)
	}
	if _, kind := silhouetteOf(t, x[:20_000], 1, labels[:20_000], 2); kind != kmeans.Exact {
		t.Errorf("20,000 rows are %s", kind)
	}
}

func TestLabelsThatDoNotFitPanic(t *testing.T) {
	p, err := kmeans.Merge([]float64{1, 2}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, labels := range map[string][]int32{"one lacks": {0}, "a label above": {0, 2}, "a label below": {0, -1}} {
		for of, call := range map[string]func(){
			"Silhouette": func() { p.Silhouette(labels, 2) },
			"Judge":      func() { p.Judge(labels, 2) },
		} {
			t.Run(of+"/"+name, func(t *testing.T) {
				defer func() {
					if recover() == nil {
						t.Error("no panic")
					}
				}()
				call()
			})
		}
	}
}

func BenchmarkSilhouette(b *testing.B) {
	for _, bb := range []struct{ n, d, k int }{{5000, 2, 5}, {5000, 4, 5}, {20_000, 2, 5}, {100_000, 2, 5}} {
		b.Run(fmt.Sprintf("n=%d/d=%d/k=%d", bb.n, bb.d, bb.k), func(b *testing.B) {
			x := city(bb.n, bb.d)
			r, err := kmeans.Fit(x, bb.d, kmeans.Config{K: bb.k, Seed: 1, Restarts: 1})
			if err != nil {
				b.Fatal(err)
			}
			p, labels := labelled(b, x, bb.d, r.Labels)
			for b.Loop() {
				p.Silhouette(labels, bb.k)
			}
		})
	}
}
