package source_test

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

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
