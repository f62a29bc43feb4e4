// Package crime is one row of the data: the text of its 18 columns, what is
// parsed from them, and every form in which it travels - a line of a CSV, the
// value of a message, a link of the chain.
//
// It is what every other package means by a row: source reads one of a file,
// the producer sends it as a message, the consumer takes back what
// ParseValue accepts. A row that is accepted once is accepted everywhere:
// source.Reader, Parse and ParseValue judge by the same rules, and what one of them
// accepts AppendCSV and AppendValue write so that it is read again unchanged.
//
// It knows nothing of Kafka, of batches, of models and of the clock.
package crime

// NumColumns is the number of columns of a prepared row.
const NumColumns = 18

// The columns of a prepared row in the order in which they are written.
const (
	ColIncidentID = iota
	ColOffenseID
	ColOffenseCode
	ColOffenseCodeExtension
	ColOffenseType
	ColOffenseCategory
	ColFirstOccurrence
	ColLastOccurrence // the end of the time in which it happened
	ColReported
	ColGeoLon
	ColGeoLat
	ColDistrict
	ColPrecinct
	ColNeighborhood
	ColIsCrime
	ColIsTraffic
	ColVictimCount
	ColCityID // as the city itself writes it, when INCIDENT_ID is made of it
)

// Columns are the names of the columns, as the header and the message spell
// them. Nobody may change it.
var Columns = [NumColumns]string{
	"INCIDENT_ID", "OFFENSE_ID", "OFFENSE_CODE", "OFFENSE_CODE_EXTENSION",
	"OFFENSE_TYPE_ID", "OFFENSE_CATEGORY_ID", "FIRST_OCCURRENCE_DATE", "LAST_OCCURRENCE_DATE",
	"REPORTED_DATE", "GEO_LON", "GEO_LAT", "DISTRICT_ID", "PRECINCT_ID",
	"NEIGHBORHOOD_ID", "IS_CRIME", "IS_TRAFFIC", "VICTIM_COUNT", "CITY_ID",
}

// Optional are the columns that a prepared file may lack: they are empty then.
// Nobody may change it.
var Optional = []string{Columns[ColLastOccurrence], Columns[ColCityID]}

// Place is a point on the earth in degrees, WGS 84.
type Place struct {
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

// Bounds is a box of degrees, each side a least and a greatest value, both
// inside.
type Bounds struct {
	Lon [2]float64 `json:"lon"`
	Lat [2]float64 `json:"lat"`
}

// Contains reports whether p lies in b or on its edge.
func (b Bounds) Contains(p Place) bool {
	return b.Lon[0] <= p.Lon && p.Lon <= b.Lon[1] && b.Lat[0] <= p.Lat && p.Lat <= b.Lat[1]
}

// Earth is all places that there are.
var Earth = Bounds{Lon: [2]float64{-180, 180}, Lat: [2]float64{-90, 90}}
