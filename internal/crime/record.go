package crime

// The size of a row. Both bounds hold for the row as it is found and for the
// line that AppendCSV writes for it, without the line end.
const (
	MaxRecordBytes = 64 << 10
	MaxRecordLines = 100
)

// Record is one accepted row: the text of its 18 columns, in the order of
// Columns, and what was parsed from them. The text is what travels; the parsed
// members only save the others from parsing it again.
type Record struct {
	Text [NumColumns]string

	Incident int64 // INCIDENT_ID
	Offense  int64 // OFFENSE_ID
	Place    Place // of GEO_LON and GEO_LAT; never -0
	Located  bool  // false when both coordinates are empty
}

// Parse is the record of these texts, and the error of Record.Parse.
func Parse(text [NumColumns]string) (Record, error) {
	r := Record{Text: text}
	return r, r.Parse()
}

// Parse accepts the texts of r and fills the parsed members from them, or says
// with a *FieldError what is wrong:
//
//   - INCIDENT_ID and OFFENSE_ID are written 0|[1-9][0-9]* and fit an int64;
//   - REPORTED_DATE is a date of the calendar written 2019-01-02T00:13:00,
//     FIRST_OCCURRENCE_DATE and LAST_OCCURRENCE_DATE are one or empty. There is no zone: an hour that
//     daylight saving skips is as good as any other;
//   - GEO_LON and GEO_LAT are both empty, or numbers in JSON's grammar within
//     ±180 and ±90. Zero, also by underflow, is parsed as 0; the text stays;
//   - IS_CRIME, IS_TRAFFIC and VICTIM_COUNT are empty or 0|[1-9][0-9]{0,8};
//   - the rest is free text. No text holds NUL, invalid UTF-8, or CR before LF
//     (which no CSV reader gives back), and the row keeps to MaxRecordBytes
//     and MaxRecordLines.
func (r *Record) Parse() error {
	err := r.checkTexts()
	if err == nil {
		err = r.parseTexts()
	}
	if err != nil {
		return err
	}
	return nil
}
