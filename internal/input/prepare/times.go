package prepare

import (
	"cmp"
	"slices"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// noteTime counts a row whose time of day is the one that is written for none.
func (r *run) noteTime(rec *crime.Record) {
	r.summary.HourKnown = r.summary.HourKnown || rec.Span().HourKnown()
	date := cmp.Or(rec.Text[crime.ColFirstOccurrence], rec.Text[crime.ColReported])
	if clock := date[len("2019-01-02T"):]; clock == "00:00:00" || clock == "12:00:00" {
		r.noTime++
	}
}

// judgeTimes writes the precision of the dates into the sidecar, and says when nine of
// ten rows have no time of day, and which columns that nobody asked for may have one.
func (r *run) judgeTimes() {
	m, rows := r.meta, r.summary.Read-r.summary.RejectedRows-r.summary.LeftOut
	none := rows > 1 && r.noTime*10 >= rows*9
	if r.config.AppendTo == "" && m.Precision == "" && m.Identity != "" { // an older sidecar says neither
		m.Precision = cmp.Or(r.seen.Precision(), source.PrecisionTime)
	}
	if !none {
		return
	}
	if r.config.AppendTo == "" && m.Precision == source.PrecisionTime {
		m.Precision = source.PrecisionDay
	}
	var left string
	for _, name := range r.in.Unused() {
		low := strings.ToLower(name)
		if slices.ContainsFunc([]string{"time", "hour", "clock", "heure", "hora", "uhr"}, func(word string) bool { return strings.Contains(low, word) }) {
			left += "; the mapping leaves out " + name
		}
	}
	if m.Precision == source.PrecisionMonth {
		left = "; the dates say the month alone" + left
	}
	r.seen.Note(r.noTime, "times are 00:00 or 12:00, so hours mean nothing%s", left)
}
