package source_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/memtest"
	"hotspot/internal/testkit/rowtest"
)

// FuzzReader: no input makes it panic or stand still; what it accepts is
// accepted again from the line that is written for it; reads of any size give
// the same; and on what encoding/csv finds in order both find the same.
func FuzzReader(f *testing.F) {
	h := rowtest.Header()
	f.Add([]byte(h + rowtest.Line() + rowtest.Line()))
	f.Add([]byte("\ufeff" + h + rowtest.Line("OFFENSE_TYPE_ID", "\"a,\"\"b\"\"\r\nc\"") + rowtest.Line("OFFENSE_TYPE_ID", `"lost`) + rowtest.Line()))
	f.Add([]byte(strings.ReplaceAll(h+rowtest.Line(), "\n", "\r\n")))
	f.Add([]byte(h + rowtest.Line("OFFENSE_TYPE_ID", `LAT:39°45'55.12""N`) + "1,2,3\n\n  \n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		agrees(t, data)
		// Headers are rarely found by chance: the data is rows as well.
		for _, in := range [][]byte{data, append([]byte(rowtest.Header()), data...)} {
			var o outcome
			memtest.Bounded(t, func() { o = readAll(bytes.NewReader(in)) })
			if again := readAll(iotest.HalfReader(bytes.NewReader(in))); again.summary() != o.summary() {
				t.Fatalf("in pieces:\n%s\nat once:\n%s", again.summary(), o.summary())
			}
			if n := len(o.rows) + len(o.rejects); n > bytes.Count(in, []byte("\n"))+1 {
				t.Fatalf("%d rows and rejects of %d lines", n, bytes.Count(in, []byte("\n")))
			}
			for i := range o.rows {
				checkAccepted(t, &o.rows[i])
			}
			for _, e := range o.rejects {
				if !bytes.HasPrefix(in[e.Offset:], e.Raw) {
					t.Fatalf("byte %d does not begin %q", e.Offset, e.Raw)
				}
			}
		}
	})
}

// checkAccepted: an accepted row is read again unchanged from its line and from
// its value.
func checkAccepted(t *testing.T, rec *crime.Record) {
	t.Helper()
	if again := readString(rowtest.Header() + string(rec.AppendCSV(nil))); len(again.rows) != 1 || again.rows[0] != *rec {
		t.Fatalf("%q is read back as %s", rec.AppendCSV(nil), again.summary())
	}
	value := rec.AppendValue(nil)
	if back, err := crime.ParseValue(value); err != nil || back != *rec {
		t.Fatalf("ParseValue(%s) = %+v, %v", value, back, err)
	}
}
