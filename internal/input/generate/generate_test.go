package generate_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/input/generate"
	"hotspot/internal/input/prepare"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/testkit/memtest"

	"github.com/google/go-cmp/cmp"
)

// made is what a Config writes.
func made(t testing.TB, c generate.Config) ([]byte, generate.Summary) {
	t.Helper()
	var b bytes.Buffer
	s, err := generate.Write(context.Background(), &b, c)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), s
}

// records reads a prepared file in which no row may be rejected.
func records(t testing.TB, data []byte) []crime.Record {
	t.Helper()
	var recs []crime.Record
	for rec, err := range source.Rows(data, "generated.csv") {
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, *rec)
	}
	return recs
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:8])
}

// TestGenerateIsTheSameEverywhere: these digits are those of linux/amd64; they
// change only when the city is meant to change, which re-numbers every demo.
func TestGenerateIsTheSameEverywhere(t *testing.T) {
	tests := []struct {
		name string
		c    generate.Config
		want string
	}{
		{"default", generate.Config{}, "2578bd416e43a0aa"},
		{"raw", generate.Config{Raw: true}, "fe50e2e61d156d66"},
		{"seed 2", generate.Config{Seed: 2, Rows: 6000}, "8660d8dd854693ed"},
	}
	for _, tt := range tests {
		data, _ := made(t, tt.c)
		if got := sum(data); got != tt.want {
			t.Errorf("%s: SHA-256 begins %s, want %s", tt.name, got, tt.want)
		}
	}
	implied, _ := made(t, generate.Config{})
	spelled, _ := made(t, generate.Config{Rows: 15_000, Seed: 1})
	if !bytes.Equal(implied, spelled) {
		t.Error("the default is not 15,000 rows of seed 1")
	}
}

// TestGenerateHasTheShapeOfTheRealFile, whose numbers are in comments.
func TestGenerateHasTheShapeOfTheRealFile(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		data, s := made(t, generate.Config{Seed: seed})
		recs := records(t, data)
		if len(recs) != 15_000 || s.Rows != 15_000 {
			t.Fatalf("seed %d: %d rows, the summary says %d", seed, len(recs), s.Rows)
		}
		within := func(what string, got, lo, hi float64) {
			t.Helper()
			if got < lo || got > hi {
				t.Errorf("seed %d: %s is %v, want %v to %v", seed, what, got, lo, hi)
			}
		}
		places, incidents, offenses := map[crime.Place]bool{}, map[int64]int{}, map[int64]bool{}
		var hours, reported [24]int
		categories := map[string]int{}
		lost, far := [3]int{}, [3]int{}
		for i, r := range recs {
			incidents[r.Incident]++
			offenses[r.Offense] = true
			places[r.Place] = true
			categories[r.Text[crime.ColOffenseCategory]]++
			hours[r.Span().Start/60%24]++
			reported[int(r.Text[crime.ColReported][11]-'0')*10+int(r.Text[crime.ColReported][12]-'0')]++
			if r.Text[crime.ColFirstOccurrence] > r.Text[crime.ColReported] {
				t.Fatalf("row %d is reported before it happened: %q", i+1, r.Text)
			}
			if i > 0 {
				a, b := recs[i-1], r
				if at, bt := a.Text[crime.ColReported], b.Text[crime.ColReported]; at > bt || at == bt && a.Offense >= b.Offense {
					t.Fatalf("row %d is out of order", i+1)
				}
			}
			switch {
			case !r.Located:
				lost[i/5000]++
			case !crime.Denver.Bounds.Contains(r.Place):
				far[i/5000]++
			}
		}
		several, most := 0, 0
		for _, n := range incidents {
			most = max(most, n)
			if n > 1 {
				several++
			}
		}
		within("rows a place", 15_000/float64(len(places)), 3.6, 4.4)                                   // 4.0
		within("incidents of several offenses", float64(several)/float64(len(incidents)), 0.052, 0.066) // 0.058
		within("offenses of an incident, at most", float64(most), 8, 8)                                 // 8
		within("offense ids", float64(len(offenses)), 15_000, 15_000)
		within("larceny and both vehicle thefts", float64(categories["larceny"]+categories["auto-theft"]+categories["theft-from-motor-vehicle"])/15_000, 0.42, 0.58) // 0.47
		within("categories", float64(len(categories)), 12, 13)                                                                                                       // 13
		within("midnight", float64(hours[0])/15_000, 0.05, 0.09)                                                                                                     // 0.056
		within("noon", float64(hours[12])/15_000, 0.05, 0.09)                                                                                                        // 0.055
		within("noon against its neighbors", 2*float64(hours[12])/float64(hours[11]+hours[13]), 1.3, 2.2)
		within("evening against morning", float64(hours[17]+hours[18])/float64(hours[5]+hours[6]), 2, 4) // 2.7
		within("reported at 10 against 5", float64(reported[10])/float64(reported[5]), 2.5, 6)           // 3.8
		within("days", float64(days(t, s.First, s.Last)), 110, 135)                                      // 121
		for b := range 3 {
			within("rows without a place in a batch", float64(lost[b]), 3, 4) // 0.066 %
			within("rows far out in a batch", float64(far[b]), 2, 3)          // 0.050 %
		}
		if n := lost[0] + lost[1] + lost[2]; int64(n) != s.NoLocation {
			t.Errorf("seed %d: the summary tells of %d rows without a place, there are %d", seed, s.NoLocation, n)
		}
		if f, l := recs[0].Text[crime.ColReported], recs[14_999].Text[crime.ColReported]; s.First != f || s.Last != l {
			t.Errorf("seed %d: from %s to %s, the summary says %s to %s", seed, f, l, s.First, s.Last)
		}
	}
}

// days between two dates, months counted as 30.4 days: enough here.
func days(t *testing.T, first, last string) int {
	t.Helper()
	n := func(s string) int { return int(float64(digits(s[5:7]))*30.4) + digits(s[8:10]) + 365*digits(s[:4]) }
	return n(last) - n(first)
}

func digits(s string) (n int) {
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

// TestGenerateHoldsTheIncidentsOfTheDocumentation: one in each of the first
// three batches, at a place that can be trained on.
func TestGenerateHoldsTheIncidentsOfTheDocumentation(t *testing.T) {
	for _, seed := range []uint64{1, 2, 7} {
		data, _ := made(t, generate.Config{Seed: seed})
		got := map[int64]int{}
		for i, r := range records(t, data) {
			switch r.Incident {
			case 2018174723, 20166003240, 20176001385:
				got[r.Incident] = i/5000 + 1
				if !r.Located || !crime.Denver.Bounds.Contains(r.Place) {
					t.Errorf("seed %d: %d has no usable place", seed, r.Incident)
				}
			}
		}
		if diff := cmp.Diff(map[int64]int{2018174723: 1, 20166003240: 2, 20176001385: 3}, got); diff != "" {
			t.Errorf("seed %d: batches of the incidents\n%s", seed, diff)
		}
	}
}

// TestGenerateGrowsAtItsEnd: a longer file begins with the shorter one, so
// that its topic goes on.
func TestGenerateGrowsAtItsEnd(t *testing.T) {
	long, _ := made(t, generate.Config{Rows: 12_000})
	for _, n := range []int{1, 2, 4999, 5000, 5001, 11_999} {
		short, s := made(t, generate.Config{Rows: n})
		if !bytes.HasPrefix(long, short) || bytes.Count(short, []byte("\n")) != n+1 || s.Rows != int64(n) {
			t.Errorf("%d rows are not the beginning of more", n)
		}
	}
}

// TestPreparedRawIsTheCity: the raw form, prepared, is the prepared form byte
// for byte, sidecar included, though it has the dirt of the city's file. What was
// planted is not in it: rows of the raw form have no numbers.
func TestPreparedRawIsTheCity(t *testing.T) {
	dir := t.TempDir()
	raw, straight, prepared := filepath.Join(dir, "raw.csv"), filepath.Join(dir, "straight.csv"), filepath.Join(dir, "prepared.csv")
	for _, c := range []generate.Config{{Output: raw, Raw: true}, {Output: straight}} {
		if _, err := generate.Run(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	s, err := prepare.Run(t.Context(), prepare.Config{Input: raw, Output: prepared})
	if err != nil || s.Kept != 15_000 || s.Rejected != nil || s.Title != generate.Title {
		t.Errorf("%+v, %v", s, err)
	}
	want, errWant := os.ReadFile(straight)
	got, errGot := os.ReadFile(prepared)
	if errWant != nil || errGot != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs from %s (%v, %v)", prepared, straight, errGot, errWant)
	}
	m, err := source.ReadMeta(straight)
	if diff := cmp.Diff(generate.Planted(1, 15_000), m.Planted); diff != "" {
		t.Errorf("the sidecar has other hot spots than were planted:\n%s", diff)
	}
	m.Planted = nil
	if sidecar, err := os.ReadFile(source.MetaPath(prepared)); err != nil || !bytes.Equal(sidecar, m.Encode()) {
		t.Errorf("the sidecar of %s is %s, %v", prepared, sidecar, err)
	}
	if err != nil || m.Title != "Invented city" || !m.Invented || m.Rows != 15_000 {
		t.Errorf("sidecar %+v, %v", m, err)
	}

	data, err := os.ReadFile(raw)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(data, []byte("\ufeffOBJECTID,INCIDENT_ID,OFFENSE_ID,")) {
		t.Errorf("the raw file begins %q", data[:100])
	}
	for what, pattern := range map[string]string{
		"bare quotes":               `(?m)^[^"\n]*,[^",\n]+""[^\n]*$`,
		"commas in quotes":          `,"[^"\n]*,`,
		"lost characters":           `\?`,
		"the city's dates":          `,1/2/2019 12:37:00 AM,`,
		"21 columns":                `(?m)^([^,\n]*,){20}[^,\n]*$`,
		"a place far out":           `,-105\.21148213,39\.66120475,`,
		"an exponent":               `E-0[67],`,
		"a row of the last kind":    `(?m)^15000,[0-9]+,[0-9]+,7399,`,
		"a place in eight decimals": `,-10[45]\.[0-9]{8},39\.[0-9]{8},`,
	} {
		if n := len(regexp.MustCompile(pattern).FindAll(data, -1)); n == 0 {
			t.Errorf("the raw file has no %s", what)
		}
	}
}

// TestGenerateStreams: memory does not grow with the rows.
func TestGenerateStreams(t *testing.T) {
	var s generate.Summary
	var err error
	used := memtest.Allocated(func() {
		s, err = generate.Write(t.Context(), io.Discard, generate.Config{Rows: 300_000})
	})
	if err != nil || s.Rows != 300_000 {
		t.Fatal(s, err)
	}
	if used > 4<<20 {
		t.Errorf("%d bytes were allocated", used)
	}
}

func TestGenerateRefuses(t *testing.T) {
	for name, c := range map[string]generate.Config{
		"no output":     {},
		"negative":      {Output: "x", Rows: -1},
		"too many":      {Output: "x", Rows: generate.MaxRows + 1},
		"too many, raw": {Output: "x", Raw: true, Rows: generate.MaxRawRows + 1},
	} {
		t.Chdir(t.TempDir())
		_, err := generate.Run(t.Context(), c)
		if !usage.Is(err) {
			t.Errorf("%s: %v", name, err)
		}
		if entries, _ := os.ReadDir("."); len(entries) != 0 {
			t.Errorf("%s: left %v", name, entries)
		}
	}
}

// A real city's rows are not made again from a seed.
func TestGenerateReplacesNothingButAnInventedCity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crime.csv")
	c := generate.Config{Output: path, Rows: 10}
	for range 2 {
		if _, err := generate.Run(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	m, err := source.ReadMeta(path)
	if err != nil {
		t.Fatal(err)
	}
	m.Invented = false
	was, _ := os.ReadFile(path)
	for name, change := range map[string]func() error{
		"real":            func() error { return os.WriteFile(source.MetaPath(path), m.Encode(), 0o644) },
		"damaged sidecar": func() error { return os.WriteFile(source.MetaPath(path), []byte("{"), 0o644) },
		"no sidecar":      func() error { return os.Remove(source.MetaPath(path)) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if _, err := generate.Run(t.Context(), c); !usage.Is(err) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if is, _ := os.ReadFile(path); !bytes.Equal(is, was) {
			t.Fatalf("%s: the file was replaced", name)
		}
		if err := os.WriteFile(source.MetaPath(path), nil, 0o644); err != nil { // to be removed
			t.Fatal(err)
		}
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := generate.Run(t.Context(), c); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

// TestGenerateEndsWithItsContext leaves nothing behind.
func TestGenerateEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var told []int64
	_, err := generate.Run(ctx, generate.Config{Output: filepath.Join(dir, "x.csv"), Progress: func(done, total int64) {
		if told = append(told, done); len(told) == 3 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]int64{0, 4096, 8192}, told); diff != "" {
		t.Error(diff)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
	if _, err := generate.Write(t.Context(), full{}, generate.Config{}); err == nil {
		t.Error("a full disk is no error")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func BenchmarkWrite(b *testing.B) {
	const n = 100_000
	b.ReportAllocs()
	for b.Loop() {
		if _, err := generate.Write(b.Context(), io.Discard, generate.Config{Rows: n}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
}
