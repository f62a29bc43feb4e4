package source_test

import (
	"fmt"
	"testing"

	"hotspot/internal/source"
)

func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want string // "" = an error
	}{{"5%", "5%"}, {"5", "5%"}, {"0.5%", "0.5%"}, {"100%", "100%"}, {"0", ""}, {"-1%", ""}, {"101%", ""}, {"NaN", ""}, {"%", ""}, {"5%%", ""}} {
		var p source.Percent
		err := p.UnmarshalText([]byte(tt.in))
		if got := fmt.Sprint(p); (err != nil) != (tt.want == "") || err == nil && got != tt.want {
			t.Errorf("%q = %s, %v, want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestAShareIsExceededAboveItAndNotAtIt(t *testing.T) {
	if five := source.Percent(5); five.Exceeded(5, 100) || !five.Exceeded(6, 100) || five.Exceeded(0, 0) {
		t.Error("5% of 100 lines is 5")
	}
}
