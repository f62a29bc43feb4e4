// Package rowtest is one good row, and rows that differ from it in what a test
// is about.
package rowtest

import (
	"slices"
	"strings"

	"hotspot/internal/crime"
)

// Good is a row that is accepted.
var Good = [crime.NumColumns]string{
	"2018174723", "2018174723239901", "2399", "1", "theft-bicycle", "larceny",
	"2018-03-11T14:00:00", "2018-03-11T15:00:00", "2018-03-11T16:30:00", "-104.98748859", "39.73989755",
	"6", "611", "civic-center", "1", "0", "1", "GO 2018-174723",
}

// With is Good with other texts: column name, text, column name, text …
func With(pairs ...string) [crime.NumColumns]string {
	text := Good
	for i := 0; i < len(pairs); i += 2 {
		text[slices.Index(crime.Columns[:], pairs[i])] = pairs[i+1]
	}
	return text
}

// Line is With as a line of a CSV, without quotes and with its line end.
func Line(pairs ...string) string {
	text := With(pairs...)
	return strings.Join(text[:], ",") + "\n"
}

// Header is the header line of a prepared CSV.
func Header() string { return string(crime.AppendHeader(nil)) }
