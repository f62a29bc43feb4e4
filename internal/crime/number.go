package crime

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// parseID reads 0|[1-9][0-9]* up to 2^63-1.
func parseID(s string) (int64, Reason) {
	switch {
	case s == "":
		return 0, Empty
	case !isCanonical(s):
		return 0, NotAnID
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, OutOfRange
	}
	return n, ""
}

// DigitsID is the id that the digits of a city's own id make, and "" where it has
// none: 42 of GO-0042. Whether it fits is for Parse to say.
func DigitsID(own string) string {
	digits := notDigits.ReplaceAllString(own, "")
	if digits == "" {
		return ""
	}
	return cmp.Or(strings.TrimLeft(digits, "0"), "0")
}

var notDigits = regexp.MustCompile(`[^0-9]+`)

// HashID is an id made of any text: the first 63 bits of its SHA-256. Of a million
// texts two have the same one with a chance of 5 in 100 million.
func HashID(own string) string {
	sum := sha256.Sum256([]byte(own))
	return strconv.FormatUint(binary.BigEndian.Uint64(sum[:])>>1, 10)
}

// checkCount accepts nothing, or 0|[1-9][0-9]{0,8}.
func checkCount(s string) Reason {
	switch {
	case s == "":
		return ""
	case !isCanonical(s):
		return NotANumber
	case len(s) > 9:
		return OutOfRange
	}
	return ""
}

// isCanonical reports whether s, which is not empty, is written 0|[1-9][0-9]*.
func isCanonical(s string) bool { return allDigits(s) && (s[0] != '0' || len(s) == 1) }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// parseDegrees reads a number in JSON's grammar that lies within ±limit. The
// value is the nearest float64; -0 and what underflows are 0.
func parseDegrees(s string, limit float64) (float64, Reason) {
	switch {
	case s == "":
		return 0, Empty
	case !isNumber(s):
		return 0, NotANumber
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(v) > limit {
		return 0, OutOfRange
	}
	return v + 0, "" // -0 is 0
}

// isNumber reports whether s, which is not empty, is a number in JSON's grammar,
// without the spaces that may stand around one in a JSON text. Nearly all are
// plain decimals, which encoding/json would take five times as long to accept.
func isNumber(s string) bool {
	whole, fraction, pointed := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if whole != "" && isCanonical(whole) && (!pointed || fraction != "" && allDigits(fraction)) {
		return true
	}
	return (s[0] == '-' || isDigit(s[0])) && isDigit(s[len(s)-1]) && json.Valid([]byte(s))
}
