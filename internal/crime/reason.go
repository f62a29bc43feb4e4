package crime

import (
	"strings"
	"unicode/utf8"
)

// Reason says why a row was rejected, in the words of the reject file. The
// list is fixed: dashboards and scripts count by it.
type Reason string

// The reasons for which a row is rejected.
const (
	MissingColumns Reason = "missing_columns"  // shorter than the header, and a needed column is among the missing
	ExtraColumns   Reason = "extra_columns"    // longer than the header
	TextAfterQuote Reason = "text_after_quote" // something else than a comma or a line end follows a closing quote
	UnclosedQuote  Reason = "unclosed_quote"   // a quoted field does not end within 64 KiB and 100 lines
	TooLong        Reason = "too_long"         // more than 64 KiB, or more than 100 lines
	NULByte        Reason = "nul_byte"
	InvalidUTF8    Reason = "invalid_utf8"
	LineEnd        Reason = "line_end" // CR LF inside a text: a CSV reader turns it into LF
	Empty          Reason = "empty"    // a value is required
	NotAnID        Reason = "not_an_id"
	NotANumber     Reason = "not_a_number"
	NotADate       Reason = "not_a_date"
	OutOfRange     Reason = "out_of_range"
)

// Reasons are all of them, in the order in which a summary lists them.
var Reasons = []Reason{
	MissingColumns, ExtraColumns, TextAfterQuote, UnclosedQuote, TooLong, NULByte, InvalidUTF8,
	LineEnd, Empty, NotAnID, NotANumber, NotADate, OutOfRange,
}

// String is the reason in words: "not a number".
func (r Reason) String() string { return strings.ReplaceAll(string(r), "_", " ") }

// FieldError is a row that cannot be accepted, and the column at fault; Column
// is empty when the row as a whole is.
type FieldError struct {
	Column string
	Reason Reason
}

func (e *FieldError) Error() string {
	if e.Column == "" {
		return e.Reason.String()
	}
	return e.Column + ": " + e.Reason.String()
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
	if _, ok := ParseDate(r.Text[ColFirstOccurrence]); !ok && r.Text[ColFirstOccurrence] != "" {
		return fault(ColFirstOccurrence, NotADate)
	}
	if r.Text[ColReported] == "" {
		return fault(ColReported, Empty)
	}
	if _, ok := ParseDate(r.Text[ColReported]); !ok {
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
