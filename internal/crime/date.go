package crime

import "time"

// DateForm is how a date stands in a row, for package time.
const DateForm = "2006-01-02T15:04:05"

// ParseDate reads a date of the calendar in DateForm, years 0001 to 9999. It
// asks for RFC 3339 with a Z, of which package time has a fast reader: 45 ns
// where DateForm takes 125.
func ParseDate(s string) (t time.Time, ok bool) {
	if len(s) != len(DateForm) { // a fraction of a second would be taken, too
		return t, false
	}
	t, err := time.Parse(time.RFC3339, s+"Z")
	return t, err == nil && t.Year() > 0
}
