package crime_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// good is a row in order; tests change what they are about.
var good = [crime.NumColumns]string{
	"2018174723", "2018174723239901", "2399", "1", "theft-bicycle", "larceny",
	"2018-03-11T14:00:00", "2018-03-11T16:30:00", "-104.98748859", "39.73989755",
	"6", "611", "civic-center", "1", "0", "1",
}

// with is good with other texts: column name, text, column name, text …
func with(pairs ...string) [crime.NumColumns]string {
	text := good
	for i := 0; i < len(pairs); i += 2 {
		c := slices.Index(crime.Columns[:], pairs[i])
		text[c] = pairs[i+1]
	}
	return text
}

// line is with as a line of a file, unquoted and with its line end.
func line(pairs ...string) string {
	text := with(pairs...)
	return strings.Join(text[:], ",") + "\n"
}

func header() string { return string(crime.AppendHeader(nil)) }

// outcome is what came of reading a file.
type outcome struct {
	rows    []crime.Record
	lines   []int64
	rejects []*source.RowError
	err     error // nil at the end of the file
}

func readAll(r io.Reader) outcome {
	var o outcome
	cr, err := source.NewReader(r, "crime.csv")
	if err != nil {
		o.err = err
		return o
	}
	for rec, err := range cr.Rows() {
		var row *source.RowError
		switch {
		case err == nil:
			o.rows, o.lines = append(o.rows, *rec), append(o.lines, cr.Line())
		case errors.As(err, &row):
			o.rejects = append(o.rejects, row)
		default:
			o.err = err
		}
	}
	return o
}

func readString(s string) outcome { return readAll(strings.NewReader(s)) }

// summary is an outcome in one line: the lines of the rows, the rejects, the
// file error.
func (o outcome) summary() string {
	var parts []string
	var b bytes.Buffer
	for i, n := range o.lines {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(itoa(n))
	}
	parts = append(parts, "rows "+b.String())
	for _, e := range o.rejects {
		parts = append(parts, e.Error())
	}
	if o.err != nil {
		parts = append(parts, "FILE "+o.err.Error())
	}
	return strings.Join(parts, "; ")
}

func mustParse(t testing.TB, text [crime.NumColumns]string) crime.Record {
	t.Helper()
	r, err := crime.Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return r
}
