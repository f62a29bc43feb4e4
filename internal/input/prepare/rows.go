package prepare

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// heldRow is a row that waits for the others: its line, and what is asked of it
// before it is written.
type heldRow struct {
	reported int64 // packed
	offense  int64
	at       int64       // line of the input
	place    crime.Place // none has NaN for both
	line     string
}

func (r *run) hold(rec *crime.Record) {
	place := rec.Place
	if !rec.Located {
		place = nowhere
	}
	r.line = rec.AppendCSV(r.line[:0])
	if len(r.held) == cap(r.held) {
		r.held = slices.Grow(r.held, len(r.held)) // twice as many: append would leave five times as much behind
	}
	r.held = append(r.held, heldRow{packed(rec.Text[crime.ColReported]), rec.Offense, r.in.Line(), place, string(r.line)})
}

var nowhere = crime.Place{Lon: math.NaN(), Lat: math.NaN()}

func (h *heldRow) located() bool { return !math.IsNaN(h.place.Lon) }

// rewrite changes the texts of a row that is held.
func (h *heldRow) rewrite(change func(text *[crime.NumColumns]string)) {
	for rec := range source.Rows(append(crime.AppendHeader(nil), h.line...), "") {
		change(&rec.Text)
		h.line = string(rec.AppendCSV(nil))
	}
}

// byTime puts rows in the order of REPORTED_DATE, then OFFENSE_ID, then their
// text: that of the input, which a portal may change, does not count.
func byTime(a, b heldRow) int {
	if c := cmp.Or(cmp.Compare(a.reported, b.reported), cmp.Compare(a.offense, b.offense)); c != 0 {
		return c // a line is looked at only if need be: that takes most of the time
	}
	return strings.Compare(a.line, b.line)
}

// write writes the rows in the order that was asked for.
func (r *run) write(w io.Writer) error {
	order := byTime
	if r.config.Order == OrderFile {
		order = func(a, b heldRow) int { return cmp.Compare(a.at, b.at) }
	}
	slices.SortFunc(r.held, order)
	for _, row := range r.held {
		if _, err := io.WriteString(w, row.line); err != nil {
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

// unpacked is the date that packed made the number of.
func unpacked(n int64) string {
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d", n/1e10, n/1e8%100, n/1e6%100, n/1e4%100, n/100%100, n%100)
}
