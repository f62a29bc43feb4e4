package prepare

import (
	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
)

// Summary is what a run did.
type Summary struct {
	Title       string
	Read        int64    // rows found
	Kept        int64    // rows written
	Added       int64    // of Kept, those of the input; with AppendTo they stand behind the old rows
	Already     int64    // rows of the input whose offense was there; with AppendTo
	Changed     int64    // of Already, those whose row differs from the old one, which stays
	Removed     int64    // old rows that the input lacks although it has rows from before and after them; they stay
	Beside      int64    // old rows reported before the first or after the last row of the input; they stay
	LeftOut     int64    // readable rows that are not of the Part
	Unseen      []string // COLUMN=value of Part.Where that no row has
	Rejected    map[crime.Reason]int64
	NoLocation  int64          // kept, both coordinates empty
	OutOfArea   int64          // kept, outside the bounds
	Notes       []mapping.Note // what is odd in the rows that were read
	Absent      []string       // fields that the file lacks, and columns that no field fills
	First, Last string         // least and greatest REPORTED_DATE, "" without rows
	Area        string         // origin and bounds as the flags of a consumer, which has no sidecar
}
