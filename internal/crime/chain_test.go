package crime_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/rowtest"
)

// TestChainIsTheDefinition of design.md, spelled out with crypto/sha256.
func TestChainIsTheDefinition(t *testing.T) {
	sum := sha256.Sum256([]byte("hotspot.row/2\nDenver crime\nfalse\n" + crime.Denver.String()))
	c := crime.StartChain(crime.Source{Title: "Denver crime", Area: crime.Denver.String()})
	if got, want := c.String(), hex.EncodeToString(sum[:16]); got != want {
		t.Fatalf("chain(0) = %s, want %s", got, want)
	}
	invented := sha256.Sum256([]byte("hotspot.row/2\nDenver crime\ntrue\n" + crime.Denver.String()))
	if got, want := crime.StartChain(crime.Source{Title: "Denver crime", Invented: true, Area: crime.Denver.String()}).String(), hex.EncodeToString(invented[:16]); got != want {
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

func TestParseChainAcceptsLowerCaseHexOnly(t *testing.T) {
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
	c := crime.StartChain(crime.Source{Title: "t", Area: crime.Denver.String()})
	if n := testing.AllocsPerRun(100, func() { c = c.Next(value) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
