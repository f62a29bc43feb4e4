package source

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
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
		if f.Encoding == nil {
			f.Encoding = utf16
		}
		head, _ = io.ReadAll(transform.NewReader(bytes.NewReader(head), f.Encoding.NewDecoder())) // cut off, so with an error
	}
	lines := strings.Split(string(bytes.TrimPrefix(head, []byte(byteOrderMark))), "\n")
	at := max(f.Header-1, 0)
	for ; f.Header == 0 && at < len(lines)-1; at++ {
		line, next := strings.TrimSpace(lines[at]), lines[at+1]
		if rest, ok := strings.CutPrefix(strings.Trim(line, `"`), "sep="); ok && len(rest) == 1 && f.Separator == 0 {
			f.Separator = rest[0]
		} else if line != "" && (line[0] != '#' || sepCount(line, separatorOf(next)) > 0 && sepCount(line, separatorOf(next)) == sepCount(next, separatorOf(next))) {
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
	best := byte(',')
	for _, c := range []byte(";\t|") {
		if sepCount(line, c) > sepCount(line, best) {
			best = c
		}
	}
	return best
}

// sepCount counts c outside of quotes.
func sepCount(line string, c byte) (n int) {
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 0 {
			n += strings.Count(part, string(c))
		}
	}
	return n
}

var utf16 = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)

// EncodingOf finds an encoding by its name, as windows-1252, iso-8859-1, utf-8
// or utf-16. Case, spaces and hyphens do not count.
func EncodingOf(name string) (encoding.Encoding, error) {
	plain := func(s string) string { return strings.ToLower(squeeze(s)) }
	for _, e := range append([]encoding.Encoding{unicode.UTF8, utf16}, charmap.All...) {
		called := fmt.Sprint(e)
		if e == utf16 {
			called = "UTF-16"
		}
		if plain(called) == plain(name) {
			return e, nil
		}
	}
	return nil, fmt.Errorf("encoding %q is none that is known; want utf-8, utf-16, windows-1252, iso-8859-1 or another of their kind", name)
}

// reader reads r as UTF-8 where its encoding is one of more than a byte each.
func (f Format) reader(r io.Reader) io.Reader {
	if f.Encoding == utf16 {
		return transform.NewReader(r, f.Encoding.NewDecoder())
	}
	return r
}

// text is a field in UTF-8. guessed says that it is not, and was read as
// Windows-1252, in which every byte means something.
func (f Format) text(s string) (text string, guessed bool) {
	c, ok := f.Encoding.(*charmap.Charmap)
	if !ok {
		if !f.Tolerant || f.Encoding != nil || utf8.ValidString(s) {
			return s, false
		}
		c, guessed = charmap.Windows1252, true
	}
	text, err := c.NewDecoder().String(s)
	if err != nil {
		return s, false // for crime.Parse to refuse
	}
	return text, guessed
}

// ReadHeader is the header that a reader of this form finds in the beginning of a file.
func ReadHeader(head []byte, name string, f Format) (Header, error) {
	in, err := NewReaderOf(bytes.NewReader(head), name, f, func(Header) ([]int, error) { return nil, nil },
		func(*crime.Record, []string) error { return nil })
	return in.header, err
}
