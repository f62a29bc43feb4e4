package crime

import (
	"math"
	"strconv"
)

// parseID reads 0|[1-9][0-9]* up to 2^63-1.
func parseID(s string) (int64, Reason) {
	if s == "" {
		return 0, Empty
	}
	if !isCanonical(s) {
		return 0, NotAnID
	}
	if len(s) > 19 {
		return 0, OutOfRange
	}
	var n uint64 // 19 digits fit
	for i := range len(s) {
		n = n*10 + uint64(s[i]-'0')
	}
	if n > math.MaxInt64 {
		return 0, OutOfRange
	}
	return int64(n), ""
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
func isCanonical(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return s[0] != '0' || len(s) == 1
}

// Powers of ten that a float64 holds exactly.
var pow10 = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// parseDegrees reads a number in JSON's grammar, -?int frac? exp?, that lies
// within ±limit. The value is the nearest float64, as strconv's; -0 and what
// underflows are 0.
func parseDegrees(s string, limit float64) (float64, Reason) {
	if s == "" {
		return 0, Empty
	}
	digits, fraction, plain, ok := scanNumber(s)
	if !ok {
		return 0, NotANumber
	}
	var v float64
	if plain {
		// Both sides are exact, so the one division rounds once (Clinger 1990).
		v = float64(digits) / pow10[fraction]
		if s[0] == '-' {
			v = -v
		}
	} else {
		var err error
		if v, err = strconv.ParseFloat(s, 64); err != nil {
			return 0, OutOfRange
		}
	}
	if v == 0 {
		v = 0 // not -0
	}
	if v < -limit || v > limit {
		return 0, OutOfRange
	}
	return v, ""
}

// scanNumber checks the grammar. plain says that the number is ±digits/10^fraction
// with both exact in a float64.
func scanNumber(s string) (digits uint64, fraction int, plain, ok bool) {
	i := 0
	if s[0] == '-' {
		i++
	}
	first, point, count := i, -1, 0
	for ; i < len(s); i++ {
		d := s[i] - '0'
		if d <= 9 {
			digits = digits*10 + uint64(d) // meaningless beyond 19 digits, then not plain
			count++
			continue
		}
		if s[i] != '.' || point >= 0 || i == first {
			break
		}
		point = i
	}
	whole := i
	if point >= 0 {
		whole = point
		fraction = i - point - 1
		if fraction == 0 {
			return 0, 0, false, false
		}
	}
	if whole == first || s[first] == '0' && whole > first+1 {
		return 0, 0, false, false
	}
	if i == len(s) {
		return digits, fraction, count <= 15 && fraction < len(pow10), true
	}
	return 0, 0, false, isExponent(s[i:])
}

// isExponent accepts [eE][+-]?[0-9]+.
func isExponent(s string) bool {
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return s != ""
}
