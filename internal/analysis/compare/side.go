package compare

import (
	"errors"
	"fmt"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Side is a model and what it was trained on.
type Side struct {
	Model *model.Model
	X     []float64 // n×d: the vectors of the trained rows, in row order (Vectors makes them)
}

// ReadSide reads model n of a folder with the rows that it was trained on. The
// error is a usage error when there is no such model.
func ReadSide(dir *durable.Folder, n int) (Side, error) {
	m, _, err := model.OpenFolder(dir).Read(n)
	if errors.Is(err, model.ErrNotFound) {
		return Side{}, usage.Errorf("compare: %s has no model %d", dir.Path("."), n)
	}
	if err != nil {
		return Side{}, err
	}
	batches := batch.OpenFolder(dir)
	manifest, err := batches.Manifest(m.Batch.Number)
	if err != nil {
		return Side{}, err
	}
	csv, err := batches.CSV(manifest)
	if err != nil {
		return Side{}, err
	}
	if manifest.CSV.SHA256 != m.Batch.SHA256 {
		return Side{}, fmt.Errorf("compare: model %d was trained on other rows than %s holds; hotspot verify says more", n, manifest.CSV.Name)
	}
	x, err := Vectors(m, csv)
	return Side{Model: m, X: x}, err
}

// Vectors returns the vectors of the rows of csv that m was trained on, n×d in
// row order. csv is the batch's CSV; its rows are counted, not its hash.
func Vectors(m *model.Model, csv []byte) ([]float64, error) {
	x := make([]float64, 0, m.Rows.Trained*m.Dimensions())
	choice := model.NewChoice(m.Settings, m.Frame)
	for rec, err := range source.Rows(csv, fmt.Sprintf("batch %d", m.Batch.Number)) {
		if err != nil {
			return nil, fmt.Errorf("compare: %w", err)
		}
		x, _ = choice.Vector(x, rec)
	}
	if want := m.Rows.Trained * m.Dimensions(); len(x) != want {
		return nil, fmt.Errorf("compare: batch %d holds %d usable rows, its model says %d", m.Batch.Number, len(x)/m.Dimensions(), m.Rows.Trained)
	}
	return x, nil
}
