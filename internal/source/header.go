package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hotspot/internal/platform/usage"
)

// Header is the names in the first row of a CSV.
type Header []string

// readHeader reads the header, the first record of s. What cannot be a table
// of rows - empty, UTF-16, compressed, CR-only, separated by tabs - is a
// *FileError that says what to do.
func readHeader(s *splitter, name string, f Format) (Header, error) {
	fail := func(line int64, msg string) error { return &FileError{File: name, Line: line, Msg: msg} }
	if msg := otherFormat(s.buf[s.pos:min(s.end, s.pos+magicBytes)]); msg != "" {
		return nil, fail(0, msg)
	}
	err := s.Next()
	for f.Header > 0 && s.line < int64(f.Header) && (err == nil || errors.As(err, new(*RowError))) {
		err = s.Next()
	}
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
		return nil, fail(s.line, crOnly)
	}
	var h Header
	for i := range s.spans {
		name, _ := f.text(string(s.Field(i)))
		if !utf8.ValidString(name) || strings.IndexByte(name, 0) >= 0 {
			return nil, fail(s.line, "the header is not UTF-8 text; save the file as UTF-8")
		}
		if f.Header == NoHeader {
			name = strconv.Itoa(i + 1)
		}
		h = append(h, name)
	}
	if len(h) == 1 {
		return nil, fail(s.line, "1 column; is it separated by tabs or semicolons? hotspot prepare reads that, too; or save it with commas")
	}
	return h, nil
}

const crOnly = "CR-only line ends; save the file with LF or CRLF"

// Find returns where the columns stand that are asked for, by Like, -1 for an
// optional one that is absent. The error names all that are wrong; of those that
// are absent it is a *ColumnsError.
func (h Header) Find(columns []string, optional ...string) (at []int, err error) {
	var missing []string
	var errs []error
	for _, name := range columns {
		i, err := h.Like(name)
		switch {
		case err != nil:
			errs = append(errs, err)
		case i < 0 && !slices.Contains(optional, name):
			missing = append(missing, name+usage.DidYouMean(name, h))
		}
		at = append(at, i)
	}
	if missing != nil {
		errs = append(errs, &ColumnsError{Missing: missing, Header: h})
	}
	return at, errors.Join(errs...)
}

// Like returns where the column stands that is called name; when there is none,
// the only one that differs from it in case and spaces, or has it as its number;
// -1 for none. The error says that there are several.
func (h Header) Like(name string) (int, error) {
	same := func(there string) bool { return there == name }
	if !slices.Contains(h, name) {
		if n, err := strconv.Atoi(name); err == nil && (n < 1 || n > len(h)) {
			return -1, nil
		} else if err == nil {
			return n - 1, nil
		}
		same = func(there string) bool { return Squeeze(there) == Squeeze(name) }
	}
	at := slices.IndexFunc(h, same)
	if at >= 0 && slices.ContainsFunc(h[at+1:], same) {
		return at, fmt.Errorf("the header has %s twice; rename one, or give the number of the column", name)
	}
	return at, nil
}

// Squeeze is a name without what spreadsheets and portals change in it.
func Squeeze(name string) string { return strings.ToLower(spaces.Replace(name)) }

var spaces = strings.NewReplacer(" ", "", "_", "", "-", "", "\t", "", "\u00a0", "", "\u202f", "", "\ufeff", "")

// otherFormat knows what is no CSV in UTF-8 by its first bytes, and says what to
// do with it; "" for all else.
func otherFormat(b []byte) string {
	for _, m := range [...]struct{ magic, msg string }{
		{"\xff\xfe", "UTF-16; save the file as UTF-8"},
		{"\xfe\xff", "UTF-16; save the file as UTF-8"},
		{gzipMagic, "gzip data where rows are expected; inflate it with gunzip"},
		{"PK\x03\x04", "a zip archive or a spreadsheet; unpack it or save it as CSV"},
		{"(\xb5\x2f\xfd", "zstd data; inflate it with zstd -d"},
		{"BZh", "bzip2 data; inflate it with bunzip2"},
		{"version https://git-lfs.github.com/spec/", "a Git LFS pointer and not the file that it stands for; run git lfs pull"},
	} {
		if bytes.HasPrefix(b, []byte(m.magic)) {
			return m.msg
		}
	}
	text := bytes.Join(bytes.Fields(b), nil)
	switch {
	case bytes.HasPrefix(text, []byte("<")):
		return "an HTML or XML page and no CSV, most often the error page of a portal; fetch the file again"
	case bytes.HasPrefix(text, []byte("[{")), bytes.HasPrefix(text, []byte(`{"`)):
		return "JSON and no CSV; export the table as CSV"
	}
	return ""
}
