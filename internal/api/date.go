package api

import (
	"math"
	"time"
)

// date is a local time in seconds since 1970, as if its zone were UTC: a date
// of the data has no zone.
type date int64

const (
	noDate   date = math.MinInt64
	dateForm      = "2006-01-02T15:04:05"
)

// parseDate reads a date of the calendar in dateForm, as accepted rows have it;
// what has another form is noDate. It takes a fifth of time.Parse's time.
func parseDate(text string) date {
	if len(text) != len(dateForm) {
		return noDate
	}
	for i := range len(dateForm) {
		if digit := dateForm[i]-'0' <= 9; digit && text[i]-'0' > 9 || !digit && text[i] != dateForm[i] {
			return noDate
		}
	}
	two := func(i int) int64 { return int64(text[i]-'0')*10 + int64(text[i+1]-'0') }
	day := days(two(0)*100+two(2), two(5), two(8))
	return date(((day*24+two(11))*60+two(14))*60 + two(17))
}

// days is the number of days from 1970-01-01 to a day of the Gregorian calendar
// (Hinnant, chrono-compatible low-level date algorithms, days_from_civil).
func days(year, month, day int64) int64 {
	if month <= 2 { // a year begins in March
		year, month = year-1, month+12
	}
	era := year / 400 // years are positive
	ofEra := year - era*400
	ofYear := (153*(month-3)+2)/5 + day - 1
	return era*146_097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719_468
}

// String is d as a row has it, "" for noDate.
func (d date) String() string {
	if d == noDate {
		return ""
	}
	return time.Unix(int64(d), 0).UTC().Format(dateForm)
}

// append appends d as a JSON string, "" for noDate.
func (d date) append(dst []byte) []byte {
	dst = append(dst, '"')
	if d != noDate {
		dst = time.Unix(int64(d), 0).UTC().AppendFormat(dst, dateForm)
	}
	return append(dst, '"')
}
