package crime_test

import (
	"errors"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/rowtest"
)

func TestAFaultShowsTheTextAndTheFormThatWasWanted(t *testing.T) {
	for _, tt := range []struct{ column, text, want string }{
		{"GEO_LAT", "39,7", `GEO_LAT: not a number: "39,7", want degrees from -90 to 90, as 39.73989755`},
		{"GEO_LON", "", `GEO_LON: empty, want degrees from -180 to 180, as -104.98748859`},
		{"REPORTED_DATE", "7/26/2020", `REPORTED_DATE: not a date: "7/26/2020", want a date of the calendar, as 2019-01-02T00:13:00`},
		{"INCIDENT_ID", "GO-42", `INCIDENT_ID: not an id: "GO-42", want a whole number up to 9223372036854775807 without leading zeros, as 2018174723`},
		{"VICTIM_COUNT", "1.0", `VICTIM_COUNT: not a number: "1.0", want a whole number up to 999999999 without leading zeros, or nothing`},
		{"NEIGHBORHOOD_ID", "caf\xe9", `NEIGHBORHOOD_ID: invalid utf8: "caf\xe9", want UTF-8`},
		{"NEIGHBORHOOD_ID", strings.Repeat("x", 70_000), `too long, want at most 64 KiB and 100 lines`},
	} {
		_, err := crime.Parse(rowtest.With(tt.column, tt.text))
		var fault *crime.FieldError
		if !errors.As(err, &fault) || fault.Detail() != tt.want {
			t.Errorf("%s = %.20q: %v\n got %s\nwant %s", tt.column, tt.text, err, fault.Detail(), tt.want)
		}
		if tt.text != "" && strings.Contains(err.Error(), tt.text) {
			t.Errorf("%v holds the text, and it is logged", err)
		}
	}
}

func TestEveryReasonHasAFormThatIsWanted(t *testing.T) {
	for _, reason := range crime.Reasons {
		if reason.Want("") == "" || reason.Want("GEO_LAT") == "" {
			t.Errorf("%s: none", reason)
		}
	}
}

func TestAnIDIsMadeOfTheDigitsOrTheHashOfACitysOwn(t *testing.T) {
	for own, want := range map[string]string{"GO-0042/7": "427", "0000": "0", "A0": "0", "": "", "none": "", "\u0664\u0662": ""} {
		if got := crime.DigitsID(own); got != want {
			t.Errorf("DigitsID(%q) = %q, want %q", own, got, want)
		}
	}
	// The first 16 digits of sha256sum as a number, halved.
	for own, want := range map[string]string{"": "8203414616412130826", "GO-2015": "3059631344396628421"} {
		if got := crime.HashID(own); got != want {
			t.Errorf("HashID(%q) = %s, want %s", own, got, want)
		}
	}
	if _, err := crime.Parse(rowtest.With("INCIDENT_ID", crime.HashID("GO-2015"), "OFFENSE_ID", crime.DigitsID("GO-2015"))); err != nil {
		t.Errorf("an id that was made is rejected: %v", err)
	}
}
