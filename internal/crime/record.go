package crime

// Record is one accepted row: the text of its 16 columns, in the order of
// Columns, and what was parsed from them. The text is what travels; the parsed
// members only save the others from parsing it again.
type Record struct {
	Text [NumColumns]string

	Incident int64 // INCIDENT_ID
	Offense  int64 // OFFENSE_ID
	Place    Place // of GEO_LON and GEO_LAT; never -0
	Located  bool  // false when both coordinates are empty
}
