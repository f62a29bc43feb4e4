package crime

import (
	"errors"
	"strings"
	"unicode/utf8"
	"unsafe"
)

const hexDigits = "0123456789abcdef"

// AppendValue appends the message value: one JSON object of the 16 texts in
// the order of Columns, without spaces and final newline, byte for byte what
// encoding/json writes with HTML escaping off.
func (r *Record) AppendValue(dst []byte) []byte {
	for c := range r.Text {
		dst = append(dst, valueKeys[c]...)
		dst = appendText(dst, r.Text[c])
		dst = append(dst, '"')
	}
	return append(dst, '}')
}

// errNotARecord is what every value that AppendValue cannot have written gets.
var errNotARecord = errors.New("crime: not the value of a row")

// ParseValue takes back what AppendValue wrote for an accepted record, and
// nothing else: another order, a space, a needless escape or a text that Parse
// rejects are errors. So a value and its record stand for each other, and a
// chain over values is one over records. It does not keep value.
func ParseValue(value []byte) (Record, error) {
	var r Record
	err := r.parseValue(string(value)) // the texts are its slices: one allocation a row
	if err != nil {
		return Record{}, err
	}
	return r, nil
}

// TakeValue is ParseValue into r without a copy: the texts of r are the bytes
// of value, which must never change again. After an error r means nothing.
func (r *Record) TakeValue(value []byte) error {
	return r.parseValue(unsafe.String(unsafe.SliceData(value), len(value)))
}

func (r *Record) parseValue(s string) error {
	rest, escaped := s, false
	for c := range r.Text {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, valueKeys[c]); !ok {
			return errNotARecord
		}
		n, esc := scanText(rest)
		if n == len(rest) {
			return errNotARecord
		}
		r.Text[c], rest = rest[:n], rest[n+1:]
		escaped = escaped || esc
	}
	if rest != "}" {
		return errNotARecord
	}
	if escaped {
		for c := range r.Text {
			r.Text[c] = unescape(r.Text[c])
		}
	}
	// scanText has seen no control character, and the CSV line is shorter than s.
	if err := r.Judge(!escaped && len(s) <= MaxRecordBytes && utf8.ValidString(s)); err != nil {
		return err
	}
	// Written again it must be the same bytes: then no escape was needless.
	if escaped && string(r.AppendValue(make([]byte, 0, len(s)))) != s {
		return errNotARecord
	}
	return nil
}

// valueKeys are what stands before each text: the comma, the name, the quote.
var valueKeys = func() (keys [NumColumns]string) {
	for c, name := range Columns {
		keys[c] = `,"` + name + `":"`
	}
	keys[0] = "{" + keys[0][1:]
	return keys
}()

// scanText returns where the text ends: the index of its closing quote, or
// len(s). escaped says that the text is not its own bytes, or may not be.
func scanText(s string) (n int, escaped bool) {
	for ; n < len(s); n++ {
		switch c := s[n]; {
		case c == '"':
			return n, escaped
		case c == '\\':
			escaped = true
			n++
		case c < ' ' || c == 0xe2: // never written raw; the first byte of U+2028
			escaped = true
		}
	}
	return len(s), escaped
}

// appendText appends s escaped as encoding/json does.
func appendText(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			dst = appendEscape(append(dst, s[start:i]...), c)
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			dst = append(append(dst, s[start:i]...), `\ufffd`...)
			start = i + n
		case r == '\u2028' || r == '\u2029':
			dst = append(append(dst, s[start:i]...), `\u202`...)
			dst = append(dst, hexDigits[r&15])
			start = i + n
		}
		i += n
	}
	return append(dst, s[start:]...)
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// unescape undoes appendText. What appendText cannot have written comes back
// as something that it writes differently.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for ; i >= 0; i = strings.IndexByte(s, '\\') {
		b.WriteString(s[:i])
		s = s[i+1:]
		if s == "" {
			break
		}
		c := s[0]
		s = s[1:]
		switch c {
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'u':
			if len(s) < 4 {
				continue
			}
			var r rune
			for _, h := range []byte(s[:4]) {
				r = r<<4 | rune(strings.IndexByte(hexDigits, h)&15)
			}
			b.WriteRune(r)
			s = s[4:]
		default:
			b.WriteByte(c)
		}
	}
	b.WriteString(s)
	return b.String()
}
