package crime

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// AppendCSV appends the row as one line of a CSV, with its LF: byte for byte
// what encoding/csv's Writer writes.
func (r *Record) AppendCSV(dst []byte) []byte { return appendLine(dst, r.Text[:]) }

// AppendHeader appends the header line of a prepared CSV, with its LF.
func AppendHeader(dst []byte) []byte { return appendLine(dst, Columns[:]) }

func appendLine(dst []byte, texts []string) []byte {
	for i, s := range texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendField(dst, s)
	}
	return append(dst, '\n')
}

// appendField appends one field as encoding/csv's Writer writes it, in quotes
// where they are needed.
func appendField(dst []byte, s string) []byte {
	if !needsQuotes(s) {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(s, `"`, `""`)...)
	return append(dst, '"')
}

// needsQuotes is encoding/csv's rule: also what begins with a space and what
// PostgreSQL takes for the end of its data.
func needsQuotes(s string) bool {
	switch s {
	case "":
		return false
	case `\.`:
		return true
	}
	for i := range len(s) {
		if c := s[i]; c <= ',' && (c == ',' || c == '"' || c == '\n' || c == '\r') {
			return true
		}
	}
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(first)
}
