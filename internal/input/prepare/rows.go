package prepare

import (
	"bytes"
	"cmp"
	"io"
	"slices"

	"hotspot/internal/crime"
)

// rows takes rows in and writes them to w in an order: each at once, or all of
// them by time when flush is called.
type rows struct {
	w      io.Writer
	byTime bool
	line   []byte
	held   []heldRow
}

// heldRow is a line and what it is sorted by.
type heldRow struct {
	reported int64 // packed
	offense  int64
	line     []byte
}

func (r *rows) add(rec *crime.Record) error {
	r.line = rec.AppendCSV(r.line[:0])
	if r.byTime {
		r.held = append(r.held, heldRow{packed(rec.Text[crime.ColReported]), rec.Offense, bytes.Clone(r.line)})
		return nil
	}
	_, err := r.w.Write(r.line)
	return err
}

func (r *rows) flush() error {
	slices.SortStableFunc(r.held, func(a, b heldRow) int {
		return cmp.Or(cmp.Compare(a.reported, b.reported), cmp.Compare(a.offense, b.offense))
	})
	for _, row := range r.held {
		if _, err := r.w.Write(row.line); err != nil {
			return err
		}
	}
	return nil
}

// packed is an ISO date as the number of its digits, 20190102001300. It sorts
// like the text and does not keep the row that the text is part of.
func packed(date string) (n int64) {
	for _, c := range []byte(date) {
		if d := c - '0'; d <= 9 {
			n = n*10 + int64(d)
		}
	}
	return n
}
