package crime_test

import (
	"errors"
	"strings"
	"testing"

	"hotspot/internal/crime"
)

func TestHeaderTravels(t *testing.T) {
	c := crime.StartChain(crime.Source{Title: "x", Area: crime.Denver.String()})
	for _, s := range []crime.Header{
		{Row: 1, Line: 2, Chain: c, Source: crime.Source{Title: "Denver crime", Area: crime.Denver.String()}},
		{Row: 9223372036854775807, Line: 9223372036854775807, Chain: c, Source: crime.Source{Title: " a  b ", Invented: true, Area: crime.Denver.String()}},
		{Row: 1, Line: 1, Chain: c, Source: crime.Source{Title: strings.Repeat("é", 100), Area: crime.Denver.String()}},
	} {
		b := s.Append(nil)
		if got, err := crime.ParseHeader(b); err != nil || got != s {
			t.Errorf("ParseHeader(%s) = %+v, %v", b, got, err)
		}
	}
	got := string(crime.Header{Row: 7, Line: 9, Chain: crime.Chain{0: 0xab}, Source: crime.Source{Title: "Invented city", Invented: true, Area: crime.Denver.String()}}.Append(nil))
	if want := "2 7 9 ab000000000000000000000000000000 -104.95,39.74;-105.2,39.55,-104.5,39.95;;0 true Invented city"; got != want {
		t.Errorf("Append = %q, want %q", got, want)
	}
}

// K05 and K06 of bad-input.md.
func TestParseHeaderRejects(t *testing.T) {
	const hash = "ab000000000000000000000000000000"
	tests := []struct {
		name, in string
		want     error
	}{
		{"K05 empty", "", crime.ErrBadHeader},
		{"K05 text", "hello", crime.ErrBadHeader},
		{"K05 version alone", "2", crime.ErrBadHeader},
		{"K05 row 0", "2 0 2 " + hash + " a true t", crime.ErrBadHeader},
		{"K05 row sign", "2 +1 2 " + hash + " a true t", crime.ErrBadHeader},
		{"K05 row zeros", "2 01 2 " + hash + " a true t", crime.ErrBadHeader},
		{"K05 row too great", "2 9223372036854775808 2 " + hash + " a true t", crime.ErrBadHeader},
		{"K05 line", "2 1 x " + hash + " a true t", crime.ErrBadHeader},
		{"K05 line 0", "2 1 0 " + hash + " a true t", crime.ErrBadHeader},
		{"K05 upper-case chain", "2 1 2 " + strings.ToUpper(hash) + " a true t", crime.ErrBadHeader},
		{"K05 short chain", "2 1 2 ab a true t", crime.ErrBadHeader},
		{"K05 invented", "2 1 2 " + hash + " a TRUE t", crime.ErrBadHeader},
		{"K05 no title", "2 1 2 " + hash + " a true", crime.ErrBadHeader},
		{"K05 empty title", "2 1 2 " + hash + " a true ", crime.ErrBadHeader},
		{"K05 newline in the title", "2 1 2 " + hash + " a true a\nb", crime.ErrBadHeader},
		{"K05 title not UTF-8", "2 1 2 " + hash + " a true \xff", crime.ErrBadHeader},
		{"K05 long title", "2 1 2 " + hash + " a true " + strings.Repeat("x", 201), crime.ErrBadHeader},
		{"K05 two spaces", "2  1 2 " + hash + " a true t", crime.ErrBadHeader},
		{"K06", "3 whatever comes then", crime.ErrUnknownSchema},
		{"K06 older", "1 1 2 " + hash + " true t", crime.ErrOlder},
		{"K05 no area", "2 1 2 " + hash + " true t", crime.ErrBadHeader},
		{"K06 zero", "0 1 2 " + hash + " true t", crime.ErrUnknownSchema},
		{"K05 version with zeros", "02 1 2 " + hash + " a true t", crime.ErrBadHeader},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if s, err := crime.ParseHeader([]byte(tt.in)); !errors.Is(err, tt.want) {
				t.Errorf("ParseHeader(%q) = %+v, %v, want %v", tt.in, s, err, tt.want)
			}
		})
	}
}
