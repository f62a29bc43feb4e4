package source_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"hotspot/internal/crime"
	"hotspot/internal/source"
	"hotspot/internal/testkit/rowtest"
)

// splitAll returns the records, and whether all of them were in order.
func splitAll(r io.Reader) (records [][]string, lines []int64, clean bool) {
	s := source.NewSplitter(r)
	clean = true
	for {
		err := s.Next()
		var row *source.RowError
		switch {
		case errors.As(err, &row):
			clean = false
			continue
		case err != nil:
			return records, lines, clean && err == io.EOF
		}
		var fields []string
		for i := range s.Len() {
			fields = append(fields, string(s.Field(i)))
		}
		records, lines = append(records, fields), append(lines, s.Line())
	}
}

// stdlib reads with encoding/csv; ok is false when it finds a fault.
func stdlib(data []byte) (records [][]string, lines []int64, ok bool) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	for {
		record, err := r.Read()
		if err != nil {
			return records, lines, err == io.EOF
		}
		line, _ := r.FieldPos(0)
		records, lines = append(records, record), append(lines, int64(line))
	}
}

// agrees compares both readers on data. Where encoding/csv finds no fault, the
// splitter must find the same records on the same lines, but for runs of CR
// before LF and for records beyond its bounds.
func agrees(t *testing.T, data []byte) {
	t.Helper()
	if len(data) > crime.MaxRecordBytes || bytes.Count(data, []byte("\n")) >= crime.MaxRecordLines {
		return
	}
	if bytes.Contains(data, []byte("\r\r")) || bytes.HasPrefix(data, []byte("\ufeff\ufeff")) {
		return
	}
	want, wantLines, ok := stdlib(data)
	if !ok {
		return
	}
	got, gotLines, clean := splitAll(bytes.NewReader(data))
	if !clean || !slices.EqualFunc(got, want, slices.Equal) || !slices.Equal(gotLines, wantLines) {
		t.Errorf("%q: records %q on lines %v (in order: %v), encoding/csv has %q on lines %v", data, got, gotLines, clean, want, wantLines)
	}
}

// TestSplitterAgreesWithEncodingCSV on texts made of what matters.
func TestSplitterAgreesWithEncodingCSV(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pieces := []string{",", "\n", "\r\n", `"`, `""`, "a", " ", "é", "\ufeff", `,"`, `",`, "\"\n", "\r"}
	faultless := 0
	for range 50_000 {
		var b []byte
		for range rng.IntN(10) {
			b = append(b, pieces[rng.IntN(len(pieces))]...)
		}
		if _, _, ok := stdlib(b); ok {
			faultless++
		}
		agrees(t, b)
	}
	if faultless < 2_500 {
		t.Errorf("only %d of the texts are without a fault", faultless)
	}
}

// TestSplitterDoesNotDependOnReads: however the bytes arrive, the records, the
// lines and the faults are the same.
func TestSplitterDoesNotDependOnReads(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	pieces := []string{",", "\n", "\r\n", `"`, `""`, "ab", "\r", strings.Repeat("x", 300), `,"`, `",`}
	for range 5_000 {
		var b []byte
		for range rng.IntN(30) {
			b = append(b, pieces[rng.IntN(len(pieces))]...)
		}
		want, wantLines, wantClean := splitAll(bytes.NewReader(b))
		for _, r := range []io.Reader{iotest.OneByteReader(bytes.NewReader(b)), iotest.HalfReader(bytes.NewReader(b)), iotest.DataErrReader(bytes.NewReader(b))} {
			got, gotLines, clean := splitAll(r)
			if clean != wantClean || !slices.EqualFunc(got, want, slices.Equal) || !slices.Equal(gotLines, wantLines) {
				t.Fatalf("%q: %q on %v, in one read %q on %v", b, got, gotLines, want, wantLines)
			}
		}
	}
}

// TestSplitterTellsLineAndOffset across many refills of its buffer.
func TestSplitterTellsLineAndOffset(t *testing.T) {
	var b bytes.Buffer
	type at struct{ line, offset int64 }
	var want []at
	b.WriteString("\ufeff")
	rng, n := rand.New(rand.NewPCG(5, 6)), int64(1)
	for range 5000 {
		want = append(want, at{n, int64(b.Len())})
		b.WriteString(strings.Repeat("x", 1+rng.IntN(300)))
		switch rng.IntN(3) {
		case 0:
			b.WriteString(",\"two\nlines\"")
			n++
		case 1:
			b.WriteString(",y\r\n")
			n++
		}
		b.WriteString("\n")
		n++
	}
	data := b.Bytes()
	s := source.NewSplitter(iotest.HalfReader(bytes.NewReader(data)))
	for i, w := range want {
		if err := s.Next(); err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
		if got := (at{s.Line(), s.Offset()}); got != w {
			t.Fatalf("record %d is at %+v, want %+v", i, got, w)
		}
		if data[s.Offset()] != 'x' {
			t.Fatalf("record %d: no record begins at byte %d", i, s.Offset())
		}
	}
	if err := s.Next(); err != io.EOF {
		t.Errorf("after the last: %v", err)
	}
}

// TestReaderStopsAtAReadError: the rows before it come, half a row does not.
func TestReaderStopsAtAReadError(t *testing.T) {
	broken := errors.New("the cable was pulled")
	in := rowtest.Header() + rowtest.Line() + rowtest.Line() + "2018174724,20181"
	o := readAll(io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)))
	if len(o.rows) != 2 || len(o.rejects) != 0 || !errors.Is(o.err, broken) {
		t.Errorf("%s", o.summary())
	}
	if want := "crime.csv:3: reading stopped after this line: the cable was pulled"; o.err == nil || o.err.Error() != want {
		t.Errorf("error %v, want %s", o.err, want)
	}
}
