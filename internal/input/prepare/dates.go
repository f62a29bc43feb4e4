package prepare

import (
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// isoDates is the conversion of a row: both dates from the city's form. In the
// city's file an ISO date is a fault; a file with other columns may have either
// form, and a prepared file has ISO dates, which stay.
func isoDates(city bool) source.Convert {
	return func(text *[crime.NumColumns]string) *crime.FieldError {
		for _, c := range [...]int{crime.ColFirstOccurrence, crime.ColReported} {
			s := text[c]
			if iso, ok := cityDate(s); ok {
				text[c] = iso
			} else if city && s != "" {
				return &crime.FieldError{Column: crime.Columns[c], Reason: crime.NotADate}
			}
		}
		return nil
	}
}

// cityDate rewrites M/D/YYYY h:mm:ss AM|PM as 2006-01-02T15:04:05; the seconds
// may be missing. The hour is 1 to 12, or 0 for midnight (0:00:00 AM). Whether
// the calendar has the day is for Parse to say: 2/30/2020 gives 2020-02-30.
func cityDate(s string) (iso string, ok bool) {
	month, s := number(s, '/', 2)
	day, s := number(s, '/', 2)
	year, s := number(s, ' ', 4)
	hour, s := number(s, ':', 2)
	clock, half, _ := strings.Cut(s, " ")
	second := 0
	switch {
	case len(clock) == len("00:00") && clock[2] == ':':
		second, _ = number(clock[3:]+" ", ' ', 2)
	case len(clock) != len("00"):
		return "", false
	}
	minute, _ := number(clock[:2]+" ", ' ', 2)
	if month < 0 || day < 0 || year < 1000 || hour < 0 || minute < 0 || second < 0 {
		return "", false
	}
	switch {
	case half == "AM" && hour <= 12:
		hour %= 12
	case half == "PM" && 1 <= hour && hour <= 12:
		hour = hour%12 + 12
	default:
		return "", false
	}
	b := make([]byte, 0, len("2006-01-02T15:04:05"))
	b = append(pad(pad(b, year/100), year%100), '-')
	b = append(pad(b, month), '-')
	b = append(pad(b, day), 'T')
	b = append(pad(b, hour), ':')
	b = append(pad(b, minute), ':')
	return string(pad(b, second)), true
}

// number reads 1 to most digits up to the mark; anything else is -1.
func number(s string, mark byte, most int) (n int, rest string) {
	for i := range len(s) {
		switch d := s[i] - '0'; {
		case s[i] == mark && i > 0:
			return n, s[i+1:]
		case d > 9 || i == most:
			return -1, ""
		default:
			n = n*10 + int(d)
		}
	}
	return -1, ""
}

func pad(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }
