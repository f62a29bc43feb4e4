package prepare_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/input/prepare"
)

const chicagoHeader = "ID,Case Number,Date,Block,IUCR,Primary Type,Description,Location Description,Arrest,Domestic,Beat,District,Ward," +
	"Community Area,FBI Code,X Coordinate,Y Coordinate,Year,Updated On,Latitude,Longitude,Location\n"

func chicagoRow(id int, lat, lon string) string {
	return fmt.Sprintf(`%d,JC%d,01/0%d/2024 12:30:00 AM,001XX W MADISON ST,0486,BATTERY,DOMESTIC BATTERY SIMPLE,APARTMENT,false,true,0111,001,42,32,08B,1,2,2024,01/09/2024 03:40:59 PM,%s,%s,"(%s, %s)"`+"\n",
		id, id, 1+id%5, lat, lon, lat, lon)
}

func TestChicagosFileIsPreparedByItsHeader(t *testing.T) {
	r := prepared(t, prepare.Config{}, chicagoHeader+
		chicagoRow(7, "41.882", "-87.631")+chicagoRow(5, "", "")+chicagoRow(6, "91", "0")+strings.Replace(chicagoRow(8, "1", "1"), "01/04/2024", "13/04/2024", 1))
	if r.err != nil {
		t.Fatal(r.err)
	}
	row := func(id, day, lon, lat string) string {
		return id + "," + id + ",0486,,DOMESTIC BATTERY SIMPLE,BATTERY,2024-01-" + day + "T00:30:00,,2024-01-" + day + "T00:30:00," +
			lon + "," + lat + ",001,0111,32,1,,,JC" + id + "\n"
	}
	if want := header() + row("5", "01", "", "") + row("6", "02", "", "") + row("7", "03", "-87.631", "41.882"); r.csv != want {
		t.Errorf("prepared\n%s\nwant\n%s", r.csv, want)
	}
	if r.meta.Title != "Chicago crime" || r.summary.NoLocation != 2 || len(r.rejects) != 1 {
		t.Errorf("title %q, %d without a place, rejects %v", r.meta.Title, r.summary.NoLocation, r.rejects)
	}
}

// 4,000 places lie 1 cm apart in Chicago, two on the equator: 0.05 % at
// each end may be dropped, and the two strays are what is.
func TestBoundsAutoHoldTheMiddleOfThePlaces(t *testing.T) {
	var b strings.Builder
	b.WriteString(chicagoHeader)
	for i := range 4000 {
		b.WriteString(chicagoRow(10+i, fmt.Sprintf("41.88%04d", i), fmt.Sprintf("-87.63%04d", i)))
	}
	b.WriteString(chicagoRow(1, "0", "1") + chicagoRow(2, "0", "2"))
	r := prepared(t, prepare.Config{}, b.String())
	if r.err != nil {
		t.Fatal(r.err)
	}
	want := crime.Bounds{Lon: [2]float64{-87.64, -87.63}, Lat: [2]float64{41.88, 41.89}}
	if *r.meta.Bounds != want || *r.meta.Origin != (crime.Place{Lon: -87.635, Lat: 41.885}) {
		t.Errorf("bounds %v around %v, want %v", *r.meta.Bounds, *r.meta.Origin, want)
	}
	if r.summary.OutOfArea != 2 {
		t.Errorf("%d out of the area, want the 2 on the equator", r.summary.OutOfArea)
	}
}

func TestAnySchemaIsPreparedByAMapping(t *testing.T) {
	file := filepath.Join(t.TempDir(), "town.yaml")
	if err := os.WriteFile(file, []byte("format: hotspot.mapping/1\ncolumns: {INCIDENT_ID: nr, REPORTED_DATE: when, GEO_LON: x, GEO_LAT: y, OFFENSE_CATEGORY_ID: what}\ndates: [\"%d.%m.%Y %H:%M\"]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	data := "what,when,nr,y,x,note\n\"theft, bike\",3.2.2024 7:05,12,52.5,13.4\nfire,32.2.2024 7:05,13,52.5,13.4,\nfire,1.2.2024 7:05,014,52.5,13.4,\n"
	r := prepared(t, prepare.Config{Columns: file, Title: "Town", Bounds: "13,52,14,53"}, data)
	if r.err != nil {
		t.Fatal(r.err)
	}
	if want := header() + `12,12,,,,"theft, bike",,,2024-02-03T07:05:00,13.4,52.5,,,,,,,` + "\n"; r.csv != want {
		t.Errorf("prepared\n%s\nwant\n%s", r.csv, want)
	}
	if len(r.rejects) != 2 || *r.meta.Origin != (crime.Place{Lon: 13.5, Lat: 52.5}) {
		t.Errorf("rejects %v, origin %v", r.rejects, r.meta.Origin)
	}
	for _, tt := range []struct {
		c    prepare.Config
		data string
		want string
	}{
		{prepare.Config{Columns: file}, "nr,when,x,y\n", `lacks what; it has ["nr" "when" "x" "y"]; mend the mapping`},
		{prepare.Config{Columns: file}, "nr,nr,what,when,x,y\n", `has nr twice; rename one`},
		{prepare.Config{Columns: "nowhere.yaml"}, data, "nowhere.yaml"},
		{prepare.Config{City: "boston"}, data, `the header lacks INCIDENT_NUMBER, OCCURRED_ON_DATE; it has ["what"`},
		{prepare.Config{City: "chicago", Columns: file}, data, "leave one out"},
		{prepare.Config{City: "chicago", Bounds: "1,2,3"}, data, `--bounds "1,2,3": want WEST,SOUTH,EAST,NORTH in degrees; --bounds auto finds`},
		{prepare.Config{City: "chicago", Bounds: "1,2,1,3"}, data, `--bounds "1,2,1,3": bounds: lon [1 1] is not least and greatest; in another order? WEST,SOUTH,EAST,NORTH would be 1,1,2,3; --bounds auto`},
		{prepare.Config{City: "chicago", Origin: "here"}, data, `--origin "here": want LON,LAT in degrees`},
		{prepare.Config{City: "chicago", Origin: "1,2"}, chicagoHeader + chicagoRow(1, "41.882", "-87.631"), "origin 1,2 is outside of the bounds; give --origin and --bounds"},
		{prepare.Config{City: "bostn"}, data, `--city "bostn" is none of boston, chicago, `},
		{prepare.Config{Origin: "1,2"}, header() + preparedRow("20201", "2020-01-02T01:00:00"), "origin 1,2 is outside of the bounds"},
		{prepare.Config{}, data, `no built-in mapping knows this header: ["what" "when" "nr" "y" "x" "note"]; hotspot prepare --suggest `},
		{prepare.Config{City: "chicago"}, chicagoHeader + chicagoRow(1, "", ""), "--bounds auto: no row has a place; give --bounds"},
	} {
		if r := prepared(t, tt.c, tt.data); r.err == nil || !strings.Contains(r.err.Error(), tt.want) || r.csv != "" {
			t.Errorf("%+v: %v, want %q and no file", tt.c, r.err, tt.want)
		}
	}
}
