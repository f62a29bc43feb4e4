// Package explain computes an answer of GET /modelN/ID/cluster once more, from
// the row to the distance, and writes down every number that is needed to do it
// by hand. Then it asks the API, and says whether the two agree.
//
// It stands after the folder of batches and models, beside the API, with which
// it shares no code but that of the files and the model: what the API answers
// from memory is found here in the files.
package explain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
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

// offense is a row of the crime, and its area in the model.
type offense struct {
	crime.Record
	row     int64
	batch   *batch.Manifest
	vector  []float64
	skip    feature.Skip // why it has no vector, feature.Usable when it has one
	nearest model.Nearest
}

// Crime explains crime id in model n of a folder; 0 is the newest model. The
// error is a usage error when the folder has no such model.
func Crime(ctx context.Context, dir *durable.Folder, id int64, n int) (*Explanation, error) {
	e := &Explanation{id: id, dir: dir.Path(".")}
	var err error
	if e.model, err = e.readModel(model.OpenFolder(dir), n); err != nil {
		return nil, err
	}
	rows, err := e.findOffenses(ctx, batch.OpenFolder(dir))
	if err != nil {
		return nil, err
	}
	if len(e.offenses) == 0 {
		return nil, fmt.Errorf("explain: no crime %d in the %d rows of %s; GET /models says how many more are waiting", id, rows, e.dir)
	}
	e.deciding = &e.offenses[0]
	for i := range e.offenses {
		o := &e.offenses[i]
		o.findArea(e.model)
		if e.rank(o) < e.rank(e.deciding) {
			e.deciding = o
		}
	}
	return e, nil
}

func (e *Explanation) readModel(models *model.Folder, n int) (*model.Model, error) {
	if n == 0 {
		numbers, err := models.Numbers()
		if err != nil {
			return nil, err
		}
		if len(numbers) == 0 {
			return nil, usage.Errorf("explain: %s has no models; hotspot up makes some", e.dir)
		}
		n = numbers[len(numbers)-1]
	}
	m, _, err := models.Read(n)
	if errors.Is(err, model.ErrNotFound) {
		return nil, usage.Errorf("explain: %s has no model %d", e.dir, n)
	}
	return m, err
}

// findOffenses reads the rows of the crime from all batches, in order. rows is
// how many rows the batches have in all.
func (e *Explanation) findOffenses(ctx context.Context, batches *batch.Folder) (rows int64, err error) {
	manifests, err := batches.Manifests()
	if err != nil {
		return 0, err
	}
	id := []byte(strconv.FormatInt(e.id, 10) + ",")
	for _, m := range manifests {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if rows = m.LastRow; m.Batch == e.model.Batch.Number && m.CSV.SHA256 != e.model.Batch.SHA256 {
			return 0, fmt.Errorf("explain: model %d was trained on other rows than %s holds; hotspot verify says more", e.model.Model, m.CSV.Name)
		}
		csv, err := batches.CSV(m)
		if err != nil {
			return 0, err
		}
		if !bytes.Contains(csv, id) {
			continue
		}
		row := m.FirstRow - 1
		for r, err := range source.Rows(csv, m.CSV.Name) {
			if err != nil {
				return 0, err
			}
			row++
			if r.Incident == e.id {
				e.offenses = append(e.offenses, offense{Record: *r, row: row, batch: m})
			}
		}
	}
	return rows, nil
}

func (o *offense) findArea(m *model.Model) {
	if len(m.Clusters) == 0 {
		o.skip = "untrainable"
		return
	}
	if o.vector, o.skip = m.Frame.Vector(nil, feature.Set(m.Settings.Features), &o.Record); o.skip == feature.Usable {
		o.nearest = m.Nearest(o.vector)
	}
}

// rank orders the offenses: the least one decides, of several the first
// (docs/formats.md). A usable place comes before none, then the model's batch
// before another.
func (e *Explanation) rank(o *offense) int {
	switch trained := o.batch.Batch == e.model.Batch.Number; {
	case o.skip == feature.Usable && trained:
		return 0
	case o.skip == feature.Usable:
		return 1
	case trained:
		return 2
	}
	return 3
}
