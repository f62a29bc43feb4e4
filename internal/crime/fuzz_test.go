package crime_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/memtest"
	"hotspot/internal/testkit/rowtest"
)

// checkAccepted holds what is true of every accepted record.
func checkAccepted(t *testing.T, rec *crime.Record) {
	t.Helper()
	checkCSV(t, rec)
	if again := readLine(t, rec); again != *rec {
		t.Fatalf("%q is read back as %q", rec.AppendCSV(nil), again.Text)
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
		rowtest.Good,
		rowtest.With("NEIGHBORHOOD_ID", "a\"\\\b\f\n\t\x01\u2028é"),
		rowtest.With("GEO_LON", "", "GEO_LAT", "", "FIRST_OCCURRENCE_DATE", ""),
		rowtest.With("NEIGHBORHOOD_ID", "\xff"),
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

// FuzzParseHeader: what is accepted is exactly what is written for it.
func FuzzParseHeader(f *testing.F) {
	f.Add(crime.Header{Row: 1, Line: 2, Source: crime.Source{Title: "Denver crime", Area: crime.Denver.String()}}.Append(nil))
	f.Add(crime.Header{Row: 1 << 60, Line: 2, Source: crime.Source{Title: " é ", Invented: true, Area: crime.Denver.String()}}.Append(nil))
	f.Add([]byte("3 1 2 x a true t"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s crime.Header
		var err error
		memtest.Bounded(t, func() { s, err = crime.ParseHeader(b) })
		if err != nil {
			if !errors.Is(err, crime.ErrBadHeader) && !errors.Is(err, crime.ErrUnknownSchema) {
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
	add(rowtest.Good)
	add(rowtest.With("GEO_LON", "5.3E-07", "GEO_LAT", "-0", "INCIDENT_ID", "9223372036854775808"))
	add(rowtest.With("GEO_LON", "", "GEO_LAT", "", "NEIGHBORHOOD_ID", "a,\"b\"\n", "FIRST_OCCURRENCE_DATE", "2020-02-30T00:00:00"))
	f.Fuzz(func(t *testing.T, incident, occurred, lon, lat, neighborhood, victims string) {
		text := rowtest.With("INCIDENT_ID", incident, "FIRST_OCCURRENCE_DATE", occurred, "GEO_LON", lon, "GEO_LAT", lat,
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
		if s := rec.Span(); (s.Minutes > 0) != (occurred != "") || s.Start < 0 || s.Start >= 7*1440 {
			t.Fatalf("%q: %+v", occurred, s)
		}
		checkAccepted(t, &rec)
	})
}
