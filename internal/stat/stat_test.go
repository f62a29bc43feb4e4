package stat_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"hotspot/internal/stat"
)

// near reports whether two numbers agree to so many parts.
func near(got, want, parts float64) bool {
	return got == want || math.Abs(got-want) <= parts*math.Abs(want)
}

// TestLnAndExp compares with mpmath, 60 digits.
func TestLnAndExp(t *testing.T) {
	for x, want := range map[float64]float64{
		.5: -0.69314718055994531, 1e-300: -690.77552789821371, .7071: -0.346583180371942, 1: 0,
		10: 2.3025850929940457, 1e300: 690.77552789821371, 1.0000001: 9.9999995058387045e-8,
	} {
		if got := stat.Ln(x); !near(got, want, 4e-16) {
			t.Errorf("Ln(%g) = %.17g, want %.17g", x, got, want)
		}
	}
	for x, want := range map[float64]float64{
		-745: 5e-324, -1e-9: 0.999999999, 0: 1, .34657: 1.4142084849595797, 1: 2.7182818284590452,
		-20.5: 1.2501528663867426e-9, 709: 8.2184074615549722e+307, -747: 0, 711: math.Inf(1), math.Inf(-1): 0,
	} {
		if got := stat.Exp(x); !near(got, want, 4e-16) {
			t.Errorf("Exp(%g) = %.17g, want %.17g", x, got, want)
		}
	}
	for x := 1e-5; x < 1e5; x *= 1.37 {
		if got := stat.Exp(stat.Ln(x)); !near(got, x, 4e-15) {
			t.Errorf("Exp(Ln(%g)) = %g", x, got)
		}
	}
}

// TestTheLastBitIsFixed: of what a file is written from. A processor with another
// rounding fails here (scripts/test-arm64.sh runs this there).
func TestTheLastBitIsFixed(t *testing.T) {
	sum := 0.0
	for i := 1; i < 2000; i++ {
		x := float64(i) / 7
		d := stat.NegBinomial{Mean: x, Size: 1 + x/3}
		sum += stat.Ln(x) + stat.Exp(-x) + d.AtLeast(i/5) + d.AtMost(i/9) + stat.Poisson(x).AtLeast(i/6) + stat.NormalTails(x/50)
	}
	if got, want := fmt.Sprintf("%x", sum), "0x1.3bea073fbd5b7p+13"; got != want {
		t.Errorf("sum %s, want %s", got, want)
	}
}

// TestChancesOfCounts compares with mpmath, 60 digits.
func TestChancesOfCounts(t *testing.T) {
	inf := math.Inf(1)
	for _, tt := range []struct {
		mean, size  float64
		k           int
		at, atLeast float64
	}{
		{3, inf, 0, 0.049787068367863943, 1},
		{3, inf, 10, 0.00081015117946814318, 0.0011024881301154797},
		{.001, inf, 3, 1.6650008330556251e-10, 1.6654171665278076e-10},
		{60, inf, 20, 1.3159260267341897e-9, 0.99999999936480817},
		{60, inf, 101, 3.6415170361053748e-7, 8.6853893156830869e-7},
		{400, inf, 1000, 5.4645492509431891e-140, 9.0975127484351385e-140},
		{1e6, inf, 1005000, 1.5141581028614221e-9, 2.9340340480316411e-7},
		{16, 8, 25, 0.020316271953081262, 0.1153266119544209},
		{16, 8, 3, 0.0054192280986976917, 0.99659604735050551},
		{16.5, .5, 60, 0.0020787706689263938, 0.05892104530582209},
		{2000, 50, 3000, 9.1288722442987709e-6, 0.0010161815621396454},
		{30, 1e9, 55, 1.2857423977533064e-5, 2.7124287541303841e-5},
		{100, .01, 7, 0.0013341526882530834, 0.06544473784651376},
		{0, inf, 0, 1, 1},
		{0, 2, 1, 0, 0},
		{5, 2, -1, 0, 1},
		{5000, inf, 20000, 0, 0},
	} {
		d := stat.NegBinomial{Mean: tt.mean, Size: tt.size}
		if got := d.At(tt.k); !near(got, tt.at, 2e-12) {
			t.Errorf("%+v.At(%d) = %.17g, want %.17g", d, tt.k, got, tt.at)
		}
		if got := d.AtLeast(tt.k); !near(got, tt.atLeast, 1e-11) {
			t.Errorf("%+v.AtLeast(%d) = %.17g, want %.17g", d, tt.k, got, tt.atLeast)
		}
		if got := d.AtMost(tt.k-1) + d.AtLeast(tt.k); !near(got, 1, 1e-11) {
			t.Errorf("%+v: below %d and above are %.17g", d, tt.k, got)
		}
	}
}

// TestChancesAreExactFractions: with a whole size and mean they are rational, and
// computed here with whole numbers.
func TestChancesAreExactFractions(t *testing.T) {
	for _, d := range []stat.NegBinomial{{Mean: 1, Size: 1}, {Mean: 12, Size: 3}, {Mean: 3, Size: 40}} {
		m, r := int64(d.Mean), int64(d.Size)
		sum := new(big.Rat)
		for k := range int64(60) {
			at := new(big.Rat).SetInt(new(big.Int).Binomial(k+r-1, k))
			for range r {
				at.Mul(at, big.NewRat(r, r+m))
			}
			for range k {
				at.Mul(at, big.NewRat(m, r+m))
			}
			sum.Add(sum, at)
			want, _ := at.Float64()
			below, _ := sum.Float64()
			if got := d.At(int(k)); !near(got, want, 2e-14) {
				t.Errorf("%+v.At(%d) = %.17g, want %.17g", d, k, got, want)
			}
			if got := d.AtMost(int(k)); !near(got, below, 2e-14) {
				t.Errorf("%+v.AtMost(%d) = %.17g, want %.17g", d, k, got, below)
			}
		}
	}
}

// TestNormalTails compares with mpmath, 50 digits.
func TestNormalTails(t *testing.T) {
	for z, want := range map[float64]float64{
		0: 1, .1: 0.92034432544594203, 1: 0.3173105078629141, 1.999999: 0.045500371878399414, 2: 0.045500263896358414,
		2.5: 0.01241933065155227, 5: 5.7330314375838782e-7, 10: 1.5239706048321052e-23, 37: 1.1451142445049154e-299, 40: 0, 1e9: 0,
	} {
		for _, z := range []float64{z, -z} {
			if got := stat.NormalTails(z); !near(got, want, 3e-14) {
				t.Errorf("NormalTails(%g) = %.17g, want %.17g", z, got, want)
			}
		}
	}
}

// TestBenjaminiHochberg compares with scipy 1.17, false_discovery_control.
func TestBenjaminiHochberg(t *testing.T) {
	got := stat.BenjaminiHochberg([]float64{.01, .04, .03, .005, .8, .03})
	for i, want := range []float64{.03, .048, .045, .03, .8, .045} {
		if !near(got[i], want, 1e-15) {
			t.Errorf("test %d: %v, want %v", i, got[i], want)
		}
	}
	if got := stat.BenjaminiHochberg(nil); len(got) != 0 {
		t.Errorf("no test: %v", got)
	}
}

func BenchmarkPoissonTail(b *testing.B) {
	for b.Loop() {
		stat.Poisson(60).AtLeast(101)
	}
}
