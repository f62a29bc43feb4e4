package crime

import (
	"strings"
	"unicode/utf8"
)

// The size of a row. Both bounds hold for the row as it is found and for the
// line that AppendCSV writes for it, without the line end.
const (
	MaxRecordBytes = 64 << 10
	MaxRecordLines = 100
)

// Record is one accepted row: the text of its 16 columns, in the order of
// Columns, and what was parsed from them. The text is what travels; the parsed
// members only save the others from parsing it again.
type Record struct {
	Text [NumColumns]string

	Incident int64 // INCIDENT_ID
	Offense  int64 // OFFENSE_ID
	Place    Place // of GEO_LON and GEO_LAT; never -0
	Located  bool  // false when both coordinates are empty
}

// Parse is the record of these texts, or the error of Record.Parse.
func Parse(text [NumColumns]string) (Record, error) {
	r := Record{Text: text}
	if err := r.Parse(); err != nil {
		return Record{}, err
	}
	return r, nil
}

// Parse accepts the texts of r and fills the parsed members from them, or says
// with a *FieldError what is wrong:
//
//   - INCIDENT_ID and OFFENSE_ID are written 0|[1-9][0-9]* and fit an int64;
//   - REPORTED_DATE is a date of the calendar written 2019-01-02T00:13:00,
//     FIRST_OCCURRENCE_DATE is one or empty. There is no zone: an hour that
//     daylight saving skips is as good as any other;
//   - GEO_LON and GEO_LAT are both empty, or numbers in JSON's grammar within
//     ±180 and ±90. Zero, also by underflow, is parsed as 0; the text stays;
//   - IS_CRIME, IS_TRAFFIC and VICTIM_COUNT are empty or 0|[1-9][0-9]{0,8};
//   - the rest is free text. No text holds NUL, invalid UTF-8, or CR before LF
//     (which no CSV reader gives back), and the row keeps to MaxRecordBytes
//     and MaxRecordLines.
func (r *Record) Parse() error {
	err := checkTexts(&r.Text)
	if err == nil {
		err = r.parseTexts()
	}
	if err != nil {
		return err
	}
	return nil
}

// Occurred returns the hour, 0 to 23, and the day of the week, 0 for Monday to
// 6 for Sunday, of FIRST_OCCURRENCE_DATE. ok is false when it is empty.
func (r *Record) Occurred() (hour, weekday int, ok bool) {
	t, ok := parseDate(r.Text[ColFirstOccurrence])
	if !ok {
		return 0, 0, false
	}
	return t.Hour(), (int(t.Weekday()) + 6) % 7, true
}

// parseTexts is Parse of texts that checkTexts has passed.
func (r *Record) parseTexts() *FieldError {
	var reason Reason
	if r.Incident, reason = parseID(r.Text[ColIncidentID]); reason != "" {
		return fault(ColIncidentID, reason)
	}
	if r.Offense, reason = parseID(r.Text[ColOffenseID]); reason != "" {
		return fault(ColOffenseID, reason)
	}
	if _, ok := parseDate(r.Text[ColFirstOccurrence]); !ok && r.Text[ColFirstOccurrence] != "" {
		return fault(ColFirstOccurrence, NotADate)
	}
	if r.Text[ColReported] == "" {
		return fault(ColReported, Empty)
	}
	if _, ok := parseDate(r.Text[ColReported]); !ok {
		return fault(ColReported, NotADate)
	}
	if err := r.parsePlace(); err != nil {
		return err
	}
	for _, c := range [...]int{ColIsCrime, ColIsTraffic, ColVictimCount} {
		if reason := checkCount(r.Text[c]); reason != "" {
			return fault(c, reason)
		}
	}
	return nil
}

func (r *Record) parsePlace() *FieldError {
	lon, lat := r.Text[ColGeoLon], r.Text[ColGeoLat]
	r.Place, r.Located = Place{}, false
	if lon == "" && lat == "" {
		return nil
	}
	var reason Reason
	if r.Place.Lon, reason = parseDegrees(lon, 180); reason != "" {
		return fault(ColGeoLon, reason)
	}
	if r.Place.Lat, reason = parseDegrees(lat, 90); reason != "" {
		return fault(ColGeoLat, reason)
	}
	r.Located = true
	return nil
}

// checkTexts finds what no column may hold, and a row that is too large.
func checkTexts(text *[NumColumns]string) *FieldError {
	size, plain := 0, true
	for _, s := range text {
		size += len(s)
		plain = plain && isPlain(s)
	}
	if plain && size+3*NumColumns <= MaxRecordBytes {
		return nil // as nearly all: each is at most itself, two quotes and a comma
	}
	size, lines := NumColumns-1, 1
	for c, s := range text {
		switch {
		case strings.IndexByte(s, 0) >= 0:
			return fault(c, NULByte)
		case !utf8.ValidString(s):
			return fault(c, InvalidUTF8)
		case strings.Contains(s, "\r\n"):
			return fault(c, LineEnd)
		}
		size += len(s)
		if needsQuotes(s) {
			size += 2 + strings.Count(s, `"`)
			lines += strings.Count(s, "\n")
		}
	}
	if size > MaxRecordBytes || lines > MaxRecordLines {
		return &FieldError{Reason: TooLong}
	}
	return nil
}

func fault(column int, reason Reason) *FieldError {
	return &FieldError{Column: Columns[column], Reason: reason}
}
