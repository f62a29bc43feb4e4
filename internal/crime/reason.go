package crime

import (
	"fmt"
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

// Want is the form that the text of a column must have not to be rejected for
// this reason, in words that follow "want"; column is "" when the row as a whole
// is at fault.
func (r Reason) Want(column string) string {
	switch r {
	case MissingColumns, ExtraColumns:
		return "as many fields as the header has"
	case TextAfterQuote:
		return `a comma or the line's end behind a closing quote, and "" for a quote in a text`
	case UnclosedQuote:
		return "a closing quote"
	case TooLong:
		return "at most 64 KiB and 100 lines"
	case NULByte:
		return "no NUL byte"
	case InvalidUTF8:
		return "UTF-8"
	case LineEnd:
		return "LF alone inside of a text"
	}
	switch column {
	case Columns[ColIncidentID], Columns[ColOffenseID]:
		return "a whole number up to 9223372036854775807 without leading zeros, as 2018174723"
	case Columns[ColFirstOccurrence], Columns[ColLastOccurrence], Columns[ColReported]:
		return "a date of the calendar, as 2019-01-02T00:13:00"
	case Columns[ColGeoLon]:
		return "degrees from -180 to 180, as -104.98748859"
	case Columns[ColGeoLat]:
		return "degrees from -90 to 90, as 39.73989755"
	}
	return "a whole number up to 999999999 without leading zeros, or nothing"
}

// FieldError is a row that cannot be accepted, and the column at fault; Column
// and Text are empty when the row as a whole is. Error holds nothing of the row,
// so that it may be logged.
type FieldError struct {
	Column string
	Text   string // what stands there
	Reason Reason
}

func (e *FieldError) Error() string {
	if e.Column == "" {
		return e.Reason.String()
	}
	return e.Column + ": " + e.Reason.String()
}

// Detail is Error with the beginning of the text and the form that was wanted:
//
//	GEO_LAT: not a number: "39,7", want degrees from -90 to 90, as 39.73989755
func (e *FieldError) Detail() string {
	text := ""
	if e.Text != "" {
		text = fmt.Sprintf(": %.40q", e.Text)
	}
	return e.Error() + text + ", want " + e.Reason.Want(e.Column)
}

// parseTexts is Parse of texts that checkTexts has passed.
func (r *Record) parseTexts() *FieldError {
	var reason Reason
	if r.Incident, reason = parseID(r.Text[ColIncidentID]); reason != "" {
		return r.fault(ColIncidentID, reason)
	}
	if r.Offense, reason = parseID(r.Text[ColOffenseID]); reason != "" {
		return r.fault(ColOffenseID, reason)
	}
	for _, c := range [...]int{ColFirstOccurrence, ColLastOccurrence} {
		if _, ok := ParseDate(r.Text[c]); !ok && r.Text[c] != "" {
			return r.fault(c, NotADate)
		}
	}
	if r.Text[ColReported] == "" {
		return r.fault(ColReported, Empty)
	}
	if _, ok := ParseDate(r.Text[ColReported]); !ok {
		return r.fault(ColReported, NotADate)
	}
	if err := r.parsePlace(); err != nil {
		return err
	}
	for _, c := range [...]int{ColIsCrime, ColIsTraffic, ColVictimCount} {
		if reason := checkCount(r.Text[c]); reason != "" {
			return r.fault(c, reason)
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
		return r.fault(ColGeoLon, reason)
	}
	if r.Place.Lat, reason = parseDegrees(lat, 90); reason != "" {
		return r.fault(ColGeoLat, reason)
	}
	r.Located = true
	return nil
}

// checkTexts finds what no column may hold, and a row that is too large.
func (r *Record) checkTexts() *FieldError {
	size, plain := 0, true
	for _, s := range r.Text {
		size += len(s)
		plain = plain && isPlain(s)
	}
	if plain && size+3*NumColumns <= MaxRecordBytes {
		return nil // as nearly all: each is at most itself, two quotes and a comma
	}
	size, lines := NumColumns-1, 1
	for c, s := range r.Text {
		switch {
		case strings.IndexByte(s, 0) >= 0:
			return r.fault(c, NULByte)
		case !utf8.ValidString(s):
			return r.fault(c, InvalidUTF8)
		case strings.Contains(s, "\r\n"):
			return r.fault(c, LineEnd)
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

func (r *Record) fault(column int, reason Reason) *FieldError {
	return &FieldError{Columns[column], r.Text[column], reason}
}
