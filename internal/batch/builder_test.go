package batch_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hotspot/internal/batch"
	"hotspot/internal/testkit"
)

// five is the config of the small batches of these tests.
var five = batch.Config{
	Size: 5, Header: []byte("INCIDENT_ID,WHAT\n"), Source: batch.Source{Title: `Crime & <punishment> "Ünö"`, Invented: true, Area: "-104.95,39.74;-105.2,39.55,-104.5,39.95;;0"}, Topic: "denver-crime",
}

// testRows are n rows whose chain is a hash of the row before, as in the flow.
// Row 4 stands two lines further down than expected, incidents hold two rows
// each, and the partitions take turns of three rows.
func testRows(n int) []batch.Row {
	rows := make([]batch.Row, n)
	var chain [16]byte
	for i := range rows {
		number := int64(i + 1)
		line := number + 1
		if number >= 4 {
			line += 2
		}
		incident := 20191000001 + number/2
		text := fmt.Appendf(nil, "%d,\"row, %d\"\n", incident, number)
		sum := sha256.Sum256(append(chain[:], text...))
		chain = [16]byte(sum[:16])
		rows[i] = batch.Row{
			Number: number, Line: line, CSV: text, Incident: incident, Chain: chain,
			Reported:  fmt.Sprintf("2019-01-%02dT00:%02d:00", 28-i*7%28, i%60),
			Partition: i / 3 % 12, Offset: 100 + number,
		}
	}
	return rows
}

// fill cuts rows into batches; the next offsets are made up from the rows.
func fill(c batch.Config, rows []batch.Row) (cut []*batch.Batch, open *batch.Builder) {
	b := batch.NewBuilder(c, 1, 1, [16]byte{})
	next := map[int]int64{}
	for _, r := range rows {
		b.Add(r)
		next[r.Partition] = r.Offset + 1
		if b.Full() {
			cut = append(cut, b.Cut(next, r.Number%3, r.Number%2))
		}
	}
	return cut, b
}

func TestGoldenFiles(t *testing.T) {
	cut, open := fill(five, testRows(48))
	got := map[string][]byte{}
	for _, b := range []*batch.Batch{cut[0], cut[8], open.Provisional(nil, 0, 0)} {
		name := b.Manifest.CSV.Name
		got[name] = b.CSV
		got[name[:len(name)-3]+"json"] = b.Manifest.Encode()
	}
	for name, data := range got {
		testkit.Golden(t, "testdata/"+name, string(data))
	}
	for _, name := range []string{batch.CSVName(1), batch.ManifestName(9), batch.ProvisionalName(10), batch.ProvisionalCSVName(10)} {
		if got[name] == nil {
			t.Errorf("no %s among the files", name)
		}
	}
}

func TestNamesHaveSixDigitsOrMore(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{batch.CSVName(1), "batch-000001.csv"},
		{batch.ManifestName(999_999), "batch-999999.json"},
		{batch.ManifestName(1_000_000), "batch-1000000.json"},
		{batch.ProvisionalName(79), "batch-000079.partial.json"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
}

// drawRows draws rows with the breaks that a flow has: rejected lines between
// them, incidents of several rows, partitions whose offsets jump.
func drawRows(t *rapid.T) []batch.Row {
	n := rapid.IntRange(0, 60).Draw(t, "rows")
	partitions := rapid.IntRange(1, 12).Draw(t, "partitions")
	rows := make([]batch.Row, n)
	line := int64(1)
	for i := range rows {
		line += rapid.Int64Range(1, 2).Draw(t, "lines")
		rows[i] = batch.Row{
			Number: int64(i + 1), Line: line,
			CSV:       append(rapid.SliceOfN(rapid.ByteRange(' ', '~'), 0, 9).Draw(t, "csv"), '\n'),
			Incident:  rapid.Int64Range(1, 9).Draw(t, "incident"),
			Reported:  rapid.StringMatching(`20[12][0-9]`).Draw(t, "reported"),
			Chain:     [16]byte{byte(i), byte(i >> 8), rapid.Byte().Draw(t, "chain")},
			Partition: rapid.IntRange(0, partitions-1).Draw(t, "partition"),
			Offset:    int64(i) + rapid.Int64Range(0, 1).Draw(t, "offset"),
		}
	}
	return rows
}

func TestBatchesAreTheRowsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := five
		c.Size = rapid.IntRange(1, 9).Draw(t, "size")
		c.Title, c.Topic = rapid.StringN(0, 40, 200).Draw(t, "title"), rapid.StringN(0, 40, 200).Draw(t, "topic")
		rows := drawRows(t)
		cut, open := fill(c, rows)
		before := [16]byte{}
		for part := range slices.Chunk(rows, c.Size) {
			var b *batch.Batch
			if len(part) == c.Size {
				b, cut = cut[0], cut[1:]
			} else {
				b = open.Provisional(map[int]int64{}, 0, 0)
			}
			want := summary(c, part, before)
			if diff := cmp.Diff(want, summarised(b)); diff != "" {
				t.Fatal(diff)
			}
			if b.Manifest.Provisional != (len(part) < c.Size) {
				t.Fatalf("batch of %d rows: provisional %t", len(part), b.Manifest.Provisional)
			}
			if got, want := b.Manifest.Encode(), plainJSON(b.Manifest); !bytes.Equal(got, want) {
				t.Fatalf("Encode = %s, encoding/json writes %s", got, want)
			}
			decoded, err := batch.DecodeManifest(b.Manifest.Encode())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(b.Manifest, decoded); diff != "" {
				t.Fatal(diff)
			}
			before = part[len(part)-1].Chain
		}
		if len(cut) > 0 || open.Len() != len(rows)%c.Size || open.Next() != int64(len(rows))+1 || open.Number() != len(rows)/c.Size+1 {
			t.Fatalf("%d batches too many, open batch %d has %d rows, next %d", len(cut), open.Number(), open.Len(), open.Next())
		}
	})
}

func plainJSON(m *batch.Manifest) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(m); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

// facts are what a batch says of its rows, the runs spread out to rows.
type facts struct {
	CSV, SHA256, First, Last string
	Rows                     []place
	Incidents                int
	Before, After            string
}

type place struct{ Row, Line, Partition, Offset int64 }

// summary is the plain reckoning over a slice of rows.
func summary(c batch.Config, rows []batch.Row, before [16]byte) facts {
	f := facts{CSV: string(c.Header), Before: hex.EncodeToString(before[:]), First: rows[0].Reported}
	incidents := map[int64]bool{}
	for _, r := range rows {
		f.CSV += string(r.CSV)
		f.First, f.Last = min(f.First, r.Reported), max(f.Last, r.Reported)
		f.Rows = append(f.Rows, place{r.Number, r.Line, int64(r.Partition), r.Offset})
		f.After = hex.EncodeToString(r.Chain[:])
		incidents[r.Incident] = true
	}
	f.Incidents = len(incidents)
	f.SHA256 = fmt.Sprintf("%x", sha256.Sum256([]byte(f.CSV)))
	return f
}

func summarised(b *batch.Batch) facts {
	m := b.Manifest
	f := facts{
		CSV: string(b.CSV), SHA256: m.CSV.SHA256, First: m.Reported.First, Last: m.Reported.Last,
		Incidents: m.Incidents, Before: m.ChainBefore, After: m.ChainAfter,
	}
	for _, run := range m.Transport.Lines {
		for i := range run[2] {
			f.Rows = append(f.Rows, place{Row: run[0] + i, Line: run[1] + i})
		}
	}
	for _, run := range m.Transport.Offsets {
		for i := range run[3] {
			at := &f.Rows[run[0]+i-m.FirstRow]
			at.Partition, at.Offset = run[1], run[2]+i
		}
	}
	return f
}

func TestSameRowsSameBytesWhateverTheTransport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		one, _ := fill(five, rows)
		for i := range rows {
			rows[i].Partition = rapid.IntRange(0, 3).Draw(t, "another partition")
			rows[i].Offset = rapid.Int64Range(0, 1<<40).Draw(t, "another offset")
		}
		other, _ := fill(five, rows)
		for i := range one {
			one[i].Manifest.Transport, other[i].Manifest.Transport = batch.Transport{}, batch.Transport{}
		}
		if diff := cmp.Diff(one, other); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestCutBatchOwnsItsBytes(t *testing.T) {
	rows := testRows(20)
	text := make([]byte, 0, 64)
	b := batch.NewBuilder(five, 1, 1, [16]byte{})
	next := map[int]int64{0: 1}
	var cut []*batch.Batch
	var csv, manifests []string
	for _, r := range rows {
		text = append(text[:0], r.CSV...) // the caller's one buffer
		r.CSV = text
		b.Add(r)
		if b.Len() == 2 {
			clear(b.Provisional(next, 0, 0).CSV) // its owner's business
			cut = append(cut, b.Provisional(next, 0, 0))
		}
		if b.Full() {
			cut = append(cut, b.Cut(next, 0, 0))
		}
		for _, c := range cut[len(csv):] {
			csv, manifests = append(csv, string(c.CSV)), append(manifests, string(c.Manifest.Encode()))
		}
		next[0]++
	}
	for i, c := range cut {
		if string(c.CSV) != csv[i] || string(c.Manifest.Encode()) != manifests[i] {
			t.Errorf("batch %d has changed after it was cut", c.Manifest.Batch)
		}
	}
	want, _ := fill(five, testRows(20))
	if len(cut) != 2*len(want) {
		t.Fatalf("%d batches, want %d", len(cut), 2*len(want))
	}
	for i, w := range want {
		if string(cut[2*i+1].CSV) != string(w.CSV) {
			t.Errorf("batch %d is %q, want %q", i+1, cut[2*i+1].CSV, w.CSV)
		}
	}
}

func TestMisuseOfBuilderPanics(t *testing.T) {
	rows := testRows(10)
	with := func(n int) *batch.Builder { _, open := fill(five, rows[:n]); return open }
	full := func() *batch.Builder {
		b := with(4)
		b.Add(rows[4])
		return b
	}
	wrong := five
	wrong.Size = batch.MaxSize + 1
	for name, misuse := range map[string]func(){
		"a row twice":              func() { with(2).Add(rows[1]) },
		"a row left out":           func() { with(2).Add(rows[3]) },
		"a row too many":           func() { full().Add(rows[5]) },
		"cut before it is full":    func() { with(4).Cut(nil, 0, 0) },
		"provisional without rows": func() { with(0).Provisional(nil, 0, 0) },
		"provisional when full":    func() { full().Provisional(nil, 0, 0) },
		"another first row":        func() { batch.NewBuilder(five, 2, 7, [16]byte{}) },
		"batch 0":                  func() { batch.NewBuilder(five, 0, -4, [16]byte{}) },
		"size":                     func() { batch.NewBuilder(wrong, 1, 1, [16]byte{}) },
	} {
		if !panics(misuse) {
			t.Errorf("%s: no panic", name)
		}
	}
	for name, c := range map[string]batch.Config{
		"size 0": {Header: []byte("a\n")}, "no header": {Size: 1}, "no newline": {Size: 1, Header: []byte("a")},
	} {
		if !panics(func() { batch.NewBuilder(c, 1, 1, [16]byte{}) }) {
			t.Errorf("%s: no panic", name)
		}
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}

func TestAddDoesNotAllocate(t *testing.T) {
	c := five
	c.Size = 1000
	rows := testRows(2000)
	b := batch.NewBuilder(c, 1, 1, [16]byte{})
	add := func() { b.Add(rows[b.Next()-1]) }
	for range 1000 {
		add()
	}
	b.Cut(nil, 0, 0)
	// All of the second batch in one run, so that not even one is rounded away.
	if n := testing.AllocsPerRun(1, func() {
		for range 500 {
			add()
		}
	}); n > 0 {
		t.Errorf("500 rows of the second batch made %v allocations", n)
	}
}

func BenchmarkBuilder(b *testing.B) {
	for _, partitions := range []int{1, 3} {
		b.Run(fmt.Sprintf("size=5000/partitions=%d", partitions), func(b *testing.B) {
			c := five
			c.Size = 5000
			rows := testRows(5000)
			text := append(make([]byte, 239, 240), '\n')
			builder := batch.NewBuilder(c, 1, 1, [16]byte{})
			b.ReportAllocs()
			for b.Loop() {
				first := builder.Next()
				for i, r := range rows {
					r.Number, r.CSV, r.Partition = first+int64(i), text, i%partitions
					builder.Add(r)
				}
				builder.Cut(nil, 0, 0).Manifest.Encode()
			}
			b.ReportMetric(float64(b.N)*5000/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
