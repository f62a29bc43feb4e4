package api

import (
	"errors"
	"math"
	"strings"
	"unique"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/source"
)

// chunk is what answers need of one batch, column by column: 56 bytes a row
// instead of the 240 of its CSV. It is immutable and shared by all snapshots
// that show the batch.
type chunk struct {
	manifest  *batch.Manifest
	unread    bool // only the manifest has been read so far
	incidents []int64
	offenses  []int64
	lon, lat  []float64 // NaN without location
	kinds     []uint32  // places in fragments
	fragments []string  // `"offense":"theft-of-bicycle","category":"larceny"`
	reported  []date
	occurred  []date   // noDate where it is empty
	parts     []uint32 // places in neighborhoods
	// neighborhoods are JSON strings: `"five-points"`
	neighborhoods []string
}

// errRows says that a CSV is the one of its manifest but holds other rows than
// a consumer writes.
var errRows = errors.New("rows")

// newChunk takes the columns out of a batch's CSV.
func newChunk(m *batch.Manifest, csv []byte) (*chunk, error) {
	c := &chunk{
		manifest:  m,
		incidents: make([]int64, 0, m.Rows), offenses: make([]int64, 0, m.Rows),
		lon: make([]float64, 0, m.Rows), lat: make([]float64, 0, m.Rows),
		kinds: make([]uint32, 0, m.Rows), parts: make([]uint32, 0, m.Rows),
		reported: make([]date, 0, m.Rows), occurred: make([]date, 0, m.Rows),
	}
	type key struct{ offense, category string }
	known, parts := map[key]uint32{}, map[string]uint32{}
	for r, err := range source.Rows(csv, m.CSV.Name) {
		if err != nil || len(c.incidents) == m.Rows {
			return nil, errRows
		}
		place := r.Place
		if !r.Located {
			place = crime.Place{Lon: math.NaN(), Lat: math.NaN()}
		}
		part := r.Text[crime.ColNeighborhood]
		p, ok := parts[part]
		if !ok {
			p = uint32(len(c.neighborhoods))
			parts[strings.Clone(part)] = p
			c.neighborhoods = append(c.neighborhoods, unique.Make(string(appendString(nil, part))).Value())
		}
		k := key{r.Text[crime.ColOffenseType], r.Text[crime.ColOffenseCategory]}
		n, ok := known[k]
		if !ok {
			n = uint32(len(c.fragments))
			known[key{strings.Clone(k.offense), strings.Clone(k.category)}] = n
			c.fragments = append(c.fragments, fragment(k.offense, k.category))
		}
		c.incidents, c.offenses = append(c.incidents, r.Incident), append(c.offenses, r.Offense)
		c.lon, c.lat = append(c.lon, place.Lon), append(c.lat, place.Lat)
		c.kinds, c.parts = append(c.kinds, n), append(c.parts, p)
		c.reported = append(c.reported, parseDate(r.Text[crime.ColReported]))
		c.occurred = append(c.occurred, parseDate(r.Text[crime.ColFirstOccurrence]))
	}
	if len(c.incidents) != m.Rows {
		return nil, errRows
	}
	return c, nil
}

// fragment is the part of an answer that says what an offense was. The same
// ones of all batches share their memory.
func fragment(offense, category string) string {
	b := appendString([]byte(`"offense":`), offense)
	b = appendString(append(b, `,"category":`...), category)
	return unique.Make(string(b)).Value()
}

// record fills in what a vector (package feature), and whether the row is
// trained on (model.Choice), depend on.
func (c *chunk) record(r *crime.Record, i int, set feature.Set) {
	r.Incident = c.incidents[i]
	r.Place = crime.Place{Lon: c.lon[i], Lat: c.lat[i]}
	r.Located = !math.IsNaN(c.lon[i])
	if set.Timed() {
		r.Text[crime.ColFirstOccurrence] = c.occurred[i].String()
	}
}
