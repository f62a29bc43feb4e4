package generate

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"

	"hotspot/internal/crime"
)

// farPlaces are the places far outside of the city that the real file has, but
// for their digits: one beyond its western edge, and some near 0, 0.
var farPlaces = [...][2]string{
	{"-105.21148213", "39.66120475"},
	{"-105.21148213", "39.66120475"},
	{"-105.21148213", "39.66120475"},
	{"4.1E-07", "3E-08"},
	{"-2.12E-06", "1.27E-06"},
}

// each hands rows on, one after the other.
type each func(func(*row) error) error

// writePrepared writes the 18 columns.
func writePrepared(w io.Writer, rows each) error {
	line := crime.AppendHeader(nil)
	if _, err := w.Write(line); err != nil {
		return err
	}
	return rows(func(r *row) error {
		line = r.appendHead(line[:0])
		line = append(appendMinute(line, r.occurred, crime.DateForm), ',')
		line = append(r.appendLast(line, crime.DateForm), ',')
		line = append(appendMinute(line, r.reported, crime.DateForm), ',')
		line = append(r.appendTail(line), ",\n"...)
		_, err := w.Write(line)
		return err
	})
}

// appendHead appends the columns INCIDENT_ID to OFFENSE_CATEGORY_ID.
func (r *row) appendHead(b []byte) []byte {
	t := &offenseTypes[r.offenseType]
	b = append(strconv.AppendInt(b, r.incident, 10), ',')
	b = append(strconv.AppendInt(b, r.offense, 10), ',')
	for _, text := range [...]string{t.code, t.extension, t.name, t.category} {
		b = append(append(b, text...), ',')
	}
	return b
}

// appendLast appends LAST_OCCURRENCE_DATE: nobody saw half of the crimes happen.
func (r *row) appendLast(b []byte, form string) []byte {
	if lasted := r.reported - r.occurred; r.incident%2 == 0 && lasted > 0 {
		b = appendMinute(b, r.occurred+lasted/2, form)
	}
	return b
}

// appendTail appends the columns GEO_LON to VICTIM_COUNT.
func (r *row) appendTail(b []byte) []byte {
	district, name := byte('0'+r.place.precinct/100), neighborhoods[r.place.neighborhood].name
	switch r.where {
	case known:
		b = append(appendDegrees(b, r.place.lon), ',')
		b = appendDegrees(b, r.place.lat)
	case unlocated:
		b, name = append(b, ','), ""
	case farAway:
		far := farPlaces[r.far]
		b = append(append(append(b, far[0]...), ','), far[1]...)
		district, name = 'U', ""
	}
	b = append(b, ',', district, ',')
	b = append(strconv.AppendInt(b, int64(r.place.precinct), 10), ',')
	b = append(append(b, name...), ",1,0,"...)
	return strconv.AppendInt(b, int64(r.victims), 10)
}

const rawHeader = "\ufeffOBJECTID,INCIDENT_ID,OFFENSE_ID,OFFENSE_CODE,OFFENSE_CODE_EXTENSION,OFFENSE_TYPE_ID,OFFENSE_CATEGORY_ID," +
	"FIRST_OCCURRENCE_DATE,LAST_OCCURRENCE_DATE,REPORTED_DATE,INCIDENT_ADDRESS,GEO_X,GEO_Y,GEO_LON,GEO_LAT," +
	"DISTRICT_ID,PRECINCT_ID,NEIGHBORHOOD_ID,IS_CRIME,IS_TRAFFIC,VICTIM_COUNT,x,y\n"

// writeRaw writes the city's 23 columns, in its order: by offense type.
func writeRaw(w io.Writer, rows each) error {
	var all []row
	if err := rows(func(r *row) error { all = append(all, *r); return nil }); err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b row) int { return cmp.Compare(a.offenseType, b.offenseType) })
	line := []byte(rawHeader)
	for i := range all {
		if _, err := w.Write(line); err != nil {
			return err
		}
		line = all[i].appendRaw(line[:0], int64(i+1))
	}
	_, err := w.Write(line)
	return err
}

// appendRaw appends the n-th line of the raw file.
func (r *row) appendRaw(b []byte, n int64) []byte {
	b = r.appendHead(fmt.Appendf(b, "%d,", n))
	b = append(appendMinute(b, r.occurred, cityForm), ',')
	b = append(r.appendLast(b, cityForm), ',')
	b = appendMinute(b, r.reported, cityForm)
	b = append(r.appendAddress(append(b, ','), n), ",0,0,"...)
	b = r.appendTail(b)
	if r.where == unlocated {
		return append(b, '\n') // such rows lack the last two columns
	}
	x, y := 3_150_000+(r.place.lon-originLon)/35_700, 1_695_000+(r.place.lat-originLat)/27_400
	return fmt.Appendf(b, ",%d.00000%d,%d.00000%d\n", x, 100+n%900, y, 100+n*7%900)
}

var streets = [...]string{
	"TANNERY ST", "LANTERN ROW", "MILL RD", "E HARROW AVE", "W COPPER AVE", "N KESTREL ST", "S ANVIL BLVD", "QUARRY LN",
	"JUNIPER CT", "ORLA SQ", "N FOUNDRY WAY", "E STATION PL",
}

// appendAddress appends an invented address, with the dirt of the real ones in
// some: bare quotes, commas in quotes, characters that were lost.
func (r *row) appendAddress(b []byte, n int64) []byte {
	at := r.place.lat - r.place.lon // both add up: longitudes are west
	number, street := 100+at/1000%4900, streets[at/7%int64(len(streets))]
	switch {
	case n%2500 == 7:
		b = append(b, `LAT:39°44'23.63""N LONG:104?59'14.95""W `...)
	case n%1500 == 11:
		return fmt.Appendf(b, `"%d %s, UNIT ""B"""`, number, street)
	case n%700 == 13:
		return append(b, "CAF? AT THE MILL?"...)
	}
	return fmt.Appendf(b, "%d %s", number, street)
}
