package crime_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/rowtest"
)

// TestChainIsTheDefinition of design.md, spelled out with crypto/sha256.
func TestChainIsTheDefinition(t *testing.T) {
	sum := sha256.Sum256([]byte("hotspot.row/1\nDenver crime\nfalse"))
	c := crime.StartChain("Denver crime", false)
	if got, want := c.String(), hex.EncodeToString(sum[:16]); got != want {
		t.Fatalf("chain(0) = %s, want %s", got, want)
	}
	invented := sha256.Sum256([]byte("hotspot.row/1\nDenver crime\ntrue"))
	if got, want := crime.StartChain("Denver crime", true).String(), hex.EncodeToString(invented[:16]); got != want {
		t.Errorf("chain(0) of an invented city = %s, want %s", got, want)
	}
	for _, value := range []string{`{"INCIDENT_ID":"1"}`, "", strings.Repeat("long ", 4000)} {
		sum = sha256.Sum256(append(append([]byte{}, sum[:16]...), value...))
		c = c.Next([]byte(value))
		if got, want := c.String(), hex.EncodeToString(sum[:16]); got != want {
			t.Errorf("after %.20q: %s, want %s", value, got, want)
		}
	}
	if back, err := crime.ParseChain(c.String()); err != nil || back != c {
		t.Errorf("ParseChain(%s) = %s, %v", c, back, err)
	}
}

func TestParseChainTakesLowerCaseHexOnly(t *testing.T) {
	for _, s := range []string{"", "00", strings.Repeat("0", 31), strings.Repeat("0", 33), strings.Repeat("A", 32), strings.Repeat("g", 32), strings.Repeat(" ", 32)} {
		if c, err := crime.ParseChain(s); err == nil {
			t.Errorf("ParseChain(%q) = %s", s, c)
		}
	}
}

// TestChainCostsNoAllocation for values of the usual size.
func TestChainCostsNoAllocation(t *testing.T) {
	rec := mustParse(t, rowtest.Good)
	value := rec.AppendValue(nil)
	c := crime.StartChain("t", false)
	if n := testing.AllocsPerRun(100, func() { c = c.Next(value) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestStampTravels(t *testing.T) {
	c := crime.StartChain("x", false)
	for _, s := range []crime.Stamp{
		{Row: 1, Line: 2, Chain: c, Title: "Denver crime"},
		{Row: 9223372036854775807, Line: 9223372036854775807, Chain: c, Invented: true, Title: " a  b "},
		{Row: 1, Line: 1, Chain: c, Title: strings.Repeat("é", 100)},
	} {
		b := s.Append(nil)
		if got, err := crime.ParseStamp(b); err != nil || got != s {
			t.Errorf("ParseStamp(%s) = %+v, %v", b, got, err)
		}
	}
	got := string(crime.Stamp{Row: 7, Line: 9, Chain: crime.Chain{0: 0xab}, Invented: true, Title: "Invented city"}.Append(nil))
	if want := "1 7 9 ab000000000000000000000000000000 true Invented city"; got != want {
		t.Errorf("Append = %q, want %q", got, want)
	}
}

// K05 and K06 of bad-input.md.
func TestParseStampRejects(t *testing.T) {
	const hash = "ab000000000000000000000000000000"
	tests := []struct {
		name, in string
		want     error
	}{
		{"K05 empty", "", crime.ErrBadStamp},
		{"K05 text", "hello", crime.ErrBadStamp},
		{"K05 version alone", "1", crime.ErrBadStamp},
		{"K05 row 0", "1 0 2 " + hash + " true t", crime.ErrBadStamp},
		{"K05 row sign", "1 +1 2 " + hash + " true t", crime.ErrBadStamp},
		{"K05 row zeros", "1 01 2 " + hash + " true t", crime.ErrBadStamp},
		{"K05 row too great", "1 9223372036854775808 2 " + hash + " true t", crime.ErrBadStamp},
		{"K05 line", "1 1 x " + hash + " true t", crime.ErrBadStamp},
		{"K05 line 0", "1 1 0 " + hash + " true t", crime.ErrBadStamp},
		{"K05 upper-case chain", "1 1 2 " + strings.ToUpper(hash) + " true t", crime.ErrBadStamp},
		{"K05 short chain", "1 1 2 ab true t", crime.ErrBadStamp},
		{"K05 invented", "1 1 2 " + hash + " TRUE t", crime.ErrBadStamp},
		{"K05 no title", "1 1 2 " + hash + " true", crime.ErrBadStamp},
		{"K05 empty title", "1 1 2 " + hash + " true ", crime.ErrBadStamp},
		{"K05 newline in the title", "1 1 2 " + hash + " true a\nb", crime.ErrBadStamp},
		{"K05 title not UTF-8", "1 1 2 " + hash + " true \xff", crime.ErrBadStamp},
		{"K05 long title", "1 1 2 " + hash + " true " + strings.Repeat("x", 201), crime.ErrBadStamp},
		{"K05 two spaces", "1  1 2 " + hash + " true t", crime.ErrBadStamp},
		{"K06", "2 whatever comes then", crime.ErrUnknownSchema},
		{"K06 zero", "0 1 2 " + hash + " true t", crime.ErrUnknownSchema},
		{"K05 version with zeros", "01 1 2 " + hash + " true t", crime.ErrBadStamp},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if s, err := crime.ParseStamp([]byte(tt.in)); !errors.Is(err, tt.want) {
				t.Errorf("ParseStamp(%q) = %+v, %v, want %v", tt.in, s, err, tt.want)
			}
		})
	}
}
