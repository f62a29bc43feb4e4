package catalog

import (
	"iter"
	"strings"
	"unique"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/source"
)

// Batch is what can be asked about the rows of a batch, column by column: 64
// bytes a row instead of the 240 of its CSV. It is immutable and shared by all
// views that show it.
type Batch struct {
	*batch.Manifest

	incidents, offenses []int64
	inputs              []feature.Input
	reported, occurred  []Date
	kinds               dictionary[kind]
	neighborhoods       dictionary[string]
	cityIDs             []cityID // by row, of the rows that have one
}

// cityID is the id that the city itself gave to a crime.
type cityID struct {
	text     string
	incident int64
}

// kind is what an offense was.
type kind struct{ offense, category string }

// dictionary is a column of texts of which there are few different ones.
type dictionary[T comparable] struct {
	rows   []uint32 // for each row its place in values
	values []T
}

func (d *dictionary[T]) at(i int) T { return d.values[d.rows[i]] }

// ReadBatch takes the columns out of a batch's CSV.
func ReadBatch(m *batch.Manifest, csv []byte) (*Batch, error) {
	b := &Batch{
		Manifest: m, incidents: make([]int64, 0, m.Rows), offenses: make([]int64, 0, m.Rows),
		inputs:   make([]feature.Input, 0, m.Rows),
		reported: make([]Date, 0, m.Rows), occurred: make([]Date, 0, m.Rows),
	}
	b.kinds.rows, b.neighborhoods.rows = make([]uint32, 0, m.Rows), make([]uint32, 0, m.Rows)
	kinds, neighborhoods := map[kind]uint32{}, map[string]uint32{}
	for r, err := range source.Rows(csv, m.CSV.Name) {
		if err != nil {
			return nil, errRows
		}
		k, ok := kinds[kind{r.Text[crime.ColOffenseType], r.Text[crime.ColOffenseCategory]}]
		if !ok {
			one := kind{share(r.Text[crime.ColOffenseType]), share(r.Text[crime.ColOffenseCategory])}
			k = uint32(len(kinds))
			kinds[one], b.kinds.values = k, append(b.kinds.values, one)
		}
		n, ok := neighborhoods[r.Text[crime.ColNeighborhood]]
		if !ok {
			one := share(r.Text[crime.ColNeighborhood])
			n = uint32(len(neighborhoods))
			neighborhoods[one], b.neighborhoods.values = n, append(b.neighborhoods.values, one)
		}
		if text := r.Text[crime.ColCityID]; text != "" {
			b.cityIDs = append(b.cityIDs, cityID{strings.Clone(text), r.Incident})
		}
		b.incidents, b.offenses = append(b.incidents, r.Incident), append(b.offenses, r.Offense)
		b.inputs = append(b.inputs, feature.NewInput(r))
		b.kinds.rows, b.neighborhoods.rows = append(b.kinds.rows, k), append(b.neighborhoods.rows, n)
		b.reported = append(b.reported, parseDate(r.Text[crime.ColReported]))
		b.occurred = append(b.occurred, parseDate(r.Text[crime.ColFirstOccurrence]))
	}
	if len(b.incidents) != m.Rows {
		return nil, errRows
	}
	return b, nil
}

// share returns a copy of text that all batches share.
func share(text string) string { return unique.Make(strings.Clone(text)).Value() }

// Number is the number of the batch.
func (b *Batch) Number() int { return b.Manifest.Batch }

// Read reports whether the rows have been read, and not only the manifest.
func (b *Batch) Read() bool { return b.incidents != nil }

// All are the rows of b, in their order.
func (b *Batch) All() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for i := range b.incidents {
			if !yield(Row{b, i}) {
				return
			}
		}
	}
}

// Trained are the rows that m, the model of b, was trained on, in their order,
// each with its vector, which is the loop's until the next one. A model without
// clusters was trained on none.
func (b *Batch) Trained(m *model.Model) iter.Seq2[Row, []float64] {
	return func(yield func(Row, []float64) bool) {
		if len(m.Clusters) == 0 {
			return
		}
		selection := model.NewSelection(m.Settings, m.Frame)
		var x []float64
		for i := range b.incidents {
			r := Row{b, i}
			var skip feature.Skip
			if x, skip = selection.Vector(x[:0], r.Incident(), r.Input()); skip == feature.Usable && !yield(r, x) {
				return
			}
		}
	}
}

// Vectors are the vectors of the rows that m, the model of b, was trained on:
// n×d numbers in the order of rows.
func (b *Batch) Vectors(m *model.Model) []float64 {
	all := make([]float64, 0, m.Rows.Trained*m.Dimensions())
	for _, x := range b.Trained(m) {
		all = append(all, x...)
	}
	return all
}
