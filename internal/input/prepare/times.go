package prepare

import (
	"slices"
	"strings"

	"hotspot/internal/crime"
)

// noteTime counts a row whose time of day is the one that is written for none.
func (r *run) noteTime(rec *crime.Record) {
	date := rec.Text[crime.ColFirstOccurrence]
	if date == "" {
		date = rec.Text[crime.ColReported]
	}
	if clock := date[len("2019-01-02T"):]; clock == "00:00:00" || clock == "12:00:00" {
		r.noTime++
	}
}

// judgeTimes says when nine of ten rows have no time of day, and which columns that
// nobody asked for may have one.
func (r *run) judgeTimes() {
	s := &r.summary
	rows := s.Read - s.RejectedRows() - s.LeftOut
	if s.NoTime = rows > 1 && r.noTime*10 >= rows*9; !s.NoTime {
		return
	}
	for _, name := range r.in.Unused() {
		low := strings.ToLower(name)
		if slices.ContainsFunc([]string{"time", "hour", "clock", "heure", "hora", "uhr"}, func(word string) bool { return strings.Contains(low, word) }) {
			s.TimeColumns = append(s.TimeColumns, name)
		}
	}
}
