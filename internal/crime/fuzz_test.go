package crime_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/memtest"
)

// FuzzReader: no input makes it panic or stand still; what it accepts is
// accepted again from the line that is written for it; reads of any size give
// the same; and on what encoding/csv finds in order both find the same.
func FuzzReader(f *testing.F) {
	h := header()
	f.Add([]byte(h + line() + line()))
	f.Add([]byte("\ufeff" + h + line("OFFENSE_TYPE_ID", "\"a,\"\"b\"\"\r\nc\"") + line("OFFENSE_TYPE_ID", `"lost`) + line()))
	f.Add([]byte(strings.ReplaceAll(h+line(), "\n", "\r\n")))
	f.Add([]byte(h + line("OFFENSE_TYPE_ID", `LAT:39°45'55.12""N`) + "1,2,3\n\n  \n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		agrees(t, data)
		// Headers are rarely found by chance: the data is rows as well.
		for _, in := range [][]byte{data, append([]byte(header()), data...)} {
			var o outcome
			memtest.Bounded(t, func() { o = readAll(bytes.NewReader(in)) })
			if again := readAll(iotest.HalfReader(bytes.NewReader(in))); again.summary() != o.summary() {
				t.Fatalf("in pieces:\n%s\nat once:\n%s", again.summary(), o.summary())
			}
			if n := len(o.rows) + len(o.rejects); n > bytes.Count(in, []byte("\n"))+1 {
				t.Fatalf("%d rows and rejects of %d lines", n, bytes.Count(in, []byte("\n")))
			}
			for i := range o.rows {
				checkAccepted(t, &o.rows[i])
			}
			for _, e := range o.rejects {
				if !bytes.HasPrefix(in[e.Offset:], e.Raw) {
					t.Fatalf("byte %d does not begin %q", e.Offset, e.Raw)
				}
			}
		}
	})
}

// checkAccepted holds what is true of every accepted record.
func checkAccepted(t *testing.T, rec *crime.Record) {
	t.Helper()
	checkCSV(t, rec)
	if again := readString(header() + string(rec.AppendCSV(nil))); len(again.rows) != 1 || again.rows[0] != *rec {
		t.Fatalf("%q is read back as %s", rec.AppendCSV(nil), again.summary())
	}
	value := rec.AppendValue(nil)
	if want := jsonValue(t, rec.Text); !bytes.Equal(value, want) {
		t.Fatalf("value %s, encoding/json has %s", value, want)
	}
	if back, err := crime.ParseValue(value); err != nil || back != *rec {
		t.Fatalf("ParseValue(%s) = %+v, %v", value, back, err)
	}
	if back, err := crime.Parse(rec.Text); err != nil || back != *rec {
		t.Fatalf("Parse(%q) = %+v, %v", rec.Text, back, err)
	}
}

// FuzzParseValue: what is accepted is exactly what is written for it.
func FuzzParseValue(f *testing.F) {
	for _, text := range [][crime.NumColumns]string{
		good,
		with("NEIGHBORHOOD_ID", "a\"\\\b\f\n\t\x01\u2028é"),
		with("GEO_LON", "", "GEO_LAT", "", "FIRST_OCCURRENCE_DATE", ""),
		with("NEIGHBORHOOD_ID", "\xff"),
	} {
		f.Add((&crime.Record{Text: text}).AppendValue(nil))
	}
	f.Add([]byte(`{"INCIDENT_ID":"\ud83d"}`))
	f.Fuzz(func(t *testing.T, value []byte) {
		var rec crime.Record
		var err error
		memtest.Bounded(t, func() { rec, err = crime.ParseValue(value) })
		if err != nil {
			return
		}
		if got := rec.AppendValue(nil); !bytes.Equal(got, value) {
			t.Fatalf("%s is written as %s", value, got)
		}
		checkAccepted(t, &rec)
	})
}

// FuzzParseStamp: what is accepted is exactly what is written for it.
func FuzzParseStamp(f *testing.F) {
	f.Add(crime.Stamp{Row: 1, Line: 2, Title: "Denver crime"}.Append(nil))
	f.Add(crime.Stamp{Row: 1 << 60, Line: 2, Invented: true, Title: " é "}.Append(nil))
	f.Add([]byte("2 1 2 x true t"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s crime.Stamp
		var err error
		memtest.Bounded(t, func() { s, err = crime.ParseStamp(b) })
		if err != nil {
			if !errors.Is(err, crime.ErrBadStamp) && !errors.Is(err, crime.ErrUnknownSchema) {
				t.Fatalf("%q: %v", b, err)
			}
			return
		}
		if got := s.Append(nil); !bytes.Equal(got, b) {
			t.Fatalf("%q is written as %q", b, got)
		}
	})
}

// FuzzParseRecord: the values that Parse interprets, and one that it does not.
func FuzzParseRecord(f *testing.F) {
	add := func(text [crime.NumColumns]string) {
		f.Add(text[crime.ColIncidentID], text[crime.ColFirstOccurrence], text[crime.ColGeoLon], text[crime.ColGeoLat], text[crime.ColNeighborhood], text[crime.ColVictimCount])
	}
	add(good)
	add(with("GEO_LON", "5.3E-07", "GEO_LAT", "-0", "INCIDENT_ID", "9223372036854775808"))
	add(with("GEO_LON", "", "GEO_LAT", "", "NEIGHBORHOOD_ID", "a,\"b\"\n", "FIRST_OCCURRENCE_DATE", "2020-02-30T00:00:00"))
	f.Fuzz(func(t *testing.T, incident, occurred, lon, lat, neighborhood, victims string) {
		text := with("INCIDENT_ID", incident, "FIRST_OCCURRENCE_DATE", occurred, "GEO_LON", lon, "GEO_LAT", lat,
			"NEIGHBORHOOD_ID", neighborhood, "VICTIM_COUNT", victims)
		rec, err := crime.Parse(text)
		if err != nil {
			var fe *crime.FieldError
			if !errors.As(err, &fe) {
				t.Fatalf("%T", err)
			}
			if _, err := crime.ParseValue((&crime.Record{Text: text}).AppendValue(nil)); err == nil && strings.ToValidUTF8(neighborhood+lon+lat+incident+occurred+victims, "") == neighborhood+lon+lat+incident+occurred+victims {
				t.Fatalf("ParseValue takes what Parse rejects: %q", text)
			}
			return
		}
		if rec.Located != (lon != "") {
			t.Fatalf("located %v with %q", rec.Located, lon)
		}
		if hour, weekday, ok := rec.Occurred(); ok != (occurred != "") || hour < 0 || hour > 23 || weekday < 0 || weekday > 6 {
			t.Fatalf("%q: hour %d weekday %d %v", occurred, hour, weekday, ok)
		}
		checkAccepted(t, &rec)
	})
}
