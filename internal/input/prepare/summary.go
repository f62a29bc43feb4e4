package prepare

import (
	"fmt"
	"math"
	"strconv"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/source"
)

// Summary is what a run did.
type Summary struct {
	Title      string
	Read       int64    // rows found
	Kept       int64    // rows written
	Added      int64    // of Kept, those of the input; with AppendTo they stand behind the old rows
	Already    int64    // rows of the input that were there; with AppendTo
	Changed    int64    // of Already, those whose row differs from the old one, which stays
	Removed    int64    // old rows that the input lacks although it has rows from before and after them; they stay
	Beside     int64    // old rows reported before the first or after the last row of the input; they stay
	Outside    int64    // of Added, those outside the bounds
	Strangers  bool     // none of many rows was there, though old ones are of the same days
	Renumbered int64    // of Added, those that repeat another's OFFENSE_ID and got one of their own
	Twice      int64    // of Added, those that are the same as another row
	LeftOut    int64    // readable rows that are not of the Part
	Unseen     []string // COLUMN=value of Part.Where that no row has
	Rejected   []Fault  // the most frequent first
	Lost       []Lost   // the most frequent first

	Notes  []mapping.Note // what is odd in the rows that were read
	Absent []string       // fields that the file lacks, and columns that no field fills

	Unknown     map[crime.Place]int64 // places that were taken for none, and rows; of NoLocation
	NoLocation  int64                 // kept, without a place
	OutOfArea   int64                 // kept, outside the bounds
	First, Last string                // least and greatest REPORTED_DATE, "" without rows
	Strays      int64                 // of Added, those reported far from the others
	Stray       string                // the first of them, with its line
	Identity    string                // what makes a row another one, as the sidecar has it
	Precision   string                // of the dates, as the sidecar has it
	NoTime      bool                  // nearly all times are midnight or noon
	TimeColumns []string              // that nobody asked for, then
	Masked      *source.Masked        // nil when the points are as exact as they look
	AreaKept    bool                  // the area is that of the file before
	AreaLeft    string                // the area of the file before, when it does not hold the places
	Place       string                // the middle and size of the area, for a person
	Area        string                // origin and bounds as flags
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

// areaText is the middle of an area and how many kilometers it is wide and high.
func areaText(b crime.Bounds, origin crime.Place) string {
	const km = 6371.0088 * math.Pi / 180
	return fmt.Sprintf("%s, %.0f by %.0f km", placeText(origin, 1),
		(b.Lon[1]-b.Lon[0])*km*math.Cos(origin.Lat*math.Pi/180), (b.Lat[1]-b.Lat[0])*km)
}
