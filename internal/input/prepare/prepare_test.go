package prepare_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/input/prepare"
	"hotspot/internal/source"

	"github.com/google/go-cmp/cmp"
)

const cityHeader = "OBJECTID,INCIDENT_ID,OFFENSE_ID,OFFENSE_CODE,OFFENSE_CODE_EXTENSION,OFFENSE_TYPE_ID,OFFENSE_CATEGORY_ID," +
	"FIRST_OCCURRENCE_DATE,LAST_OCCURRENCE_DATE,REPORTED_DATE,INCIDENT_ADDRESS,GEO_X,GEO_Y,GEO_LON,GEO_LAT," +
	"DISTRICT_ID,PRECINCT_ID,NEIGHBORHOOD_ID,IS_CRIME,IS_TRAFFIC,VICTIM_COUNT,x,y\n"

// cityRow is a row of the city's file: ids, REPORTED_DATE and the address vary.
func cityRow(incident, reported, address string) string {
	return "1," + incident + "," + incident + "299900,2999,0,criminal-mischief-other,public-disorder,7/26/2020 4:00:00 PM,," +
		reported + "," + address + ",0,0,-104.80111124,39.7978271,5,522,gateway,1,0,1,3196378.99986042,1716244.99992036\n"
}

// preparedRow is what becomes of it.
func preparedRow(incident, reported string) string {
	return incident + "," + incident + "299900,2999,0,criminal-mischief-other,public-disorder,2020-07-26T16:00:00,," +
		reported + ",-104.80111124,39.7978271,5,522,gateway,1,0,1,\n"
}

func header() string { return string(crime.AppendHeader(nil)) }

// noted are the rows of the note that has text in it.
func noted(s prepare.Summary, text string) (rows int64) {
	for _, n := range s.Notes {
		if strings.Contains(n.Text, text) {
			rows += n.Rows
		}
	}
	return rows
}

type result struct {
	summary prepare.Summary
	csv     string
	rejects []string // reason, column, raw
	meta    *source.Meta
	files   []string
	err     error
}

// prepared runs c, with Input holding data, in a folder of its own.
func prepared(t *testing.T, c prepare.Config, data string) (r result) {
	t.Helper()
	dir := t.TempDir()
	if c.Input == "" {
		c.Input = filepath.Join(dir, "raw.csv")
	}
	if err := os.WriteFile(c.Input, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	c.Output = filepath.Join(out, "crime.csv")
	if c.MaxRejects == 0 {
		c.MaxRejects = 99
	}
	r.summary, r.err = prepare.Run(t.Context(), c)
	csv, _ := os.ReadFile(c.Output)
	r.csv = string(csv)
	var err error
	if r.meta, err = source.ReadMeta(c.Output); err != nil {
		t.Error(err)
	}
	rejects, _ := os.ReadFile(source.RejectsPath(c.Output))
	for i, l := range strings.Split(strings.TrimSpace(string(rejects)), "\n") {
		if f := strings.Split(l, ","); i > 0 {
			raw, err := base64.StdEncoding.DecodeString(f[4])
			if err != nil {
				t.Error(err)
			}
			r.rejects = append(r.rejects, f[2]+" "+f[3]+" "+string(raw))
		}
	}
	entries, _ := os.ReadDir(out)
	for _, e := range entries {
		r.files = append(r.files, e.Name())
	}
	return r
}

// C01, C05, C11 and C33 to C36 of bad-input.md, as the city's file has them.
func TestPrepareReadsTheCitysForm(t *testing.T) {
	row := cityRow("20201", "7/27/2020 10:09:00 PM", "15987 E RANDOLPH PL")
	want := preparedRow("20201", "2020-07-27T22:09:00")
	short := strings.TrimSuffix(row, ",3196378.99986042,1716244.99992036\n") + "\n"
	date := func(d string) string { return cityRow("20201", d, "A ST") }
	tests := []struct {
		name, row, want string
		reject          string // reason and column
	}{
		{"plain", row, want, ""},
		{"C01", "\ufeff", "", ""},
		{"C02", strings.ReplaceAll(row, "\n", "\r\n"), want, ""},
		{"C05 21 of 23 columns", short, want, ""},
		{"C05 20 columns", short[:strings.LastIndex(short, ",")] + "\n", "", "missing_columns VICTIM_COUNT"},
		{"C11", cityRow("20201", "7/27/2020 10:09:00 PM", `LAT:39°45'55.12""N LONG:104?56'24.65""W`), want, ""},
		{"C12", cityRow("20201", "7/27/2020 10:09:00 PM", `"1 A ST, 2`), "", "FILE"},
		{"comma in quotes", cityRow("20201", "7/27/2020 10:09:00 PM", `"1 A ST, DENVER"`), want, ""},
		{"C15 in an address", cityRow("20201", "7/27/2020 10:09:00 PM", "1 \xe9 ST"), want, ""},
		{"C15 in a column that is kept", strings.Replace(row, "gateway", "g\xe9", 1), "", "invalid_utf8 NEIGHBORHOOD_ID"},
		{"C33 no such day", date("2/30/2020 4:00:00 PM"), "", "not_a_date REPORTED_DATE"},
		{"C33 no such month", date("13/1/2020 4:00:00 PM"), "", "not_a_date REPORTED_DATE"},
		{"C33 hour", date("7/27/2020 16:00:00 PM"), "", "not_a_date REPORTED_DATE"},
		{"C33 hour AM", date("7/27/2020 13:00:00 AM"), "", "not_a_date REPORTED_DATE"},
		{"C33 minute", date("7/27/2020 1:60:00 AM"), "", "not_a_date REPORTED_DATE"},
		{"C33 second", date("7/27/2020 1:00:60 AM"), "", "not_a_date REPORTED_DATE"},
		{"C33 one digit", date("7/27/2020 1:0:00 AM"), "", "not_a_date REPORTED_DATE"},
		{"C33 lower case", date("7/27/2020 4:00:00 pm"), preparedRow("20201", "2020-07-27T16:00:00"), ""},
		{"C33 ISO", date("2020-07-27T22:09:00"), want, ""},
		{"C33 no half", date("7/27/2020 4:00:00"), "", "not_a_date REPORTED_DATE"},
		{"C33 short year", date("7/27/20 4:00:00 PM"), "", "not_a_date REPORTED_DATE"},
		{"C33 long day", date("7/027/2020 4:00:00 PM"), "", "not_a_date REPORTED_DATE"},
		{"C33 trailing", date("7/27/2020 4:00:00 PM "), "", "not_a_date REPORTED_DATE"},
		{"C33 occurred", strings.Replace(row, "7/26/2020 4:00:00 PM", "2020-07-26", 1), "", "not_a_date FIRST_OCCURRENCE_DATE"},
		{"C33 ended", strings.Replace(row, " PM,,", " PM,2020-07-27,", 1), "", "not_a_date LAST_OCCURRENCE_DATE"},
		{"the end of its span", strings.Replace(row, " PM,,", " PM,7/27/2020 1:00:00 AM,", 1), strings.Replace(want, ",,", ",2020-07-27T01:00:00,", 1), ""},
		{"C34", date("7/27/2020 0:00:00 AM"), preparedRow("20201", "2020-07-27T00:00:00"), ""},
		{"C34 PM", date("7/27/2020 0:00:00 PM"), "", "not_a_date REPORTED_DATE"},
		{"midnight", date("7/27/2020 12:00:00 AM"), preparedRow("20201", "2020-07-27T00:00:00"), ""},
		{"noon", date("7/27/2020 12:00:00 PM"), preparedRow("20201", "2020-07-27T12:00:00"), ""},
		{"two digits", date("07/27/2020 01:02:03 AM"), preparedRow("20201", "2020-07-27T01:02:03"), ""},
		{"C35", date("3/8/2020 2:30 AM"), preparedRow("20201", "2020-03-08T02:30:00"), ""},
		{"C36", strings.Replace(row, "7/26/2020 4:00:00 PM", "", 1), strings.Replace(want, "2020-07-26T16:00:00", "", 1), ""},
		{"C36 required", date(""), "", "empty REPORTED_DATE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// A row in order comes first: nothing but rejects is an error.
			first := cityRow("20190", "1/2/2019 12:26:00 AM", "A ST")
			in := cityHeader + first + tt.row
			if tt.name == "C01" {
				in = tt.row + cityHeader + first
			}
			r := prepared(t, prepare.Config{}, in)
			if tt.reject == "FILE" {
				var fe *source.FileError
				if !errors.As(r.err, &fe) || fe.Line != 3 || r.csv != "" {
					t.Errorf("error %v, wrote %q", r.err, r.csv)
				}
				return
			}
			if r.err != nil {
				t.Fatal(r.err)
			}
			if want := header() + preparedRow("20190", "2019-01-02T00:26:00") + tt.want; r.csv != want {
				t.Errorf("wrote %q, want %q", r.csv, want)
			}
			var rejects []string
			if tt.reject != "" {
				rejects = []string{tt.reject + " " + strings.TrimSuffix(tt.row, "\n")}
			}
			if diff := cmp.Diff(rejects, r.rejects); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPrepareOrdersRows(t *testing.T) {
	in := cityHeader +
		cityRow("2021", "1/3/2020 1:00:00 PM", "LATER") +
		cityRow("20201000", "1/2/2020 1:00:00 PM", "TIED") +
		cityRow("3020", "1/2/2020 1:00:00 PM", "TIED") +
		cityRow("2022", "1/2/2020 1:00:00 AM", "EARLIER")
	byTime := preparedRow("2022", "2020-01-02T01:00:00") +
		preparedRow("3020", "2020-01-02T13:00:00") +
		preparedRow("20201000", "2020-01-02T13:00:00") +
		preparedRow("2021", "2020-01-03T13:00:00")
	byFile := preparedRow("2021", "2020-01-03T13:00:00") +
		preparedRow("20201000", "2020-01-02T13:00:00") +
		preparedRow("3020", "2020-01-02T13:00:00") +
		preparedRow("2022", "2020-01-02T01:00:00")
	for order, want := range map[string]string{"": byTime, prepare.OrderTime: byTime, prepare.OrderFile: byFile} {
		r := prepared(t, prepare.Config{Order: order}, in)
		if diff := cmp.Diff(header()+want, r.csv); diff != "" || r.err != nil {
			t.Errorf("order %q: %v\n%s", order, r.err, diff)
		}
		if r.summary.First != "2020-01-02T01:00:00" || r.summary.Last != "2020-01-03T13:00:00" {
			t.Errorf("order %q: from %s to %s", order, r.summary.First, r.summary.Last)
		}
	}
}

// TestPrepareCounts: what the summary and the sidecar say, and which files are
// left in the folder.
func TestPrepareCounts(t *testing.T) {
	row := cityRow("20201", "7/27/2020 10:09:00 PM", "A ST")
	in := cityHeader + row +
		strings.Replace(row, "-104.80111124,39.7978271", ",", 1) +
		strings.Replace(row, "-104.80111124,39.7978271", "5.3E-07,4E-08", 1) +
		strings.Replace(row, "-104.80111124,39.7978271", "-105.20619676,39.66515729", 1) +
		strings.Replace(row, "39.7978271", "", 1) +
		"short\n" + "short,too\n"
	r := prepared(t, prepare.Config{}, in)
	if r.err != nil {
		t.Fatal(r.err)
	}
	want := prepare.Summary{
		Title: "Denver crime", Identity: "OFFENSE_ID, and the whole row where an id repeats", Read: 7, RejectedRows: 3, Kept: 4, Added: 4, NoLocation: 1, HourKnown: true, OutOfArea: 2,
		Place: "39.7 N, 105.0 W",
		First: "2020-07-27T22:09:00", Last: "2020-07-27T22:09:00",
		Area: "--origin -104.95,39.74 --bounds -105.2,39.55,-104.5,39.95",
	}
	var rejected []string
	for _, f := range r.summary.Rejected {
		rejected = append(rejected, fmt.Sprintf("%d %d %s", f.Rows, f.First.Line, f.First.FieldError.Detail()))
	}
	if diff := cmp.Diff([]string{"2 7 INCIDENT_ID: missing columns, want as many fields as the header has", "1 6 GEO_LAT: empty, want degrees from -90 to 90, as 39.73989755"}, rejected); diff != "" {
		t.Error(diff)
	}
	if noted(r.summary, "another row's OFFENSE_ID") != 3 {
		t.Errorf("notes %v", r.summary.Notes)
	}
	r.summary.Rejected, r.summary.Notes = nil, nil
	if diff := cmp.Diff(want, r.summary); diff != "" {
		t.Error(diff)
	}
	origin, bounds := crime.Denver.Origin, crime.Denver.Bounds
	meta := &source.Meta{
		Format: source.MetaFormat, Title: "Denver crime", Rows: 4, NoLocation: 1, Origin: &origin, Bounds: &bounds,
		Timezone: "America/Denver", Precision: source.PrecisionTime, Identity: "OFFENSE_ID, and the whole row where an id repeats",
	}
	if diff := cmp.Diff(meta, r.meta); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"crime.csv", "crime.csv.meta.json", "crime.csv.rejects.csv"}, r.files); diff != "" {
		t.Error(diff)
	}
	if r := prepared(t, prepare.Config{}, cityHeader+row); len(r.files) != 2 {
		t.Errorf("without rejects: %q", r.files)
	}
}

func TestPrepareTitles(t *testing.T) {
	row := cityRow("20201", "7/27/2020 10:09:00 PM", "A ST")
	other := strings.Replace(cityHeader, ",x,y", ",east,north", 1)
	for _, tt := range []struct{ name, header, title, want string }{
		{"the city's header", cityHeader, "", "Denver crime"},
		{"another header", other, "", "untitled"},
		{"given", cityHeader, "Springfield", "Springfield"},
	} {
		if r := prepared(t, prepare.Config{Title: tt.title}, tt.header+row); r.err != nil || r.meta.Title != tt.want || r.summary.Title != tt.want {
			t.Errorf("%s: %+v, %v", tt.name, r.meta, r.err)
		}
	}
}

// TestPrepareKeepsWhatIsPrepared: preparing twice gives the same bytes, and the
// sidecar of the input goes on - also that it is of an invented city.
func TestPrepareKeepsWhatIsPrepared(t *testing.T) {
	in := header() +
		preparedRow("20190", "2019-01-02T00:26:00") +
		strings.Replace(preparedRow("20191", "2019-01-02T00:27:00"), "gateway", "\"a, \"\"b\"\"\nc\"", 1)
	dir := t.TempDir()
	path := filepath.Join(dir, "prepared.csv")
	blur := 50.0
	side := &source.Meta{
		Format: source.MetaFormat, Title: "Invented city", Invented: true, Filter: "larceny", BlurM: &blur, Rows: 99, NoLocation: 9,
		Origin: &crime.Place{Lon: 1, Lat: 2}, Bounds: &crime.Bounds{Lon: [2]float64{0, 2}, Lat: [2]float64{0, 3}},
	}
	if err := os.WriteFile(source.MetaPath(path), side.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
	r := prepared(t, prepare.Config{Input: path}, in)
	if r.err != nil || r.csv != in {
		t.Errorf("%q became %q, %v", in, r.csv, r.err)
	}
	side.Rows, side.NoLocation = 2, 0
	if diff := cmp.Diff(side, r.meta); diff != "" {
		t.Error(diff)
	}
	if r.summary.OutOfArea != 2 || !r.meta.Invented {
		t.Errorf("the bounds of the sidecar do not count: %+v", r.summary)
	}
}

func TestPrepareReadsGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(cityHeader + cityRow("20201", "7/27/2020 10:09:00 PM", "A ST"))); err != nil {
		t.Fatal(err)
	}
	z.Close()
	if r := prepared(t, prepare.Config{}, b.String()); r.summary.Kept != 1 || r.err != nil {
		t.Errorf("%+v, %v", r.summary, r.err)
	}
	r := prepared(t, prepare.Config{}, b.String()[:b.Len()-4])
	if r.err == nil || len(r.files) != 0 {
		t.Errorf("truncated: %v, left %q", r.err, r.files)
	}
}

// TestPrepareTheCitysFile holds the counts of the data's README.
func TestPrepareTheCitysFile(t *testing.T) {
	folder := os.Getenv("HOTSPOT_TEST_DATA")
	if folder == "" {
		t.Skip("HOTSPOT_TEST_DATA names no folder with the city's file")
	}
	out := filepath.Join(t.TempDir(), "crime_preprocessed.csv")
	start := time.Now()
	s, err := prepare.Run(t.Context(), prepare.Config{Input: filepath.Join(folder, "crime.csv.gz"), Output: out})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows in %v", s.Read, time.Since(start))
	want := prepare.Summary{
		Title: "Denver crime", Identity: "OFFENSE_ID, and the whole row where an id repeats", Read: 394_736, Kept: 394_736, Added: 394_736, NoLocation: 261, OutOfArea: 196, HourKnown: true,
		First: "2019-01-02T00:26:00", Last: s.Last, Area: s.Area, Place: s.Place,
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	src, err := source.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var last crime.Record
	rows := 0
	for rec, err := range src.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		a, b := last.Text[crime.ColReported], rec.Text[crime.ColReported]
		if a > b || a == b && last.Offense >= rec.Offense {
			t.Fatalf("line %d: %s %d comes after %s %d", src.Line(), b, rec.Offense, a, last.Offense)
		}
		last, rows = *rec, rows+1
	}
	if rows != 394_736 {
		t.Errorf("%d rows are read back", rows)
	}
}
