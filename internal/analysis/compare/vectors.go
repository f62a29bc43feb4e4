package compare

import (
	"fmt"

	"hotspot/internal/model"
	"hotspot/internal/source"
)

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
