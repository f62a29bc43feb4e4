package prepare_test

import (
	"strings"
	"testing"

	"hotspot/internal/input/prepare"
)

func TestAPartIsKeptAndNamed(t *testing.T) {
	raw := cityHeader +
		cityRow("1", "7/26/2020 4:00:00 PM", "") +
		strings.Replace(cityRow("2", "7/27/2020 11:59:59 PM", ""), "public-disorder", "burglary", 1) +
		strings.Replace(cityRow("3", "7/28/2020 0:00:00 AM", ""), "public-disorder", "burglary", 1) +
		strings.Replace(cityRow("4", "7/27/2020 1:00:00 AM", ""), "public-disorder", "robbery", 1)
	r := prepared(t, prepare.Config{Part: prepare.Part{
		Where: []string{"OFFENSE_CATEGORY_ID=robbery,burglary,burglery"}, Until: "2020-07-27",
	}}, raw)
	if r.err != nil {
		t.Fatal(r.err)
	}
	want := header() +
		strings.Replace(preparedRow("4", "2020-07-27T01:00:00"), "public-disorder", "robbery", 1) +
		strings.Replace(preparedRow("2", "2020-07-27T23:59:59"), "public-disorder", "burglary", 1)
	if r.csv != want {
		t.Errorf("kept\n%s\nwant\n%s", r.csv, want)
	}
	if u := r.summary.Unseen; len(u) != 1 || u[0] != "OFFENSE_CATEGORY_ID=burglery" {
		t.Errorf("unseen %q, want the misspelled one", u)
	}
	filter := "OFFENSE_CATEGORY_ID=burglary,burglery,robbery, until 2020-07-27"
	if r.meta.Filter != filter || r.meta.Title != "Denver crime ("+filter+")" || r.meta.Rows != 2 {
		t.Errorf("the sidecar says %q, %q, %d rows", r.meta.Filter, r.meta.Title, r.meta.Rows)
	}
	if s := r.summary; s.Read != 4 || s.Kept != 2 || s.LeftOut != 2 {
		t.Errorf("read %d, kept %d, left out %d; want 4, 2, 2", s.Read, s.Kept, s.LeftOut)
	}
}

// By Python: n = 100/(6371008.8*pi/180); lat = round(39.7978271/n)*n;
// e = n/cos(radians(lat)); lon = round(-104.80111124/e)*e.
func TestBlurMovesAPlaceToTheGridAndKeepsNoTrace(t *testing.T) {
	r := prepared(t, prepare.Config{Part: prepare.Part{Blur: "100m"}}, cityHeader+cityRow("1", "7/26/2020 4:00:00 PM", ""))
	if r.err != nil {
		t.Fatal(r.err)
	}
	want := strings.Replace(preparedRow("1", "2020-07-26T16:00:00"), "-104.80111124,39.7978271", "-104.801112,39.797624", 1)
	if r.csv != header()+want {
		t.Errorf("blurred to\n%s\nwant\n%s", r.csv, want)
	}
	if r.meta.BlurM == nil || *r.meta.BlurM != 100 {
		t.Errorf("the sidecar says blur_m %v, want 100", r.meta.BlurM)
	}
}

// The city's file has places at 5.3E-07,4E-08, and such a one may lie west of 0.
func TestBlurringAgainChangesNothing(t *testing.T) {
	row := strings.Replace(cityRow("1", "7/26/2020 4:00:00 PM", ""), "-104.80111124,39.7978271", "-5.3E-07,-4E-08", 1)
	c := prepare.Config{Part: prepare.Part{Blur: "100m"}}
	once := prepared(t, c, cityHeader+row+cityRow("2", "7/26/2020 4:00:00 PM", ""))
	c.Bounds = "-105.2,39.55,-104.5,39.95" // it has no sidecar that says so
	if twice := prepared(t, c, once.csv); once.err != nil || twice.csv != once.csv || !strings.Contains(once.csv, ",0.000000,0.000000,") {
		t.Errorf("%v: once\n%s\ntwice\n%s", once.err, once.csv, twice.csv)
	}
}

func TestAPartThatCannotBeIsNamedWithTheNextStep(t *testing.T) {
	for _, tt := range []struct {
		part prepare.Part
		want string
	}{
		{prepare.Part{Where: []string{"CATEGORY=x"}}, `--where "CATEGORY=x": "CATEGORY" is none of the columns; want one of INCIDENT_ID`},
		{prepare.Part{Where: []string{"DISTRICT_ID"}}, `--where "DISTRICT_ID": want COLUMN=value`},
		{prepare.Part{Where: []string{"DISTRICT_ID=1,"}}, `--where "DISTRICT_ID=1,": want COLUMN=value`},
		{prepare.Part{Since: "2/1/2020"}, `--since "2/1/2020": want a day of the calendar`},
		{prepare.Part{Until: "2020-02-30"}, `--until "2020-02-30": want a day of the calendar`},
		{prepare.Part{Since: "2020-02-02", Until: "2020-02-01"}, `swap them`},
		{prepare.Part{Blur: "100"}, `--blur "100": want meters`},
		{prepare.Part{Blur: "0m"}, `--blur "0m": want meters`},
		{prepare.Part{Blur: "NaNm"}, `--blur "NaNm": want meters`},
		{prepare.Part{Where: []string{"DISTRICT_ID=77"}}, `DISTRICT_ID=77 keeps none of 1 rows`},
	} {
		r := prepared(t, prepare.Config{Part: tt.part}, cityHeader+cityRow("1", "7/26/2020 4:00:00 PM", ""))
		if r.err == nil || !strings.Contains(r.err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.part, r.err, tt.want)
		}
		if r.csv != "" {
			t.Errorf("%+v: a file was written", tt.part)
		}
	}
}
