package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/source"
)

// read reads rows of a CSV through a mapping: of each the columns that are named,
// or why it is rejected, then what was odd.
func read(t *testing.T, yaml, csv string, columns ...int) string {
	t.Helper()
	m := parse(t, "format: hotspot.mapping/2\n"+yaml)
	seen := mapping.Seen{IDs: map[uint64]uint64{}}
	row := int64(0)
	in, err := source.NewReaderOf(strings.NewReader(csv), "town.csv", m.Format([]byte(csv)), m.Find, func(rec *crime.Record, texts []string) error {
		row++
		return m.Record(rec, texts, row, &seen)
	})
	if err != nil {
		return err.Error()
	}
	var out []string
	for rec, err := range in.Rows() {
		if err != nil {
			out = append(out, strings.TrimPrefix(err.Error(), "town.csv:"))
			continue
		}
		var texts []string
		for _, c := range columns {
			texts = append(texts, rec.Text[c])
		}
		out = append(out, strings.Join(texts, " "))
	}
	for _, n := range seen.Notes() {
		out = append(out, fmt.Sprintf("%d %s", n.Rows, n.Text))
	}
	return strings.Join(out, " | ")
}

func TestADateIsReadInTheFormThatItHas(t *testing.T) {
	const iso, us = "", `dates: ["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M", "%m/%d/%Y"]`
	for _, tt := range []struct{ yaml, date, want string }{
		{iso, "2019-01-02T00:13:00", "2019-01-02T00:13:00"},
		{iso, "2019-01-02 00:13:00.500", "2019-01-02T00:13:00"},
		{iso, "2017-01-02", "2017-01-02T00:00:00"},
		{iso, "2017-03", "2017-03-01T00:00:00"},
		{iso, "2015-10-10T04:05:00.000Z", "2015-10-10T04:05:00 | 1 dates are in UTC"},
		{"timezone: America/Toronto", "2015-10-10T04:05:00.000Z", "2015-10-10T00:05:00"},
		{"timezone: America/Toronto", "2014/01/01 05:00:00+00", "2014-01-01T00:00:00"},
		{"timezone: Europe/Berlin", "2020-07-01T10:00:00+0200", "2020-07-01T10:00:00"},
		{iso, "2020-07-01T10:00:00+02:00", "2020-07-01T10:00:00"},
		{iso, "1551398400000", "2019-03-01T00:00:00 | 1 dates are in UTC"},
		{"timezone: America/New_York", "1551398400", "2019-02-28T19:00:00"},
		{iso, "2024-03-01T24:00:00", "2024-03-02T00:00:00"},
		{us, "02/29/2020 24:00", "2020-03-01T00:00:00"},
		{us, "3/1/2020 1:05:09 PM", "2020-03-01T13:05:09"},
		{us, "3/1/2020 1:05:09 p.m.", "2020-03-01T13:05:09"},
		{us, "3/1/2020 1:05:09 pm", "2020-03-01T13:05:09"},
		{us, "3/1/2020 1:05:09\u202fPM", "2020-03-01T13:05:09"},
		{us, "3/1/2020 0:05:09 AM", "2020-03-01T00:05:09"},
		{us, "3/1/2020 0:05:09 PM", "2: REPORTED_DATE: not a date"},
		{"century: 1950\ndates: ['%m/%d/%y']", "3/4/68", "1968-03-04T00:00:00"},
		{"century: 1950\ndates: ['%m/%d/%y']", "3/4/24", "2024-03-04T00:00:00"},
		{"century: 2000\ndates: ['%m/%d/%y']", "3/4/69", "2069-03-04T00:00:00"},
		{`dates: ["%d %b %Y"]`, "3 Mar 2020", "2020-03-03T00:00:00"},
		{us, "13/05/2020", `2: REPORTED_DATE: not a date | 1 REPORTED_DATE: day and month the other way round, as "13/05/2020": when no row fits, the form is "%d/%m/%Y"; when some do, a spreadsheet has turned`},
		{us, "43831.5", `2: REPORTED_DATE: not a date | 1 REPORTED_DATE: a day as a spreadsheet counts them, as "43831.5"`},
		{iso, "1/02/2024 21:00:00", `2: REPORTED_DATE: not a date | 1 REPORTED_DATE: another form, as "1/02/2024 21:00:00": if it is "%m/%d/%Y %H:%M:%S" or "%d/%m/%Y %H:%M:%S", add that to dates:`},
		{iso, "soon", `2: REPORTED_DATE: not a date | 1 REPORTED_DATE: no date, as "soon"`},
		{iso, "1900-01-01T00:00:00", `1900-01-01T00:00:00 | 1 REPORTED_DATE: a year that stands for an unknown one, as "1900-01-01": kept`},
		{iso, "2099-12-31T00:00:00", `2099-12-31T00:00:00 | 1 REPORTED_DATE: a year that stands`},
	} {
		got := read(t, "columns: {INCIDENT_ID: nr, REPORTED_DATE: when}\n"+tt.yaml, "nr,when\n1,\""+tt.date+"\"\n", crime.ColReported)
		if !strings.HasPrefix(got, tt.want) || !strings.Contains(tt.want, "|") && strings.Contains(got, "|") && !strings.Contains(got, "not a date") {
			t.Errorf("%q with %q is %s, want %s", tt.date, tt.yaml, got, tt.want)
		}
	}
}

func TestADateAndItsTimeMayStandApart(t *testing.T) {
	for _, tt := range []struct{ date, clock, want string }{
		{"02/29/2020 12:00:00 AM", "0845", "2020-02-29T08:45:00"},
		{"02/29/2020 12:00:00 AM", "845", "2020-02-29T08:45:00"},
		{"02/29/2020 12:00:00 AM", "1", "2020-02-29T00:01:00"},
		{"02/29/2020", "23:40", "2020-02-29T23:40:00"},
		{"2020-02-29", "17:30:00", "2020-02-29T17:30:00"},
		{"2020-02-29T00:00:00.000", "5:30 PM", "2020-02-29T17:30:00"},
		{"02/29/2020", "2400", "2020-03-01T00:00:00"},
		{"02/29/2020", "", "2020-02-29T00:00:00"},
		{"02/29/2020", "late", "2020-02-29T00:00:00"},
		{"", "0845", ""},
	} {
		yaml := `columns: {INCIDENT_ID: nr, REPORTED_DATE: r, FIRST_OCCURRENCE_DATE: [DATE OCC, TIME OCC]}
dates: ["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]`
		got := read(t, yaml, "nr,r,DATE OCC,TIME OCC\n1,2020-01-01,"+tt.date+","+tt.clock+"\n", crime.ColFirstOccurrence)
		if got, _, _ = strings.Cut(got, " |"); got != tt.want {
			t.Errorf("%q, %q: %s, want %s", tt.date, tt.clock, got, tt.want)
		}
	}
	yaml := "columns: {INCIDENT_ID: nr, REPORTED_DATE: {field: day, hour: HOUR}}"
	if got := read(t, yaml, "nr,day,HOUR\n1,2020-01-01,13\n2,2020-01-01,\n", crime.ColReported); got != "2020-01-01T13:00:00 | 2020-01-01T00:00:00" {
		t.Errorf("an hour in a column of its own: %s", got)
	}
}

func TestTheOnlyDateIsThatOfTheReport(t *testing.T) {
	yaml := "columns: {INCIDENT_ID: nr, FIRST_OCCURRENCE_DATE: when}"
	if got := read(t, yaml, "nr,when\n1,2020-01-01T10:00:00\n2,\n", crime.ColReported); got != "2020-01-01T10:00:00 | 3: REPORTED_DATE: empty" {
		t.Error(got)
	}
	yaml = "columns: {INCIDENT_ID: nr, REPORTED_DATE: {field: rep, else: when}}"
	if got := read(t, yaml, "nr,when,rep\n1,2020-01-01T10:00:00,\n2,2020-01-01T10:00:00,2020-01-02T10:00:00\n", crime.ColReported); got != "2020-01-01T10:00:00 | 2020-01-02T10:00:00" {
		t.Errorf("else: %s", got)
	}
}

func TestAnIDIsMadeAsTheMappingSays(t *testing.T) {
	for _, tt := range []struct{ id, csv, want string }{
		{"nr", "nr,when\n007,2020-01-01\n8.0,2020-01-01\n", `2: INCIDENT_ID: not an id | 8 8 | 1 INCIDENT_ID: no whole number, as "007": {field: …, id: digits}`},
		{"{field: nr, id: digits}", "nr,when\nGO-2015001,2020-01-01\n007,2020-01-01\nConfidential,2020-01-01\nsecret,2020-01-01\n", "2015001 2015001 | 7 7 | 4: INCIDENT_ID: empty | 5: INCIDENT_ID: empty"},
		{"{field: nr, id: digits}", "nr,when\nA-1,2020-01-01\nB-1,2020-01-01\nA-1,2020-01-01\n", `1 1 | 1 1 | 1 1 | 1 ids that are the same number as one of other letters, as "B-1": hash tells them apart`},
		{"{field: nr, id: hash}", "nr,when\na,2020-01-01\n,2020-01-01\n", crime.HashID("a") + " " + crime.HashID("a") + " | 3: INCIDENT_ID: empty"},
		{"{field: nr, id: hash, else: [when, what]}", "nr,when,what\n,2020-01-01,x\n", crime.HashID("2020-01-01 x") + " " + crime.HashID("2020-01-01 x")},
		{"{id: row}", "nr,when\na,2020-01-01\nb,2020-01-01\n", "1 1 | 2 2"},
		{"1", "nr,when\n7,2020-01-01\n", "7 7"},
	} {
		got := read(t, "columns: {REPORTED_DATE: when, INCIDENT_ID: "+tt.id+"}", tt.csv, crime.ColIncidentID, crime.ColOffenseID)
		if !strings.HasPrefix(got, tt.want) || !strings.Contains(tt.want, "other letters") && strings.Contains(got, "other letters") {
			t.Errorf("%s of %q: %s, want %s", tt.id, tt.csv, got, tt.want)
		}
	}
}

func TestAPlaceIsReadInTheFormThatItHas(t *testing.T) {
	for _, tt := range []struct{ yaml, x, y, want string }{
		{"", "-104.9800", "39.74", "-104.9800 39.74"},
		{"", "\u2212104.98", "39.74", "-104.98 39.74"},
		{"", "104.98° W", "39.74 N", "-104.98 39.74"},
		{"", "4.5E", "52.1S", "4.5 -52.1"},
		{"", "-104,98", "39,74", `  | 1 GEO_LON: a decimal comma, as "-104,98": empty; decimal: "," in the mapping reads it`},
		{`decimal: ","`, "-104,98", "39,74", "-104.98 39.74"},
		{`decimal: ","`, "-104.98", "39.74", "-104.98 39.74"},
		{"", "1174000", "1900000", `  | 1 GEO_LON: no degrees, as "1174000": empty; meters or feet of a projection?`},
		{"", "-104.98", "", "  | 1 GEO_LAT: half a place: empty"},
		{"", "NaN", "NULL", `  | 1 x: words for an unknown value, as "NaN": empty | 1 y: words`},
		{"", "inf", "0x10", `  | 1 GEO_LON: not a number, as "inf": empty`},
		{`empty: [keine]`, "Keine", "keine", "  | 1 x: words"},
	} {
		got := read(t, "columns: {INCIDENT_ID: nr, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y}\n"+tt.yaml,
			"nr,when,x,y\n1,2020-01-01,\""+tt.x+"\",\""+tt.y+"\"\n", crime.ColGeoLon, crime.ColGeoLat)
		if !strings.HasPrefix(got, strings.TrimPrefix(tt.want, " ")) && !strings.HasPrefix(got, tt.want) {
			t.Errorf("%q, %q with %q: %q, want %q", tt.x, tt.y, tt.yaml, got, tt.want)
		}
	}
	for point, want := range map[string]string{
		"POINT (-87.6 41.8)":                  "-87.6 41.8",
		"(41.8, -87.6)":                       "-87.6 41.8",
		"12 MAIN ST\nTOWN, IL\n(41.8, -87.6)": "-87.6 41.8",
		"41.8, -87.6":                         "-87.6 41.8",
		"":                                    " ",
		"somewhere":                           ` ` + ` | 1 point: neither POINT (-87.6 41.8) nor (41.8, -87.6), as "somewhere": empty`,
		"POINT EMPTY":                         ` ` + ` | 1 point: neither POINT (-87.6 41.8) nor (41.8, -87.6), as "POINT EMPTY": empty`,
	} {
		got := read(t, "columns: {INCIDENT_ID: nr, REPORTED_DATE: when}\npoint: Location", "nr,when,Location\n1,2020-01-01,\""+point+"\"\n", crime.ColGeoLon, crime.ColGeoLat)
		if got != want {
			t.Errorf("%q: %q, want %q", point, got, want)
		}
	}
}

func TestABadOptionalValueIsAnEmptyOneAndCounted(t *testing.T) {
	yaml := "columns: {INCIDENT_ID: nr, REPORTED_DATE: when, FIRST_OCCURRENCE_DATE: first, VICTIM_COUNT: victims, OFFENSE_CATEGORY_ID: what}"
	got := read(t, yaml, "nr,when,first,victims,what\n1,2020-01-01,unknown,1.0,n/a\n2,2020-01-01,monday,many,theft\n3,2020-01-01,,2,theft\n",
		crime.ColIncidentID, crime.ColFirstOccurrence, crime.ColVictimCount, crime.ColOffenseCategory)
	want := `1  1  | 2   theft | 3  2 theft | 1 what: words for an unknown value, as "n/a": empty | 1 first: words for an unknown value, as "unknown": empty` +
		` | 1 FIRST_OCCURRENCE_DATE: not a date, as "monday": empty | 1 VICTIM_COUNT: not a number, as "many": empty`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestNamesAreFoundWhenNothingElseIsLikeThem(t *testing.T) {
	yaml := "columns: {INCIDENT_ID: nr, REPORTED_DATE: Date Rptd}"
	for header, want := range map[string]string{
		"nr,Date Rptd":      "7",
		"NR , date rptd":    "7",
		"Nr,DATE_RPTD":      "7",
		"nr,Date\u00a0Rptd": "7",
		"Nr,NR,Date Rptd":   "the header has nr twice; rename one, or give the number of the column",
		"NR,nr,Date Rptd":   "",
		"nr,Date of report": `the header lacks Date Rptd; it`,
		"nr,Date Rpt":       `the header lacks Date Rptd (did you mean "Date Rpt"?)`,
	} {
		row := "7,2020-01-01" + strings.Repeat(",2020-01-01", strings.Count(header, ",")-1)
		if got := read(t, yaml, header+"\n"+row+"\n", crime.ColIncidentID); !strings.Contains(got, strings.TrimSuffix(want, "; it")) {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
	yaml = "header: none\nseparator: \";\"\ncolumns: {INCIDENT_ID: 2, REPORTED_DATE: 1, OFFENSE_TYPE_ID: [3, 4]}"
	if got := read(t, yaml, "2020-01-01;7;a;b\n2020-01-02;8;;b\n", crime.ColIncidentID, crime.ColOffenseType); got != "7 a b | 8 b" {
		t.Errorf("columns by number: %s", got)
	}
	for column, want := range map[string]string{"0": "the header lacks 0", "-1": "the header lacks -1", "what": "the header lacks what"} {
		if got := read(t, strings.Replace(yaml, "[3, 4]", column, 1), "2020-01-01;7;a;b\n"); !strings.Contains(got, want) {
			t.Errorf("column %s: %s", column, got)
		}
	}
	if got := read(t, strings.Replace(yaml, "[3, 4]", "9", 1), "2020-01-01;7;a;b\n"); !strings.Contains(got, "the header lacks 9") {
		t.Errorf("a column that is not there: %s", got)
	}
}

func TestAHeaderAmongTheRowsIsNamed(t *testing.T) {
	got := read(t, "columns: {INCIDENT_ID: {field: nr, id: hash}, REPORTED_DATE: when}", "nr,when\n1,2020-01-01\nnr,when\n2,2020-01-02\n", crime.ColReported)
	if want := `2020-01-01T00:00:00 | 3: REPORTED_DATE: not a date | 2020-01-02T00:00:00 | 1 the header once more, as "when": a second table begins there; if its columns are others, split the file`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHowExactDatesAreIsKept(t *testing.T) {
	for dates, want := range map[string]string{"2020-01-01T10:00:00": "time", "2020-01-01": "day", "2020-01": "month"} {
		m := parse(t, "format: hotspot.mapping/2\ncolumns: {INCIDENT_ID: nr, REPORTED_DATE: when}")
		var seen mapping.Seen
		if err := m.Record(new(crime.Record), []string{"1", dates}, 1, &seen); err != nil || seen.Precision() != want {
			t.Errorf("%s: precision %q, %v; want %q", dates, seen.Precision(), err, want)
		}
	}
}

func TestAColumnThatTellsDaysFromMonthsDecidesForTheOther(t *testing.T) {
	for csv, want := range map[string]string{
		"id,reported,occurred\n1,03/04/2024,29/02/2024\n": `dates: ["%d/%m/%Y"]`,
		"id,reported,occurred\n1,03/04/2024,02/29/2024\n": `dates: ["%m/%d/%Y"]`,
		"id,reported,occurred\n1,03/04/2024,02/03/2024\n": `# unsure: dates of "occurred" could be "%m/%d/%Y" or "%d/%m/%Y"`,
	} {
		if got, err := mapping.Suggest("raw.csv", []byte(csv)); err != nil || !strings.Contains(got, want+"\n") || strings.Contains(got, "could be") != strings.Contains(want, "could be") {
			t.Errorf("%q: %v, want %s in\n%s", csv, err, want, got)
		}
	}
}

func TestSuggestFindsTheHeaderAndWhatNoNameTells(t *testing.T) {
	const rows = "1001,2024-03-01 10:00:00,-104.123456,39.123456,a\n1002,2024-03-02 11:00:00,-104.123457,39.123457,b\n"
	for csv, wants := range map[string][]string{
		"Open data,,,,\nid,date,x,y,type\n" + rows:     {"header: 2", `  INCIDENT_ID: "id"`, `  GEO_LON: "x"`, `  REPORTED_DATE: "date"`},
		"Open data of 2024\nid,date,x,y,type\n" + rows: {"header: 2", `  INCIDENT_ID: "id"`},
		rows: {"header: none", "  INCIDENT_ID: 1", "  REPORTED_DATE: 2", "  GEO_LON: 3", "  GEO_LAT: 4", "# unsure: the numbers of \"3\" could be degrees of longitude"},
		"a;date;Breite;L\xe4nge\nGO-1;01.03.2024;52,12345;13,12345\nGO-2;02.03.2024;52,12346;13,12346\n": {"header", `  INCIDENT_ID: {field: "a", id: hash}`, `  GEO_LON: "Länge"`, `  GEO_LAT: "Breite"`},
		"incident,date\n1,2024-01-01\n1,2024-01-01\n":                                                    {`  INCIDENT_ID: "incident"`},
	} {
		got, err := mapping.Suggest("raw.csv", []byte(csv))
		for _, want := range wants {
			if err != nil || !strings.Contains(got, want) {
				t.Errorf("%q: %v, want %s in\n%s", csv, err, want, got)
			}
		}
		if m, err := mapping.Parse([]byte(got)); err != nil {
			t.Errorf("%v: %v", m, err)
		}
	}
}

// Whatever a file is, --suggest says something that can be edited: it does not
// panic, and a mapping with a date is one.
func FuzzSuggest(f *testing.F) {
	f.Add([]byte("nr;when;x;y\nGO-1;03/28/2024;13,40;52,51\n"))
	f.Add([]byte("sep=,\n# made\n,case,\"a \"\"date\"\"\",place\n1,A,1551398400000,POINT (1 2)\n"))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00"))
	f.Fuzz(func(t *testing.T, head []byte) {
		text, err := mapping.Suggest("raw.csv", head)
		if err != nil || !strings.Contains(text, "  REPORTED_DATE: ") {
			return
		}
		if _, err := mapping.Parse([]byte(text)); err != nil {
			t.Errorf("of %q comes\n%s\nwhich is none: %v", head, text, err)
		}
	})
}
