package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"hotspot/internal/crime"
)

// Header is the first row of a CSV: which column stands where.
type Header struct {
	Names []string
}

// readHeader reads the header, the first record of s. What cannot be a table
// of rows - empty, UTF-16, compressed, CR-only, separated by tabs - is a
// *FileError that says what to do.
func readHeader(s *splitter, name string) (*Header, error) {
	fail := func(line int64, msg string) error { return &FileError{File: name, Line: line, Msg: msg} }
	if msg := foreign(s.buf[s.pos:s.end]); msg != "" {
		return nil, fail(0, msg)
	}
	err := s.Next()
	var row *RowError
	switch {
	case err == io.EOF:
		return nil, fail(0, "no header: the file is empty")
	case errors.As(err, &row) && bytes.IndexByte(row.Raw, '\r') >= 0:
		return nil, fail(row.Line, crOnly)
	case errors.As(err, &row):
		return nil, fail(row.Line, "the header cannot be read: "+row.Reason.String())
	case err != nil:
		return nil, broken(name, s, err)
	case bytes.IndexByte(s.raw, '\r') >= 0:
		return nil, fail(s.Line(), crOnly)
	case !utf8.Valid(s.raw) || bytes.IndexByte(s.raw, 0) >= 0:
		return nil, fail(s.Line(), "the header is not UTF-8 text; save the file as UTF-8")
	}
	h := &Header{}
	for i := range s.Len() {
		h.Names = append(h.Names, string(s.Field(i)))
	}
	if len(h.Names) == 1 {
		return nil, fail(s.Line(), "1 column; is it separated by "+separator(h.Names[0])+"? Save it with commas")
	}
	return h, nil
}

const crOnly = "CR-only line ends; save the file with LF or CRLF"

// Find returns where each of Columns stands. The error lists the missing ones,
// with the likely misspelling of each, or a name that is there twice.
func (h *Header) Find() (at [crime.NumColumns]int, err error) {
	var missing []string
	for c, name := range crime.Columns {
		if at[c] = slices.Index(h.Names, name); at[c] >= 0 {
			continue
		}
		like := slices.IndexFunc(h.Names, func(n string) bool { return strings.EqualFold(squeeze(n), squeeze(name)) })
		if like >= 0 {
			name += fmt.Sprintf(" (did you mean %q?)", h.Names[like])
		}
		missing = append(missing, name)
	}
	if missing != nil {
		return at, errors.New("the header lacks " + strings.Join(missing, ", "))
	}
	for i, n := range h.Names {
		if n != "" && slices.Contains(h.Names[:i], n) {
			return at, errors.New("the header has " + n + " twice")
		}
	}
	return at, nil
}

// RawColumns are the columns of the city's raw file. Nobody may change it.
var RawColumns = [...]string{
	"OBJECTID", "INCIDENT_ID", "OFFENSE_ID", "OFFENSE_CODE", "OFFENSE_CODE_EXTENSION", "OFFENSE_TYPE_ID", "OFFENSE_CATEGORY_ID",
	"FIRST_OCCURRENCE_DATE", "LAST_OCCURRENCE_DATE", "REPORTED_DATE", "INCIDENT_ADDRESS", "GEO_X", "GEO_Y", "GEO_LON", "GEO_LAT",
	"DISTRICT_ID", "PRECINCT_ID", "NEIGHBORHOOD_ID", "IS_CRIME", "IS_TRAFFIC", "VICTIM_COUNT", "x", "y",
}

// rawOnly are the columns of the city's file that no prepared file has.
var rawOnly = []string{"OBJECTID", "LAST_OCCURRENCE_DATE", "INCIDENT_ADDRESS", "GEO_X", "GEO_Y"}

// IsRaw reports whether it is the header of the city's raw file.
func (h *Header) IsRaw() bool {
	return slices.ContainsFunc(h.Names, func(n string) bool { return slices.Contains(rawOnly, n) })
}

// IsCity reports whether it is the header of the city's raw file as a whole,
// name by name.
func (h *Header) IsCity() bool { return slices.Equal(h.Names, RawColumns[:]) }

// squeeze drops what a spreadsheet adds to a name.
func squeeze(name string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' || r == '\u00a0' || r == '\ufeff' || r == '\t' {
			return -1
		}
		return r
	}, name)
}

func separator(header string) string {
	for _, s := range []struct{ mark, name string }{{"\t", "tabs"}, {";", "semicolons"}, {"|", "bars"}} {
		if strings.Contains(header, s.mark) {
			return s.name
		}
	}
	return "tabs or semicolons"
}

// foreign knows what is no CSV in UTF-8 by its first bytes.
func foreign(b []byte) string {
	for _, m := range [...]struct{ magic, msg string }{
		{"\xff\xfe", "UTF-16; save the file as UTF-8"},
		{"\xfe\xff", "UTF-16; save the file as UTF-8"},
		{gzipMagic, "gzip data where rows are expected; inflate it with gunzip"},
		{"PK\x03\x04", "a zip archive or a spreadsheet; unpack it or save it as CSV"},
		{"(\xb5\x2f\xfd", "zstd data; inflate it with zstd -d"},
		{"BZh", "bzip2 data; inflate it with bunzip2"},
	} {
		if bytes.HasPrefix(b, []byte(m.magic)) {
			return m.msg
		}
	}
	return ""
}
