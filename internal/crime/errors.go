package crime

import (
	"errors"
	"strings"
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

// What ParseHeader finds wrong.
var (
	ErrUnknownSchema = errors.New("crime: unknown schema version")
	ErrBadHeader     = errors.New("crime: not the header of a row")
)
