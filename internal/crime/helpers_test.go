package crime_test

import (
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// readLine reads a record from the line that is written for it.
func readLine(t testing.TB, rec *crime.Record) (again crime.Record) {
	t.Helper()
	rows := 0
	for r, err := range source.Rows(rec.AppendCSV(crime.AppendHeader(nil)), "line.csv") {
		if err != nil {
			t.Fatalf("%q: %v", rec.AppendCSV(nil), err)
		}
		again, rows = *r, rows+1
	}
	if rows != 1 {
		t.Fatalf("%q is %d rows", rec.AppendCSV(nil), rows)
	}
	return again
}

func mustParse(t testing.TB, text [crime.NumColumns]string) crime.Record {
	t.Helper()
	r, err := crime.Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return r
}
