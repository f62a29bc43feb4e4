package crime

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// HeaderKey is the key of the one header that a message has.
const HeaderKey = "hotspot"

// headerVersion is the schema of header and value.
const headerVersion = "2"

// Header is what a message says about its row, in the one header that it has:
// "2 <row> <line> <chain> <area> <invented> <title>". It is one header and not six
// because each costs (formats.md has the measurement).
type Header struct {
	Source
	Row   int64 // 1 for the first accepted row
	Line  int64 // in the prepared CSV, the header being line 1
	Chain Chain // after this row
}

// Append appends the value of the header.
func (h Header) Append(dst []byte) []byte {
	dst = append(dst, headerVersion+" "...)
	dst = append(strconv.AppendInt(dst, h.Row, 10), ' ')
	dst = append(strconv.AppendInt(dst, h.Line, 10), ' ')
	dst = append(hex.AppendEncode(dst, h.Chain[:]), ' ')
	dst = append(append(dst, h.Area...), ' ')
	dst = append(strconv.AppendBool(dst, h.Invented), ' ')
	return append(dst, h.Title...)
}

// What ParseHeader finds wrong.
var (
	ErrUnknownSchema = errors.New("crime: unknown schema version")
	ErrOlder         = fmt.Errorf("%w, one that an older hotspot wrote", ErrUnknownSchema)
	ErrBadHeader     = errors.New("crime: not the header of a row")
)

// ParseHeader takes back what Append wrote for a valid header, and nothing
// else. It does not look into the area: the same one comes with every row, and
// ParseArea reads it where it is needed. The error is ErrOlder or ErrUnknownSchema
// when another version is named, else ErrBadHeader.
func ParseHeader(b []byte) (Header, error) {
	version, rest, ok := strings.Cut(string(b), " ")
	if _, reason := parseID(version); !ok || reason != "" {
		return Header{}, ErrBadHeader
	}
	if version == "1" {
		return Header{}, ErrOlder
	}
	if version != headerVersion {
		return Header{}, fmt.Errorf("%w %.20s", ErrUnknownSchema, version)
	}
	f := strings.SplitN(rest, " ", 6)
	if len(f) < 6 {
		return Header{}, ErrBadHeader
	}
	row, badRow := parseID(f[0])
	line, badLine := parseID(f[1])
	chain, err := ParseChain(f[2])
	invented := f[4] == "true"
	if badRow != "" || badLine != "" || row < 1 || line < 1 || err != nil ||
		!invented && f[4] != "false" || ValidTitle(f[5]) != nil {
		return Header{}, ErrBadHeader
	}
	return Header{Source{f[5], invented, f[3]}, row, line, chain}, nil
}

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
