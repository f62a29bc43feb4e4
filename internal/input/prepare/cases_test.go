package prepare_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/input/prepare"
	"hotspot/internal/source"
)

// mended are mappings of cases that need what no old mapping could say.
var mended = map[string]string{
	"digits":  "columns: {INCIDENT_ID: {field: nr, id: digits}, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}",
	"hash":    "columns: {INCIDENT_ID: {field: nr, id: hash}, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}",
	"row":     "columns: {INCIDENT_ID: {id: row}, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}",
	"first":   "columns: {INCIDENT_ID: 1, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}",
	"comma":   "decimal: \",\"\ncolumns: {INCIDENT_ID: nr, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}",
	"joined":  "columns: {INCIDENT_ID: nr, REPORTED_DATE: [when, clock], GEO_LON: x, GEO_LAT: y}",
	"la":      "columns: {INCIDENT_ID: DR_NO, REPORTED_DATE: Date Rptd, FIRST_OCCURRENCE_DATE: [DATE OCC, TIME OCC], GEO_LON: LON, GEO_LAT: LAT, DISTRICT_ID: AREA}\ndates: [\"%m/%d/%Y %I:%M:%S %p\"]",
	"toronto": "timezone: America/Toronto\ncolumns: {INCIDENT_ID: nr, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}",
	"header":  "header: 2\ncolumns: {INCIDENT_ID: nr, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}",
	"century": "century: 1950\ncolumns: {INCIDENT_ID: nr, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}\ndates: [\"%m/%d/%Y\", \"%m/%d/%y\"]",
	"us":      "columns: {INCIDENT_ID: nr, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}\ndates: [\"%m/%d/%Y %H:%M:%S\"]",
}

// Each case once went wrong (testdata/cases). want are incident, dates, place and
// category of the first rows that come out, then in brackets the rows that do not
// and what was odd; or it is the error.
func TestCasesOfStrangeFiles(t *testing.T) {
	for _, tt := range []struct{ name, mapping, want string }{
		{"c01b-decimal-comma-few-empty", "std", `no row has a place…GEO_LON: a decimal comma, as "-87,64": empty; decimal: "," in the mapping reads it…`},
		{"c01b-decimal-comma-few-empty", "comma", "1  2024-03-01T10:00:00 -87.64 41.83 , 2  2024-03-02T10:00:00 -87.65 41.84 , 3  2024-03-03T10:00:00   "},
		{"t06-comma", "std", `no row has a place…GEO_LON: a decimal comma, as "-104,91": empty; decimal: "," in the mapping reads it…`},
		{"t06-comma", "comma", "1  2024-03-01T10:00:00 -104.91 39.71 , 2  2024-03-01T10:00:00 -104.92 39.72 , 3  2024-03-01T10:00:00 -104.93 39.73 "},
		{"c02b-date-alone", "std", "1  2017-01-02T00:00:00 -75.1 40.0 a"},
		{"c03-date-and-time-apart", "joined", "2  2024-03-01T04:20:00 -122.4 37.7 , 1  2024-03-01T23:10:00 -122.4 37.7 "},
		{"c04-date-z", "std", `1  2015-10-10T04:05:00 -79.3 43.7 a [dates are in UTC, as "2015-10-10T04:05:00.000Z"…`},
		{"c04-date-z", "toronto", "1  2015-10-10T00:05:00 -79.3 43.7 "},
		{"c04b-id-letters", "std", `none of 1 rows can be read…INCIDENT_ID: no whole number, as "GO-20150000001": {field: …, id: digits} in the mapping takes its digits, id: hash makes one of any text…`},
		{"c04b-id-letters", "digits", "20150000001  2015-10-10T04:05:00 -79.3 43.7 "},
		{"c04b-id-letters", "hash", crime.HashID("GO-20150000001") + "  2015-10-10T04:05:00 -79.3 43.7 "},
		{"c09-la", "c09", "200000001 2020-02-29T00:00:00 2020-03-01T00:00:00 -118.25 34.05 , 200000002 2020-02-29T00:00:00 2020-03-01T00:00:00    [0,0 is written for an unknown place: none; times are 00:00 or 12:00, so hours mean nothing; the mapping leaves out TIME OCC]"},
		{"c09-la", "la", "200000001 2020-02-29T08:45:00 2020-03-01T00:00:00 -118.25 34.05 , 200000002 2020-02-29T21:30:00 2020-03-01T00:00:00    [0,0 is written for an unknown place: none]"},
		{"c09c-nan", "std", `1  2024-03-01T10:00:00   a, 2  2024-03-01T10:00:00 -118.2 34.0 a [x: words for an unknown value, as "NaN": empty; y: words…`},
		{"c10-epoch-ms", "std", `1  2019-03-01T00:00:00 -76.6 39.2 a [dates are in UTC, as "1551398400000"…`},
		{"c11-no-id", "c11", `c11.yaml: line 2: columns: INCIDENT_ID is missing; every row needs one: "INCIDENT_ID: {id: row}" takes the number of the row`},
		{"c11-no-id", "row", "1  2024-03-01T10:00:00 -76.6 39.2 "},
		{"c13-windows-1252", "std", "1  2024-03-01T10:00:00 -73.5 45.5 Méfait, 2  2024-03-01T10:00:00 -73.5 45.5 vol [not UTF-8, read as Windows-1252; encoding: in a mapping names another]"},
		{"c16-header-space", "std", "1  2024-03-01T10:00:00 -73.5 45.5 a"},
		{"c16b-header-case", "std", "1  2024-03-01T10:00:00 -73.5 45.5 a"},
		{"t01-two-headers", "std", `t01-two-headers.csv:1: the header lacks nr, what, when, x, y; it has ["City of Nowhere open data" "" "" "" ""]; mend the mapping, or name the right file with it; below a title, "header: 2" in the mapping says the line of the header`},
		{"t01-two-headers", "header", "1  2024-03-02T10:00:00 -104.890 39.710 …"},
		{"t04-two-digit-year", "std-yy", `std-yy.yaml: line 3: dates: "%m/%d/%y": two digits do not say the century; with "century: 1950" they mean 1950 to 2049`},
		{"t04-two-digit-year", "century", "4  1968-03-04T00:00:00 -73.5 45.5 , 2  1969-03-04T00:00:00 -73.5 45.5 , 3  1969-03-04T00:00:00 -73.5 45.5 , 1  2024-03-04T00:00:00 -73.5 45.5  [times are 00:00 or 12:00, so hours mean nothing]"},
		{"t10-html", "std", "t10-html.csv: an HTML or XML page and no CSV, most often the error page of a portal; fetch the file again"},
		{"t11-lfs-pointer", "std", "t11-lfs-pointer.csv: a Git LFS pointer and not the file that it stands for; run git lfs pull"},
		{"t12-json", "std", "t12-json.csv: JSON and no CSV; export the table as CSV"},
		{"t13b-header-only", "std", "t13b-header-only.csv: a header and no row below it; is the file whole?"},
		{"t17-no-place-words", "std", `…x: words for an unknown value, as "NaN": empty; y: words for an unknown value, as "NaN": empty…`},
		{"t20-one-bad-optional", "t20", `1  2024-03-01T10:00:00 -73.5 45.5 , 2  2024-03-01T10:00:00 -73.5 45.5 , 3  2024-03-01T10:00:00 -73.5 45.5  [first: words for an unknown value, as "unknown": empty]`},
		{"bg03-week-in-another-date-form", "bg", `…another form, as "1/02/2024 21:00:00": if it is "%m/%d/%Y %H:%M:%S" or "%d/%m/%Y %H:%M:%S", add that to dates:…`},
		{"bg03-week-in-another-date-form", "us", "505  2024-01-01T01:00:00 -121.49178 38.30001 …"},
		{"bg06-nameless-index-column", "first", "0  2024-01-01T00:00:00 -121.5 38.3 , 1  2024-01-01T00:00:00 -121.5 38.3 …"},
	} {
		t.Run(tt.name+" "+tt.mapping, func(t *testing.T) {
			got := preparedCase(t, tt.name, tt.mapping)
			for _, part := range strings.Split(tt.want, "…") {
				if _, rest, ok := strings.Cut(got, part); !ok {
					t.Fatalf("got  %s\nwant %s", got, tt.want)
				} else if got = rest; part != "" && !strings.Contains(tt.want, "…") && rest != "" {
					t.Errorf("and %s", rest)
				}
			}
		})
	}
}

func preparedCase(t *testing.T, name, mapping string) string {
	t.Helper()
	columns := filepath.Join("testdata", "cases", mapping+".yaml")
	if text, ok := mended[mapping]; ok {
		columns = filepath.Join(t.TempDir(), mapping+".yaml")
		if err := os.WriteFile(columns, []byte("format: hotspot.mapping/2\n"+text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "out.csv")
	s, err := prepare.Run(t.Context(), prepare.Config{
		Input: filepath.Join("testdata", "cases", name+".csv"), Output: out, Columns: columns, MaxRejects: 5,
	})
	var notes []string
	for _, n := range s.Notes {
		notes = append(notes, n.Text)
	}
	if err != nil {
		return strings.Join(append([]string{err.Error()}, notes...), "; ")
	}
	src, err := source.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var rows []string
	for rec, err := range src.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		x := rec.Text
		rows = append(rows, fmt.Sprintf("%s %s %s %s %s %s", x[crime.ColIncidentID], x[crime.ColFirstOccurrence], x[crime.ColReported], x[crime.ColGeoLon], x[crime.ColGeoLat], x[crime.ColOffenseCategory]))
	}
	text := strings.Join(rows, ", ")
	if notes != nil {
		text += " [" + strings.Join(notes, "; ") + "]"
	}
	return text
}
