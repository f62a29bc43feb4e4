package batch_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/testkit/memtest"
)

func corruptReason(err error) string {
	var corrupt *batch.CorruptError
	if errors.As(err, &corrupt) {
		return corrupt.Reason
	}
	return fmt.Sprint(err)
}

// Each case is the manifest of batch 9 with the one change that its name says.
func TestDecodeManifestRefuses(t *testing.T) {
	cut, _ := fill(five, testRows(48))
	good := string(cut[8].Manifest.Encode())
	if _, err := batch.DecodeManifest([]byte(good)); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("long ", 20_000)
	for _, tt := range []struct{ name, old, change, reason string }{
		{"empty", good, "", batch.ReasonFormat},
		{"half", good, good[:len(good)*2/3], batch.ReasonJSON},
		{"another version", "batch/2", "batch/3", batch.ReasonFormat},
		{"a model", "hotspot.batch/2", "hotspot.model/3", batch.ReasonFormat},
		{"byte order mark", "{\n", "\ufeff{\n", batch.ReasonFormat},
		{"null", good, "null\n", batch.ReasonFormat},
		{"format twice", "{\n", "{\n \"format\": \"hotspot.batch/2\",\n", batch.ReasonJSON},
		{"unknown member", ` "rows": 5,`, ` "rows": 5, "colour": 1,`, batch.ReasonJSON},
		{"long unknown member", `"duplicates"`, `"` + long + `": 1, "duplicates"`, batch.ReasonJSON},
		{"doubled member", ` "rows": 5,`, ` "rows": 5, "rows": 5,`, batch.ReasonJSON},
		{"doubled partition", `"0": 140`, `"0": 140, "0": 140`, batch.ReasonJSON},
		{"case of a member", ` "rows": 5,`, ` "Rows": 5,`, batch.ReasonJSON},
		{"number as text", ` "rows": 5,`, ` "rows": "5",`, batch.ReasonJSON},
		{"fraction", ` "rows": 5,`, ` "rows": 5.5,`, batch.ReasonJSON},
		{"above int64", `"0": 140`, `"0": 9223372036854775808`, batch.ReasonJSON},
		{"invalid UTF-8", "punishment", "p\xffnishment", batch.ReasonJSON},
		{"run of two numbers", "    141,\n    2\n", "    141\n", batch.ReasonJSON},
		{"run of five numbers", "    141,\n    2\n", "    141,\n    2,\n    2\n", batch.ReasonJSON},
		{"partition in words", `"0": 140`, `"zero": 140`, batch.ReasonJSON},
		{"next is a number", `"next": {`, `"next": 1, "more": {`, batch.ReasonJSON},
		{"trailing data", good, good + "{}", batch.ReasonJSON},

		{"batch 0", `"batch": 9`, `"batch": 0`, batch.ReasonNumbers},
		{"batch below 0", `"batch": 9`, `"batch": -9`, batch.ReasonNumbers},
		{"batch of ten digits", `"batch": 9`, `"batch": 1000000009`, batch.ReasonNumbers},
		{"batch and rows", `"batch": 9`, `"batch": 8`, batch.ReasonNumbers},
		{"batch_size 0", `"batch_size": 5`, `"batch_size": 0`, batch.ReasonNumbers},
		{"batch_size above MaxSize", `"batch_size": 5`, fmt.Sprint(`"batch_size": `, batch.MaxSize+1), batch.ReasonNumbers},
		{"rows too few", ` "rows": 5`, ` "rows": 4`, batch.ReasonNumbers},
		{"rows null", ` "rows": 5`, ` "rows": null`, batch.ReasonNumbers},
		{"first_row", `"first_row": 41`, `"first_row": 40`, batch.ReasonNumbers},
		{"last_row", `"last_row": 45`, `"last_row": 46`, batch.ReasonNumbers},
		{"incidents 0", `"incidents": 3`, `"incidents": 0`, batch.ReasonNumbers},
		{"incidents above rows", `"incidents": 3`, `"incidents": 6`, batch.ReasonNumbers},
		{"chain_before in capitals", `"1119f2`, `"1119F2`, batch.ReasonNumbers},
		{"chain_after too short", `"d65c5`, `"d65c`, batch.ReasonNumbers},
		{"csv of another batch", "batch-000009.csv", "batch-000008.csv", batch.ReasonNumbers},
		{"csv elsewhere", "batch-000009.csv", "../../etc/passwd", batch.ReasonNumbers},
		{"csv empty", `"bytes": 127`, `"bytes": 0`, batch.ReasonNumbers},
		{"csv above MaxCSVBytes", `"bytes": 127`, fmt.Sprint(`"bytes": `, batch.MaxCSVBytes+1), batch.ReasonNumbers},
		{"sha256 too long", `"ef0e89`, `"aef0e89`, batch.ReasonNumbers},
		{"reported backwards", `"2019-01-07T00:43:00"`, `"2029-01-07T00:43:00"`, batch.ReasonNumbers},
		{"title too long", "Crime", long[:2000], batch.ReasonNumbers},
		{"lines begin late", "    41,\n    44,\n    5\n", "    42,\n    44,\n    4\n", batch.ReasonNumbers},
		{"lines end early", "    44,\n    5\n", "    44,\n    4\n", batch.ReasonNumbers},
		{"lines end late", "    44,\n    5\n", "    44,\n    6\n", batch.ReasonNumbers},
		{"lines of count 0", "    44,\n    5\n", "    44,\n    0\n", batch.ReasonNumbers},
		{"lines overflow", "    44,\n    5\n", fmt.Sprintf("    %d,\n    5\n", math.MaxInt64-2), batch.ReasonNumbers},
		{"lines not joined", "    44,\n    5\n", "    44,\n    1\n   ],\n   [\n    42,\n    45,\n    4\n", batch.ReasonNumbers},
		{"offsets with a hole", "    141,\n    2\n", "    141,\n    1\n", batch.ReasonNumbers},
		{"offsets overlap", "    141,\n    2\n", "    141,\n    3\n", batch.ReasonNumbers},
		{"offsets end early", "    143,\n    3\n", "    143,\n    2\n", batch.ReasonNumbers},
		{"offset below 0", "    141,\n", "    -1,\n", batch.ReasonNumbers},
		{"offsets not joined", "    2,\n    143,\n", "    1,\n    143,\n", batch.ReasonNumbers},
		{"partition below 0", "    2,\n    143,\n", "    -2,\n    143,\n", batch.ReasonNumbers},
		{"next below 0", `"0": 140`, `"0": -1`, batch.ReasonNumbers},
		{"next of partition below 0", `"0": 140`, `"-1": 140`, batch.ReasonNumbers},
		{"duplicates below 0", `"duplicates": 0`, `"duplicates": -1`, batch.ReasonNumbers},
		{"dead_letters below 0", `"dead_letters": 1`, `"dead_letters": -1`, batch.ReasonNumbers},

		{"no final newline", "\n }\n}\n", "\n }\n}", batch.ReasonForm},
		{"carriage return", "\n }\n}\n", "\r\n }\n}\n", batch.ReasonForm},
		{"member absent", ",\n  \"dead_letters\": 1", "", batch.ReasonForm},
		{"member null", `"duplicates": 0`, `"duplicates": null`, batch.ReasonForm},
		{"provisional spelled out", ` "batch": 9,`, ` "batch": 9, "provisional": false,`, batch.ReasonForm},
		{"partition 00", `"0": 140`, `"00": 140`, batch.ReasonJSON},
		{"partitions out of order", "\"0\": 140,\n   \"1\": 143", "\"1\": 143,\n   \"0\": 140", batch.ReasonForm},
		{"a text escaped", "denver", `\u0064enver`, batch.ReasonForm},
		{"HTML escaped", "&", `\u0026`, batch.ReasonForm},
		{"lines absent", `"lines"`, `"linen"`, batch.ReasonForm},
		{"lines null", "  \"lines\": [\n", "  \"lines\": null, \"more\": [\n", batch.ReasonForm},
		{"title endless", "Crime", long, batch.ReasonForm},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bad := strings.Replace(good, tt.old, tt.change, 1)
			if bad == good {
				t.Fatalf("%q is not in the manifest", tt.old)
			}
			m, err := batch.DecodeManifest([]byte(bad))
			if corruptReason(err) != tt.reason || m != nil {
				t.Errorf("DecodeManifest: %v, want reason %s", err, tt.reason)
			}
			if err != nil && len(err.Error()) > 600 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

// The largest batch, its every row in a run of its own with numbers as long as
// they get, must be readable.
func TestLongestManifestIsReadWithinTheBound(t *testing.T) {
	c := five
	c.Size = batch.MaxSize
	number := 1_000_000_000_000/batch.MaxSize + 1 // rows of 13 digits
	first := int64(number-1)*batch.MaxSize + 1
	b := batch.NewBuilder(c, number, first, [16]byte{})
	for !b.Full() {
		n := b.Next()
		b.Add(batch.Row{Number: n, Line: 2 * n, CSV: []byte("\n"), Incident: n, Partition: int(n % 1000), Offset: math.MaxInt64 / 2})
	}
	cut := b.Cut(nil, 0, 0)
	data := cut.Manifest.Encode()
	t.Logf("%d bytes for %d rows", len(data), batch.MaxSize)
	var m *batch.Manifest
	var err error
	used := memtest.Allocated(func() { m, err = batch.DecodeManifest(data) })
	if err != nil || m.Rows != batch.MaxSize {
		t.Fatal(err)
	}
	t.Logf("%d MiB allocated", used>>20)
	if limit := uint64(400 << 20); used > limit { // the runs, as they grow, and the file written anew
		t.Errorf("%d MiB allocated in all, want at most %d", used>>20, limit>>20)
	}
}

// A manifest that asks for as much memory as it can: its length does not count,
// as nothing above the bounds is kept.
func TestHostileManifestTakesBoundedMemory(t *testing.T) {
	cut, _ := fill(five, testRows(48))
	good := cut[8].Manifest.Encode()
	before, after, _ := bytes.Cut(good, []byte(`"lines": [`))
	_, end, _ := bytes.Cut(good, []byte(`"next": {`))
	const size = 16 << 20
	bomb := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	partitions := func() []byte {
		var buf bytes.Buffer
		for i := 0; buf.Len() < size; i++ {
			fmt.Fprintf(&buf, `"%d":0,`, i)
		}
		return buf.Bytes()
	}
	join := func(parts ...any) []byte {
		var buf bytes.Buffer
		for _, p := range parts {
			fmt.Fprintf(&buf, "%s", p)
		}
		return buf.Bytes()
	}
	for _, tt := range []struct {
		name   string
		data   []byte
		reason string
	}{
		{"runs", join(before, "\"lines\": [\n", bomb("[0,0,0],"), after), batch.ReasonJSON},
		{"brackets", join(before, "\"lines\": [\n", bomb("["), after), batch.ReasonJSON},
		{"partitions", join(bytes.TrimSuffix(good, join(`"next": {`, end)), `"next": {`, partitions(), end), batch.ReasonJSON},
		{"title", bytes.Replace(good, []byte("Crime"), []byte(bomb("x")), 1), batch.ReasonForm},
		{"one byte too long", make([]byte, batch.MaxManifestBytes+1), batch.ReasonTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			used := memtest.Allocated(func() { _, err = batch.DecodeManifest(tt.data) })
			if corruptReason(err) != tt.reason {
				t.Errorf("DecodeManifest: %.300s, want reason %s", fmt.Sprint(err), tt.reason)
			}
			// Garbage included: a slice that grows to MaxSize runs of 24 bytes
			// is copied until five times as much has been allocated.
			if limit := uint64(96 << 20); used > limit {
				t.Errorf("%d MiB allocated for a manifest of %d MiB, want at most %d", used>>20, len(tt.data)>>20, limit>>20)
			}
		})
	}
}

// opening is where a manifest is fixed; the fuzzer gets to work behind it.
const opening = "{\n \"format\": \"hotspot.batch/2\",\n"

func FuzzDecodeManifest(f *testing.F) {
	cut, open := fill(five, testRows(48))
	weekly, _ := fillWindows(byWeek, weeks())
	for _, b := range append(append(cut[7:], open.Provisional(map[int]int64{3: 1}, 1, 2)), weekly...) {
		f.Add(b.Manifest.Encode()[len(opening):])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, data := range [][]byte{data, append([]byte(opening), data...)} {
			var m *batch.Manifest
			var err error
			memtest.Bounded(t, func() { m, err = batch.DecodeManifest(data) })
			var corrupt *batch.CorruptError
			if (err != nil) != errors.As(err, &corrupt) || (m == nil) != (err != nil) {
				t.Fatalf("DecodeManifest = %v, %v", m, err)
			}
			if err != nil {
				continue
			}
			if !bytes.Equal(m.Encode(), data) || !bytes.Equal(plainJSON(m), data) {
				t.Errorf("accepted, but written as %s", m.Encode())
			}
			if m.LastRow-m.FirstRow+1 != int64(m.Rows) || m.CSV.Bytes > batch.MaxCSVBytes {
				t.Errorf("accepted: %+v", m)
			}
		}
	})
}

func BenchmarkDecodeManifest(b *testing.B) {
	for _, partitions := range []int{1, 3} {
		b.Run(fmt.Sprintf("rows=5000/partitions=%d", partitions), func(b *testing.B) {
			c := five
			c.Size = 5000
			rows := testRows(c.Size)
			for i := range rows {
				rows[i].Partition = i % partitions
			}
			cut, _ := fill(c, rows)
			data := cut[0].Manifest.Encode()
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := batch.DecodeManifest(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
