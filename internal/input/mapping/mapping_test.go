package mapping_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/platform/usage"
	"hotspot/internal/testkit/memtest"
)

const chicago = `
format: hotspot.mapping/1
columns:
  INCIDENT_ID: id
  REPORTED_DATE: date
  GEO_LON: location.longitude
  GEO_LAT: location.latitude
  OFFENSE_CATEGORY_ID: primary_type
  IS_TRAFFIC: arrest
constants:
  IS_CRIME: "1"
dates:
  - "%m/%d/%Y %I:%M:%S %p"
  - "%Y-%m-%dT%H:%M:%S"
`

func parse(t *testing.T, text string) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAJSONObjectOfAnotherCityBecomesARecord(t *testing.T) {
	m := parse(t, chicago)
	for _, date := range []string{"07/04/2020 01:05:09 PM", "7/4/2020 1:05:09 PM", "2020-07-04T13:05:09.000"} {
		r, err := m.JSON([]byte(`{"date":" `+date+` ","id":12345678,"location":{"latitude":41.880000000000003,"longitude":"-87.63"},
			"primary_type":"THEFT","arrest":true,"ward":null,"updated":1e9}`), 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		var want [crime.NumColumns]string
		want[crime.ColIncidentID], want[crime.ColOffenseID] = "12345678", "12345678"
		want[crime.ColReported], want[crime.ColOffenseCategory] = "2020-07-04T13:05:09", "THEFT"
		want[crime.ColGeoLon], want[crime.ColGeoLat] = "-87.63", "41.880000000000003"
		want[crime.ColIsCrime], want[crime.ColIsTraffic] = "1", "1"
		if r.Text != want {
			t.Errorf("%s: %q, want %q", date, r.Text, want)
		}
	}
}

func TestWhatIsNoRowSaysWhy(t *testing.T) {
	m := parse(t, chicago)
	tests := []struct{ name, in, says string }{
		{"no JSON", `id,date`, "not a JSON object"},
		{"a list", `[1]`, "not a JSON object"},
		{"null", `null`, "INCIDENT_ID: empty"},
		{"two objects", `{"id":1}{"id":2}`, "something follows"},
		{"no id", `{"date":"2020-07-04T13:05:09"}`, "INCIDENT_ID"},
		{"an id that is no whole number", `{"id":1.5,"date":"2020-07-04T13:05:09"}`, "INCIDENT_ID: not an id"},
		{"no date", `{"id":1}`, "REPORTED_DATE: empty"},
		{"a date of another form", `{"id":1,"date":"4.7.2020"}`, "REPORTED_DATE: not a date"},
		{"a day that is none", `{"id":1,"date":"2020-02-30T00:00:00"}`, "REPORTED_DATE: not a date"},
		{"half a place", `{"id":1,"date":"2020-07-04T13:05:09","location":{"latitude":41}}`, ""},
		{"a place that is no object", `{"id":1,"date":"2020-07-04T13:05:09","location":{"latitude":[],"longitude":{}}}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := m.JSON([]byte(tt.in), 1, nil)
			if tt.says == "" && err == nil {
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("JSON(%s) = %v, want %q", tt.in, err, tt.says)
			}
		})
	}
}

func TestOwnTakesBackTheValueOfARow(t *testing.T) {
	value := `{"INCIDENT_ID":"7","OFFENSE_ID":"7299900","OFFENSE_CODE":"2999","OFFENSE_CODE_EXTENSION":"0","OFFENSE_TYPE_ID":"a","OFFENSE_CATEGORY_ID":"b",` +
		`"FIRST_OCCURRENCE_DATE":"","LAST_OCCURRENCE_DATE":"","REPORTED_DATE":"2020-07-04T13:05:09","GEO_LON":"-104.9","GEO_LAT":"39.7","DISTRICT_ID":"1","PRECINCT_ID":"2",` +
		`"NEIGHBORHOOD_ID":"c","IS_CRIME":"1","IS_TRAFFIC":"0","VICTIM_COUNT":"1","CITY_ID":""}`
	r, err := mapping.Own().JSON([]byte(value), 1, nil)
	if err != nil || string(r.AppendValue(nil)) != value {
		t.Errorf("%s, %v; want the same value", r.AppendValue(nil), err)
	}
}

func TestAMappingNamesAllThatIsWrongWithIt(t *testing.T) {
	tests := []struct {
		name, in string
		says     []string
	}{
		{"empty", "", []string{"it is empty"}},
		{"no YAML", "\tformat", []string{"not a mapping"}},
		{"an unknown member", "format: hotspot.mapping/1\ncolumn: {}", []string{"column"}},
		{"two documents", chicago + "---\na: b\n", []string{"something follows"}},
		{"several at once", "format: x\ncolumns: {INCIDENT: id, GEO_LAT: ''}\ndates: ['%Q']", []string{
			`format is "x"`, `line 2: columns: "INCIDENT" is no key here (did you mean "INCIDENT_ID"?)`, "GEO_LAT has no value", "INCIDENT_ID is missing", "REPORTED_DATE is missing", "%Q",
		}},
		{"column and constant", "format: hotspot.mapping/1\ncolumns: {INCIDENT_ID: a, REPORTED_DATE: b, IS_CRIME: c}\nconstants: {IS_CRIME: '1'}", []string{"IS_CRIME is a column and a constant"}},
		{"a date without day", strings.Replace(chicago, "%m/%d/%Y", "%m/%Y", 1), []string{"day is missing"}},
		{"twelve hours without half", strings.Replace(chicago, " %p", "", 1), []string{"%I and %p go together"}},
		{"a key that is misspelled", "format: hotspot.mapping/2\ncolums: {}", []string{`line 2: "colums" is no key here (did you mean "columns"?)`}},
		{"a key of a column", "format: hotspot.mapping/2\ncolumns:\n  INCIDENT_ID: {spalte: nr}\n  REPORTED_DATE: b", []string{`line 3: INCIDENT_ID: "spalte" is no key here; want one of field, id, else, hour`, "line 3: INCIDENT_ID: field: is missing"}},
		{"a kind of id", "format: hotspot.mapping/2\ncolumns:\n  INCIDENT_ID: {field: nr, id: digit}\n  REPORTED_DATE: {field: b, id: row}", []string{`line 3: INCIDENT_ID: id is "digit" (did you mean "digits"?); want integer or digits or hash or row`, "line 4: REPORTED_DATE: id: belongs to"}},
		{"twice", "format: hotspot.mapping/2\nformat: hotspot.mapping/2", []string{"line 2: format stands here twice"}},
		{"no century", strings.Replace(chicago, "%Y %I", "%y %I", 1), []string{`line 13: dates: "%m/%d/%y %I:%M:%S %p": two digits do not say the century; with "century: 1950" they mean 1950 to 2049`}},
		{"a projection", chicago + "crs: EPSG:3435\n", []string{"line 15: crs is EPSG:3435, a projection that is not read: only degrees are (EPSG:4326); map the columns that have them, or convert these first: cs2cs EPSG:3435 EPSG:4326, of PROJ"}},
		{"values", chicago + "timezone: Denver\nseparator: ab\nheader: 0\nencoding: klingon\ndecimal: x\ncentury: soon\n", []string{
			`line 15: timezone is "Denver"; want a name as America/Toronto`, "line 16: separator", "line 17: header", `line 18: encoding "klingon"`, "line 19: decimal", "line 20: century",
		}},
		{"of another kind", "format: hotspot.mapping/2\ntitle: [a]\nstrict: maybe\ncolums: {}", []string{"line 2: cannot unmarshal !!seq into string", "line 3: cannot unmarshal !!str `maybe` into bool", `line 4: "colums" is no key here`}},
		{"a field that is an object", "format: hotspot.mapping/2\ncolumns: {INCIDENT_ID: {field: {a: b}}, REPORTED_DATE: b}", []string{"line 2: want a text, or a list of them"}},
		{"header", chicago + "header: -1\n", []string{`line 15: header is "-1"; want the number of its line, or none`}},
		{"no object", "format: hotspot.mapping/2\ncolumns: [a]", []string{`line 2: columns: want "key: value" lines`}},
		{"no format", "columns: {INCIDENT_ID: a, REPORTED_DATE: b}", []string{"format is missing"}},
		{"letters between", strings.Replace(chicago, "%m/", "on %m/", 1), []string{"between the numbers"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := mapping.Parse([]byte(tt.in))
			for _, s := range tt.says {
				if err == nil || !strings.Contains(err.Error(), s) {
					t.Errorf("error %v, want %q in it", err, s)
				}
			}
		})
	}
}

func TestAFileThatCannotBeUsedIsAMatterOfUsage(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mapping.yaml")
	if err := os.WriteFile(path, []byte("format: x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, filepath.Join(dir, "none.yaml"), dir} {
		_, err := mapping.Read(p)
		if !usage.Is(err) || !strings.Contains(err.Error(), p) {
			t.Errorf("Read(%s) = %v, want a usage error that names it", p, err)
		}
	}
	if err := os.WriteFile(path, []byte(chicago), 0o644); err != nil {
		t.Fatal(err)
	}
	if m, err := mapping.Read(path); err != nil || m == nil {
		t.Errorf("Read: %v, %v", m, err)
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"id":1,"date":"2020-07-04T13:05:09","location":{"latitude":41,"longitude":-87}}`))
	f.Add([]byte(`{"id":{"id":1},"date":true}`))
	m, err := mapping.Parse([]byte(chicago))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		var r crime.Record
		var err error
		memtest.Bounded(t, func() { r, err = m.JSON(value, 1, nil) })
		if err != nil {
			return
		}
		if _, err := crime.ParseValue(r.AppendValue(nil)); err != nil {
			t.Errorf("a record of %q is not taken back: %v", value, err)
		}
	})
}

// A mapping file is refused or can be used: it never makes anything panic.
func FuzzParse(f *testing.F) {
	f.Add([]byte(chicago), "1")
	f.Add([]byte("format: hotspot.mapping/2\nheader: none\ncolumns: {INCIDENT_ID: {field: 1, id: hash, else: [2, 3]}, REPORTED_DATE: {field: [2, 3], hour: 4}}\npoint: 5\ncentury: 1950\ndates: ['%d.%m.%y', epoch]\ntimezone: UTC"), "3.4.24")
	f.Fuzz(func(t *testing.T, yaml []byte, text string) {
		m, err := mapping.Parse(yaml)
		if err != nil {
			return
		}
		if r, err := m.JSON([]byte(`{"id":`+strconv.Quote(text)+`,"date":"2020-07-04T13:05:09"}`), 1, nil); err == nil {
			if _, err := crime.ParseValue(r.AppendValue(nil)); err != nil {
				t.Errorf("a record through %q is not taken back: %v", yaml, err)
			}
		}
	})
}
