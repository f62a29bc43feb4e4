package crime_test

import (
	"errors"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/rowtest"
)

// The cases of bad-input.md that are about one value. reason "" is a row that
// is kept.
func TestParseJudgesBadValues(t *testing.T) {
	tests := []struct {
		name, column, text string
		reason             crime.Reason
	}{
		{"C26", "GEO_LAT", "abc", crime.NotANumber},
		{"C26", "GEO_LAT", "", crime.Empty},
		{"C26", "GEO_LON", "", crime.Empty},
		{"C26", "GEO_LAT", " 39.7", crime.NotANumber},
		{"C26", "GEO_LAT", "39.7 ", crime.NotANumber},
		{"C26", "GEO_LAT", "39,7", crime.NotANumber},
		{"C26", "GEO_LAT", "39.7°", crime.NotANumber},
		{"C26", "GEO_LAT", "+39.7", crime.NotANumber},
		{"C26", "GEO_LAT", "039.7", crime.NotANumber},
		{"C26", "GEO_LAT", ".7", crime.NotANumber},
		{"C26", "GEO_LAT", "39.", crime.NotANumber},
		{"C26", "GEO_LAT", "-", crime.NotANumber},
		{"C26", "GEO_LAT", "3.9.7", crime.NotANumber},
		{"C26", "GEO_LAT", "3e", crime.NotANumber},
		{"C26", "GEO_LAT", "3e+", crime.NotANumber},
		{"C26", "GEO_LAT", "3e1.0", crime.NotANumber},
		{"C26", "GEO_LAT", "e1", crime.NotANumber},
		{"C27", "GEO_LAT", "NaN", crime.NotANumber},
		{"C27", "GEO_LAT", "Inf", crime.NotANumber},
		{"C27", "GEO_LON", "-infinity", crime.NotANumber},
		{"C28", "GEO_LAT", "1e309", crime.OutOfRange},
		{"C28", "GEO_LAT", "1" + strings.Repeat("0", 60_000), crime.OutOfRange},
		{"C29", "GEO_LAT", "0x1p-2", crime.NotANumber},
		{"C29", "GEO_LAT", "1_000", crime.NotANumber},
		{"C30", "GEO_LAT", "-0", ""},
		{"C30", "GEO_LAT", "1e-400", ""},
		{"C31", "GEO_LAT", "0", ""},
		{"C31", "GEO_LON", "5.3E-07", ""},
		{"C31", "GEO_LAT", "-38.5", ""},
		{"C32", "GEO_LAT", "91", crime.OutOfRange},
		{"C32", "GEO_LAT", "-90.00000001", crime.OutOfRange},
		{"C32", "GEO_LAT", "90", ""},
		{"C32", "GEO_LON", "181", crime.OutOfRange},
		{"C32", "GEO_LON", "-180", ""},
		{"C36", "FIRST_OCCURRENCE_DATE", "", ""},
		{"C36", "REPORTED_DATE", "", crime.Empty},
		{"date", "REPORTED_DATE", "7/26/2020 4:00:00 PM", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-02-30T00:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2021-02-29T00:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2100-02-29T00:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-02-29T23:59:59", ""},
		{"date", "REPORTED_DATE", "2000-02-29T00:00:00", ""},
		{"date", "REPORTED_DATE", "2020-13-01T00:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-00-01T00:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-01-00T00:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-06-31T00:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "0000-01-01T00:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-01-01T24:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-01-01T00:60:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-01-01T00:00:60", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-01-01 00:00:00", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-01-01T00:00:00Z", crime.NotADate},
		{"date", "REPORTED_DATE", "2020-01-01T0٠:00:0", crime.NotADate},
		{"date", "FIRST_OCCURRENCE_DATE", "2020-1-1T00:00:00", crime.NotADate},
		{"C35", "FIRST_OCCURRENCE_DATE", "2020-03-08T02:30:00", ""},
		{"C38", "INCIDENT_ID", "2020123456789", ""},
		{"C38", "OFFENSE_ID", "9223372036854775807", ""},
		{"C38", "OFFENSE_ID", "9223372036854775808", crime.OutOfRange},
		{"C38", "OFFENSE_ID", "92233720368547758070", crime.OutOfRange},
		{"C38", "OFFENSE_ID", "18446744073709551617", crime.OutOfRange},
		{"C39", "INCIDENT_ID", "", crime.Empty},
		{"C39", "INCIDENT_ID", "-5", crime.NotAnID},
		{"C39", "INCIDENT_ID", "+5", crime.NotAnID},
		{"C39", "INCIDENT_ID", "005", crime.NotAnID},
		{"C39", "INCIDENT_ID", "00", crime.NotAnID},
		{"C39", "INCIDENT_ID", "0", ""},
		{"C39", "OFFENSE_ID", "2.02E+10", crime.NotAnID},
		{"C39", "OFFENSE_ID", "١٢", crime.NotAnID},
		{"count", "IS_CRIME", "", ""},
		{"count", "IS_TRAFFIC", "01", crime.NotANumber},
		{"count", "VICTIM_COUNT", "1.0", crime.NotANumber},
		{"count", "VICTIM_COUNT", "999999999", ""},
		{"count", "VICTIM_COUNT", "1000000000", crime.OutOfRange},
		{"C14", "NEIGHBORHOOD_ID", "a\x00", crime.NULByte},
		{"C15", "NEIGHBORHOOD_ID", "a\xff", crime.InvalidUTF8},
		{"C10", "NEIGHBORHOOD_ID", "a\r\nb", crime.LineEnd},
		{"C10", "NEIGHBORHOOD_ID", "a\nb\rc", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec, err := crime.Parse(rowtest.With(tt.column, tt.text))
			if tt.reason == "" {
				if err != nil {
					t.Fatalf("%s = %q: %v", tt.column, tt.text, err)
				}
				if rec.Text != rowtest.With(tt.column, tt.text) {
					t.Errorf("%s = %q: the text is not kept: %q", tt.column, tt.text, rec.Text)
				}
				return
			}
			var fe *crime.FieldError
			if !errors.As(err, &fe) || fe.Column != tt.column || fe.Reason != tt.reason {
				t.Errorf("%s = %.40q: error %v, want %s", tt.column, tt.text, err, tt.reason)
			}
		})
	}
}
