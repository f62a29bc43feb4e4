// Package explain computes an answer of GET /modelN/ID/cluster once more, from
// the row to the distance, and writes down every number that is needed to do it
// by hand. Then it asks the API, and says whether the two agree.
//
// It stands after the catalog, beside the API: the catalog finds the rows of the
// crime and says which of them decides.
package explain

import (
	"errors"
	"fmt"

	"hotspot/internal/batch"
	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/source"
)

// Explanation is a crime, its rows, and its area in one model.
type Explanation struct {
	id       int64
	dir      string
	model    *model.Model
	offenses []offense
	deciding *offense // whose area is the crime's
}

// offense is a row of the crime as its batch has it, and its area in the model.
type offense struct {
	crime.Record
	row     int64
	batch   *batch.Manifest
	vector  []float64
	skip    feature.Skip // why it has no area, feature.Usable when it has one
	nearest model.Nearest
}

// Crime explains crime id in model m of the view v, of the folder dir.
func Crime(v *catalog.View, m *catalog.Model, dir string, id int64) (*Explanation, error) {
	rows, err := v.Crime(id)
	if errors.Is(err, catalog.ErrNotFound) {
		last := v.Batches[len(v.Batches)-1].LastRow
		return nil, fmt.Errorf("explain: no crime %d in the %d rows of %s; GET /models says how many more are waiting", id, last, dir)
	}
	if err != nil {
		return nil, err
	}
	e := &Explanation{id: id, dir: dir, model: m.Model}
	found := m.Offenses(rows)
	deciding := m.Deciding(found)
	e.offenses = make([]offense, len(found))
	for i := range found {
		f, o := &found[i], &e.offenses[i]
		*o = offense{row: f.Number(), batch: f.Batch.Manifest, skip: f.Skip, nearest: f.Nearest}
		if o.Record, err = readRecord(dir, o.batch, o.row); err != nil {
			return nil, err
		}
		if o.skip == feature.Usable {
			o.vector, _ = m.Frame.Vector(nil, feature.Set(m.Settings.Features), f.Input())
		}
		if f == deciding {
			e.deciding = o
		}
	}
	return e, nil
}

// readRecord reads a whole row from the CSV of its batch: the catalog keeps
// some columns only.
func readRecord(dir string, m *batch.Manifest, row int64) (crime.Record, error) {
	folder, err := durable.Open(dir)
	if err != nil {
		return crime.Record{}, err
	}
	csv, err := batch.OpenFolder(folder).CSV(m)
	if err != nil {
		return crime.Record{}, err
	}
	number := m.FirstRow
	for r, err := range source.Rows(csv, m.CSV.Name) {
		if err != nil {
			return crime.Record{}, err
		}
		if number == row {
			return *r, nil
		}
		number++
	}
	return crime.Record{}, fmt.Errorf("explain: %s has no row %d", m.CSV.Name, row)
}
