package catalog

import (
	"math"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
)

// Row is a row of a batch that has been read.
type Row struct {
	Batch *Batch
	i     int
}

// Number is the number of the row, from 1.
func (r Row) Number() int64 { return r.Batch.FirstRow + int64(r.i) }

// Incident is the id of the crime.
func (r Row) Incident() int64 { return r.Batch.incidents[r.i] }

// OffenseID is the id of the row within its crime.
func (r Row) OffenseID() int64 { return r.Batch.offenses[r.i] }

// Offense is what happened: theft-of-bicycle.
func (r Row) Offense() string { return r.Batch.kinds.at(r.i).offense }

// Category is what sort of thing that is: larceny.
func (r Row) Category() string { return r.Batch.kinds.at(r.i).category }

// Neighborhood is where the row says that it was, "" when it does not.
func (r Row) Neighborhood() string { return r.Batch.neighborhoods.at(r.i) }

// Reported is when the crime was reported.
func (r Row) Reported() Date { return r.Batch.reported[r.i] }

// Occurred is when the crime is said to have happened first, NoDate when that
// is not said.
func (r Row) Occurred() Date { return r.Batch.occurred[r.i] }

// Place is where it was; both degrees are NaN when that is not said.
func (r Row) Place() crime.Place {
	if !r.Located() {
		return crime.Place{Lon: math.NaN(), Lat: math.NaN()}
	}
	return r.Input().Place
}

// Located reports whether the row has a place.
func (r Row) Located() bool { return r.Input().Located }

// Input is what its vector is computed from.
func (r Row) Input() feature.Input { return r.Batch.inputs[r.i] }

// Date is a local time in seconds since 1970, as if its zone were UTC: a date
// of the data has no zone.
type Date int64

// NoDate is the date of a row that has none.
const NoDate Date = math.MinInt64

// parseDate reads a date as accepted rows have it; what has another form is
// NoDate.
func parseDate(text string) Date {
	if t, ok := crime.ParseDate(text); ok {
		return Date(t.Unix())
	}
	return NoDate
}

// Append appends d as a row has it, nothing for NoDate.
func (d Date) Append(dst []byte) []byte {
	if d == NoDate {
		return dst
	}
	return time.Unix(int64(d), 0).UTC().AppendFormat(dst, crime.DateForm)
}

func (d Date) String() string { return string(d.Append(nil)) }
