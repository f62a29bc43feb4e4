package crime

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// AppendValue appends the message value: one JSON object of the 18 texts in
// the order of Columns, without spaces and final newline, byte for byte what
// encoding/json writes with HTML escaping off.
func (r *Record) AppendValue(dst []byte) []byte {
	for c, s := range r.Text {
		dst = append(dst, valueKeys[c]...)
		if isPlain(s) {
			dst = append(append(dst, s...), '"')
		} else {
			dst = append(dst, encodeText(s)[1:]...)
		}
	}
	return append(dst, '}')
}

// errNotARecord is the answer to every value that AppendValue cannot have
// written.
var errNotARecord = errors.New("crime: not the value of a row")

// ParseValue takes back what AppendValue wrote for an accepted record, and
// nothing else: another order, a space, a needless escape or a text that Parse
// rejects are errors. So a value and its record stand for each other, and a
// chain over values is one over records. It does not keep value.
func ParseValue(value []byte) (Record, error) {
	var r Record
	if r.split(string(value)) && len(value) <= MaxRecordBytes {
		if err := r.parseTexts(); err != nil { // plain texts are as checkTexts wants them
			return Record{}, err
		}
		return r, nil
	}
	text, ok := decodeValue(value)
	if !ok {
		return Record{}, errNotARecord
	}
	return Parse(text)
}

// split cuts a value whose texts are all plain, as nearly all are, at its quotes
// into the texts of r: 0.2 µs where encoding/json takes 3.
func (r *Record) split(value string) (ok bool) {
	rest := value
	for c := range r.Text {
		if rest, ok = strings.CutPrefix(rest, valueKeys[c]); !ok {
			return false
		}
		n := plainLength(rest)
		if n == len(rest) || rest[n] != '"' {
			return false
		}
		r.Text[c], rest = rest[:n], rest[n+1:]
	}
	return rest == "}"
}

// decodeValue takes any value. Encoded again it must be the same bytes: then
// nothing was missing, needless or in another order.
func decodeValue(value []byte) (text [NumColumns]string, ok bool) {
	var texts map[string]string
	if err := json.Unmarshal(value, &texts); err != nil {
		return text, false
	}
	for c, name := range Columns {
		text[c] = texts[name]
	}
	return text, bytes.Equal((&Record{Text: text}).AppendValue(nil), value)
}

// valueKeys are what stands before each text: the comma, the name, the quote.
var valueKeys = func() (keys [NumColumns]string) {
	for c, name := range Columns {
		keys[c] = `,"` + name + `":"`
	}
	keys[0] = "{" + keys[0][1:]
	return keys
}()

// isPlain reports whether encoding/json writes s as it is.
func isPlain(s string) bool { return plainLength(s) == len(s) }

// plainLength is how many bytes at the beginning of s encoding/json writes as
// they are. It is 0 when they are not UTF-8. Every byte of every row comes by
// here twice, in the producer and in the consumer.
func plainLength(s string) int {
	n, all := len(s), byte(0)
	for i := range len(s) {
		if escaped[s[i]] {
			n = i
			break
		}
		all |= s[i]
	}
	if all >= utf8.RuneSelf && !utf8.ValidString(s[:n]) {
		return 0
	}
	return n
}

// escaped are the bytes that encoding/json does not write as they are, or with
// which U+2028 begins, which it does not either.
var escaped = func() (is [256]bool) {
	for c := range ' ' {
		is[c] = true
	}
	is['"'], is['\\'], is[0xe2] = true, true, true
	return is
}()

// encodeText is s as a JSON string, with its quotes.
func encodeText(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("crime: encoding a text: " + err.Error()) // every string can be
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
