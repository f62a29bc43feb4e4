package prepare

import (
	"strings"
	"time"

	"hotspot/internal/crime"
)

// isoDates rewrites both dates of a row from the city's form. In the city's raw
// file an ISO date is a fault; a file with other columns may have either form.
func isoDates(text *[crime.NumColumns]string, raw bool) error {
	for _, c := range [...]int{crime.ColFirstOccurrence, crime.ColReported} {
		if iso, ok := cityDate(text[c]); ok {
			text[c] = iso
		} else if raw && text[c] != "" {
			return &crime.FieldError{Column: crime.Columns[c], Reason: crime.NotADate}
		}
	}
	return nil
}

// cityDate rewrites M/D/YYYY h:mm:ss AM|PM as 2006-01-02T15:04:05; the seconds
// may be missing. The hour is 1 to 12, or 0 for midnight (0:00:00 AM).
func cityDate(s string) (iso string, ok bool) {
	_, clock, _ := strings.Cut(s, " ")
	if strings.Count(clock, " ") != 1 || strings.ContainsAny(s, ".,") {
		return "", false // package time skips spaces and takes fractions
	}
	for _, layout := range []string{"1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM"} {
		t, err := time.Parse(layout, s)
		if err == nil && (t.Hour() != 12 || strings.HasPrefix(clock, "12")) { // 0:00 PM is no time
			return t.Format("2006-01-02T15:04:05"), true
		}
	}
	return "", false
}
