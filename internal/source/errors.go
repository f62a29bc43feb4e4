package source

import (
	"strconv"
	"strings"

	"hotspot/internal/crime"
)

// RowError is a row of a file that was rejected. The file goes on after it.
// It prints as "crime.csv:312: GEO_LAT: not a number".
type RowError struct {
	crime.FieldError
	File   string
	Line   int64  // of the row's first line; the header is line 1
	Offset int64  // of the row's first byte in the inflated file
	Raw    []byte // the row as it was found, without its line end; the first 64 KiB of a longer one

	Category string // OFFENSE_CATEGORY_ID, as far as it was found
}

func (e *RowError) Error() string { return position(e.File, e.Line) + ": " + e.FieldError.Error() }

// Detail is Error with the text at fault and the form that was wanted.
func (e *RowError) Detail() string { return position(e.File, e.Line) + ": " + e.FieldError.Detail() }

// Usage marks the error as one of the input, not of the program.
func (e *RowError) Usage() bool { return true }

// FileError is a file that cannot be read, or not on from Line. It prints as
// "crime.csv:1: reason", and Msg ends with what to do about it.
type FileError struct {
	File string
	Line int64 // 0 when the file as a whole is at fault
	Msg  string
	Err  error // the cause, where there is one
}

func (e *FileError) Error() string { return position(e.File, e.Line) + ": " + e.Msg }

func (e *FileError) Unwrap() error { return e.Err }

// Usage marks the error as one of the input, not of the program.
func (e *FileError) Usage() bool { return true }

// ColumnsError is a header that lacks columns.
type ColumnsError struct {
	Missing []string
	Header  Header
}

func (e *ColumnsError) Error() string { return "the header lacks " + strings.Join(e.Missing, ", ") }

func position(file string, line int64) string {
	if line == 0 {
		return file
	}
	return file + ":" + strconv.FormatInt(line, 10)
}
