package api

import (
	"bytes"
	"errors"
	"io"
	"math"
	"unique"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
)

// chunk is what answers need of one batch, column by column: 36 bytes a row
// instead of the 240 of its CSV. It is immutable and shared by all snapshots
// that show the batch.
type chunk struct {
	manifest  *batch.Manifest // without its transport
	incidents []int64
	offenses  []int64
	lon, lat  []float64 // NaN without location
	kinds     []uint32  // places in fragments
	fragments []string  // `"offense":"theft-of-bicycle","category":"larceny"`
}

// errRows says that a CSV is the one of its manifest but holds other rows than
// a consumer writes.
var errRows = errors.New("rows")

// newChunk takes the columns out of a batch's CSV.
func newChunk(m *batch.Manifest, csv []byte) (*chunk, error) {
	reader, err := crime.NewReader(bytes.NewReader(csv), m.CSV.Name)
	if err != nil {
		return nil, errRows
	}
	light := *m
	light.Transport = batch.Transport{} // as long as the batch, and no answer shows it
	c := &chunk{
		manifest:  &light,
		incidents: make([]int64, 0, m.Rows), offenses: make([]int64, 0, m.Rows),
		lon: make([]float64, 0, m.Rows), lat: make([]float64, 0, m.Rows),
		kinds: make([]uint32, 0, m.Rows),
	}
	type key struct{ offense, category string }
	known := map[key]uint32{}
	var r crime.Record
	for {
		err := reader.Next(&r)
		if err == io.EOF {
			break
		}
		if err != nil || len(c.incidents) == m.Rows {
			return nil, errRows
		}
		place := r.Place
		if !r.Located {
			place = crime.Place{Lon: math.NaN(), Lat: math.NaN()}
		}
		k := key{r.Text[crime.ColOffenseType], r.Text[crime.ColOffenseCategory]}
		n, ok := known[k]
		if !ok {
			n = uint32(len(c.fragments))
			known[k] = n
			c.fragments = append(c.fragments, fragment(k.offense, k.category))
		}
		c.incidents, c.offenses = append(c.incidents, r.Incident), append(c.offenses, r.Offense)
		c.lon, c.lat = append(c.lon, place.Lon), append(c.lat, place.Lat)
		c.kinds = append(c.kinds, n)
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

// record fills in what a vector depends on (package feature).
func (c *chunk) record(r *crime.Record, i int) {
	r.Place = crime.Place{Lon: c.lon[i], Lat: c.lat[i]}
	r.Located = !math.IsNaN(c.lon[i])
}
