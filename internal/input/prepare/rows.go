package prepare

import (
	"bufio"
	"cmp"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// heldRow is a row that waits for the others: its line, and what is asked of it
// before it is written.
type heldRow struct {
	reported int64 // seconds since 1970
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
	r.held = append(r.held, heldRow{secondsOf(rec.Text[crime.ColReported]), rec.Offense, r.in.Line(), place, string(r.line)})
}

var nowhere = crime.Place{Lon: math.NaN(), Lat: math.NaN()}

func (h *heldRow) located() bool { return !math.IsNaN(h.place.Lon) }

// rewrite changes the texts of a row that is held.
func (h *heldRow) rewrite(change func(text *[crime.NumColumns]string)) {
	for rec := range source.Rows(append(crime.AppendHeader(nil), h.line...), "") { //nolint:errcheck // it was accepted before
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
	b := bufio.NewWriter(w) // takes strings
	for _, row := range r.held {
		if _, err := b.WriteString(row.line); err != nil {
			return err
		}
	}
	return b.Flush()
}

// secondsOf are those of a date since 1970. It does not keep the row that the text
// is part of.
func secondsOf(date string) int64 {
	t, _ := crime.ParseDate(date)
	return t.Unix()
}

// dateOf is the date that secondsOf made the number of.
func dateOf(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(crime.DateForm) }
