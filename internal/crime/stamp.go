package crime

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// StampKey is the key of the message header that holds the Stamp.
const StampKey = "hotspot"

// stampVersion is the schema of header and value.
const stampVersion = "1"

// Stamp is what a message says about its row, in the one header that it has:
// "1 <row> <line> <chain> <invented> <title>". It is one header and not six
// because each costs (formats.md has the measurement).
type Stamp struct {
	Row      int64 // 1 for the first accepted row
	Line     int64 // in the prepared CSV, the header being line 1
	Chain    Chain // after this row
	Invented bool  // an invented city
	Title    string
}

// Append appends the value of the header.
func (s Stamp) Append(dst []byte) []byte {
	dst = append(dst, stampVersion+" "...)
	dst = append(strconv.AppendInt(dst, s.Row, 10), ' ')
	dst = append(strconv.AppendInt(dst, s.Line, 10), ' ')
	for _, b := range s.Chain {
		dst = append(dst, hexDigits[b>>4], hexDigits[b&15])
	}
	dst = append(strconv.AppendBool(append(dst, ' '), s.Invented), ' ')
	return append(dst, s.Title...)
}

// ParseStamp takes back what Append wrote for a valid stamp, and nothing else.
// The error is ErrUnknownSchema when another version is named, else
// ErrBadStamp.
func ParseStamp(b []byte) (Stamp, error) {
	var s Stamp
	if err := s.Parse(b); err != nil {
		return Stamp{}, err
	}
	return s, nil
}

// Parse is ParseStamp into s, whose title is kept when it is the same: the
// stamps of a topic, parsed one after the other into one Stamp, share theirs.
// After an error s is as it was, or in part new.
func (s *Stamp) Parse(b []byte) error {
	version, rest, ok := bytes.Cut(b, space)
	if _, reason := parseID(string(version)); !ok || reason != "" {
		return ErrBadStamp
	}
	if string(version) != stampVersion {
		return fmt.Errorf("%w %.20s", ErrUnknownSchema, version)
	}
	var f [4][]byte
	for i := range f {
		if f[i], rest, ok = bytes.Cut(rest, space); !ok {
			return ErrBadStamp
		}
	}
	var row, line Reason
	s.Row, row = parseID(string(f[0]))
	s.Line, line = parseID(string(f[1]))
	if row != "" || line != "" || s.Row < 1 || s.Line < 1 || !s.Chain.parse(f[2]) {
		return ErrBadStamp
	}
	switch string(f[3]) {
	case "true":
		s.Invented = true
	case "false":
		s.Invented = false
	default:
		return ErrBadStamp
	}
	if s.Title == "" || string(rest) != s.Title {
		title := string(rest)
		if ValidTitle(title) != nil {
			return ErrBadStamp
		}
		s.Title = title
	}
	return nil
}

var space = []byte(" ")

// MaxTitle is the greatest length of a title in bytes.
const MaxTitle = 200

// ValidTitle says what keeps title from being one: it is 1 to 200 bytes of
// UTF-8 without control characters.
func ValidTitle(title string) error {
	switch {
	case title == "":
		return errors.New("a title must not be empty")
	case len(title) > MaxTitle:
		return fmt.Errorf("a title has at most %d bytes, not %d", MaxTitle, len(title))
	case !utf8.ValidString(title):
		return errors.New("a title must be UTF-8")
	case strings.ContainsFunc(title, unicode.IsControl):
		return errors.New("a title must not hold control characters")
	}
	return nil
}
