package prepare

import (
	"math"
	"strconv"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
)

// Summary is what a run did.
type Summary struct {
	Title        string
	Read         int64          // rows found
	Kept         int64          // rows written
	Added        int64          // of Kept, those of the input; with AppendTo they stand behind the old rows
	Already      int64          // rows of the input that were there; with AppendTo
	Changed      int64          // of Already, those whose row differs from the old one, which stays
	Removed      int64          // old rows that the input lacks although it has rows from before and after them; they stay
	Beside       int64          // old rows reported before the first or after the last row of the input; they stay
	LeftOut      int64          // readable rows that are not of the Part
	Unseen       []string       // COLUMN=value of Part.Where that no row has
	RejectedRows int64          // rows that could not be read
	Rejected     []Fault        // why, the most frequent first
	Notes        []mapping.Note // what is odd in the rows
	Absent       []string       // columns that no field fills
	NoLocation   int64          // kept, without a place
	HourKnown    bool           // of any crime
	OutOfArea    int64          // of Added, those outside the bounds
	First, Last  string         // least and greatest REPORTED_DATE, "" without rows
	Identity     string         // what makes a row another one, as the sidecar has it
	Place        string         // the middle of the area, for a person
	Area         string         // origin and bounds as flags
}

// placeText is a place as a person checks it on a map: 38.9 N, 77.0 W.
func placeText(p crime.Place, decimals int) string {
	side := func(v float64, plus, minus string) string {
		if v < 0 {
			plus = minus
		}
		return strconv.FormatFloat(math.Abs(v), 'f', decimals, 64) + " " + plus
	}
	return side(p.Lat, "N", "S") + ", " + side(p.Lon, "E", "W")
}
