package crime_test

import (
	"testing"

	"hotspot/internal/crime"
)

// What the consumer uses, without copies, is what ParseValue and ParseStamp do.
func TestTakeValueIsParseValue(t *testing.T) {
	good := `{"INCIDENT_ID":"1","OFFENSE_ID":"2","OFFENSE_CODE":"","OFFENSE_CODE_EXTENSION":"","OFFENSE_TYPE_ID":"a\"b","OFFENSE_CATEGORY_ID":"c","FIRST_OCCURRENCE_DATE":"","REPORTED_DATE":"2019-01-02T00:13:00","GEO_LON":"-104.98","GEO_LAT":"39.74","DISTRICT_ID":"","PRECINCT_ID":"","NEIGHBORHOOD_ID":"","IS_CRIME":"1","IS_TRAFFIC":"0","VICTIM_COUNT":"1"}`
	for _, value := range []string{good, good[:50], good + " ", "", "{}"} {
		want, wantErr := crime.ParseValue([]byte(value))
		var got crime.Record
		err := got.TakeValue([]byte(value))
		if (err == nil) != (wantErr == nil) || err == nil && got != want {
			t.Errorf("TakeValue(%q) = %+v, %v; ParseValue gives %+v, %v", value, got, err, want, wantErr)
		}
	}
}

// One Stamp takes many, good and bad, and never mixes them.
func TestStampParseStandsAlone(t *testing.T) {
	const chain = "0123456789abcdef0123456789abcdef"
	var one crime.Stamp
	for _, text := range []string{
		"1 1 2 " + chain + " false Denver crime", "1 2 3 " + chain + " true Denver crime", "1 3 4 " + chain + " true Denver",
		"1 3 4 " + chain + " maybe Denver", "1 3 4 " + chain[1:] + "G true Denver", "1 0 4 " + chain + " true Denver", "2 3 4", "1 3 4 " + chain + " true ",
		"1 3 4 " + chain + " true a\nb", "1 9 9 " + chain + " false Denver", "", "1 5 6 ",
	} {
		want, wantErr := crime.ParseStamp([]byte(text))
		err := one.Parse([]byte(text))
		if (err == nil) != (wantErr == nil) || err == nil && one != want {
			t.Errorf("Parse(%q) = %+v, %v; ParseStamp gives %+v, %v", text, one, err, want, wantErr)
		}
	}
}
