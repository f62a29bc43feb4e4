package crime_test

import (
	"errors"
	"strings"
	"testing"

	"hotspot/internal/crime"
)

func TestHeaderTravels(t *testing.T) {
	c := crime.StartChain("x", false)
	for _, s := range []crime.Header{
		{Row: 1, Line: 2, Chain: c, Title: "Denver crime"},
		{Row: 9223372036854775807, Line: 9223372036854775807, Chain: c, Invented: true, Title: " a  b "},
		{Row: 1, Line: 1, Chain: c, Title: strings.Repeat("é", 100)},
	} {
		b := s.Append(nil)
		if got, err := crime.ParseHeader(b); err != nil || got != s {
			t.Errorf("ParseHeader(%s) = %+v, %v", b, got, err)
		}
	}
	got := string(crime.Header{Row: 7, Line: 9, Chain: crime.Chain{0: 0xab}, Invented: true, Title: "Invented city"}.Append(nil))
	if want := "1 7 9 ab000000000000000000000000000000 true Invented city"; got != want {
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
		{"K05 version alone", "1", crime.ErrBadHeader},
		{"K05 row 0", "1 0 2 " + hash + " true t", crime.ErrBadHeader},
		{"K05 row sign", "1 +1 2 " + hash + " true t", crime.ErrBadHeader},
		{"K05 row zeros", "1 01 2 " + hash + " true t", crime.ErrBadHeader},
		{"K05 row too great", "1 9223372036854775808 2 " + hash + " true t", crime.ErrBadHeader},
		{"K05 line", "1 1 x " + hash + " true t", crime.ErrBadHeader},
		{"K05 line 0", "1 1 0 " + hash + " true t", crime.ErrBadHeader},
		{"K05 upper-case chain", "1 1 2 " + strings.ToUpper(hash) + " true t", crime.ErrBadHeader},
		{"K05 short chain", "1 1 2 ab true t", crime.ErrBadHeader},
		{"K05 invented", "1 1 2 " + hash + " TRUE t", crime.ErrBadHeader},
		{"K05 no title", "1 1 2 " + hash + " true", crime.ErrBadHeader},
		{"K05 empty title", "1 1 2 " + hash + " true ", crime.ErrBadHeader},
		{"K05 newline in the title", "1 1 2 " + hash + " true a\nb", crime.ErrBadHeader},
		{"K05 title not UTF-8", "1 1 2 " + hash + " true \xff", crime.ErrBadHeader},
		{"K05 long title", "1 1 2 " + hash + " true " + strings.Repeat("x", 201), crime.ErrBadHeader},
		{"K05 two spaces", "1  1 2 " + hash + " true t", crime.ErrBadHeader},
		{"K06", "2 whatever comes then", crime.ErrUnknownSchema},
		{"K06 zero", "0 1 2 " + hash + " true t", crime.ErrUnknownSchema},
		{"K05 version with zeros", "01 1 2 " + hash + " true t", crime.ErrBadHeader},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if s, err := crime.ParseHeader([]byte(tt.in)); !errors.Is(err, tt.want) {
				t.Errorf("ParseHeader(%q) = %+v, %v, want %v", tt.in, s, err, tt.want)
			}
		})
	}
}
