package crime

import "time"

const dateForm = "2006-01-02T15:04:05"

// parseDate reads a date of the calendar in dateForm, years 0001 to 9999. It
// asks for RFC 3339 with a Z, of which package time has a fast reader: 45 ns
// where dateForm takes 125.
func parseDate(s string) (t time.Time, ok bool) {
	if len(s) != len(dateForm) { // a fraction of a second would be taken, too
		return t, false
	}
	t, err := time.Parse(time.RFC3339, s+"Z")
	return t, err == nil && t.Year() > 0
}
