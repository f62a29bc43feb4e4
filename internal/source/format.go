package source

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"hotspot/internal/crime"
)

// Format says how somebody else's CSV is written. The zero value is our own
// form: commas, UTF-8, the header first, and no tolerance.
type Format struct {
	// Tolerant takes what spreadsheets and portals write where it can mean one
	// thing only: names in other letters, \" within quotes, empty fields behind
	// the last column, rows in Windows-1252.
	Tolerant  bool
	Separator byte              // 0: a comma
	Encoding  encoding.Encoding // nil: UTF-8
	Header    int               // on which line the header is; 0: on the first; NoHeader
}

// NoHeader is the Header of a file that begins with a row. Its columns are
// called 1, 2, 3, ...
const NoHeader = -1

// Recognize fills in what f leaves open from the beginning of a file: UTF-16 by
// its mark, the separator, and a header below "sep=;" or lines that begin with #.
func (f Format) Recognize(head []byte) Format {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		f.Encoding = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	}
	head, _ = io.ReadAll(f.reader(bytes.NewReader(head))) // cut off, so perhaps with an error
	lines := strings.Split(string(bytes.TrimPrefix(head, []byte(byteOrderMark))), "\n")
	at := max(f.Header-1, 0)
	for ; f.Header == 0 && at < len(lines)-1; at++ {
		line := strings.TrimSpace(lines[at])
		if rest, ok := strings.CutPrefix(strings.Trim(line, `"`), "sep="); ok && len(rest) == 1 && f.Separator == 0 {
			f.Separator = rest[0]
		} else if line != "" && (line[0] != '#' || len(line) > 1 && line[1] == separatorOf(line)) { // a column may be called #
			break
		}
	}
	if at > 0 && f.Header == 0 {
		f.Header = at + 1
	}
	if f.Separator == 0 && at < len(lines) {
		f.Separator = separatorOf(lines[at])
	}
	return f
}

// separatorOf is what most often stands between the texts of a header, a comma
// when nothing does.
func separatorOf(line string) byte {
	line = quoted.ReplaceAllString(line, "")
	best := ","
	for _, c := range []string{";", "\t", "|"} {
		if strings.Count(line, c) > strings.Count(line, best) {
			best = c
		}
	}
	return best[0]
}

var quoted = regexp.MustCompile(`"[^"]*"`)

// EncodingOf finds an encoding by one of its names on the web, as windows-1252,
// iso-8859-1 or utf-16.
func EncodingOf(name string) (encoding.Encoding, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("encoding %q is none that is known; want utf-8, utf-16, windows-1252, iso-8859-1 or another of their kind", name)
	}
	return e, nil
}

// reader reads r as UTF-8.
func (f Format) reader(r io.Reader) io.Reader {
	if f.Encoding == nil || f.Encoding == unicode.UTF8 {
		return r // what is not UTF-8 is for crime.Parse to refuse
	}
	return transform.NewReader(r, f.Encoding.NewDecoder())
}

// text is a field in UTF-8. guessed says that it is not, and was read as
// Windows-1252, in which every byte means something.
func (f Format) text(s string) (text string, guessed bool) {
	if !f.Tolerant || f.Encoding != nil || utf8.ValidString(s) {
		return s, false
	}
	text, err := charmap.Windows1252.NewDecoder().String(s)
	return text, err == nil
}

// ReadHeader is the header that a reader of this form finds in the beginning of a file.
func ReadHeader(head []byte, name string, f Format) (Header, error) {
	in, err := NewReaderOf(bytes.NewReader(head), name, f, func(Header) ([]int, error) { return nil, nil },
		func(*crime.Record, []string) error { return nil })
	return in.header, err
}
