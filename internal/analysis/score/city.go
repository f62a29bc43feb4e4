package score

import (
	"bytes"
	"context"
	"io"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/batch"
	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/input/generate"
	"hotspot/internal/model"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/train"
)

// City is one invented city, cut and trained as the consumer does.
type City struct {
	Seed      uint64
	Rows      int // a multiple of BatchRows
	BatchRows int
	Settings  model.Settings
	Compare   bool // with Shifts, which take 118 trainings each
}

// Run makes the city in memory, trains its models and scores them.
func (c City) Run(ctx context.Context) (*Score, error) {
	if c.BatchRows < 1 || c.Rows < c.BatchRows || c.Rows > generate.MaxRawRows { // they are held in memory, as those of the raw form
		return nil, usage.Errorf("score: --rows %d --batch-size %d: want one batch at least, and %d rows at most", c.Rows, c.BatchRows, generate.MaxRawRows)
	}
	v, _, err := c.view(ctx, generate.Config{Rows: c.Rows, Seed: c.Seed}, batch.Config{Size: c.BatchRows})
	if err != nil {
		return nil, err
	}
	planted := generate.Planted(c.Seed, c.Rows)
	s := newScore(c.Seed)
	for i, m := range v.Models {
		if err := s.add(ctx, compare.NewSide(m.Model, v.Batches[i]), planted, c.Compare); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// view is the city's batches, cut as config says, with their models, and the CSV of each.
func (c City) view(ctx context.Context, city generate.Config, config batch.Config) (*catalog.View, [][]byte, error) {
	var rows bytes.Buffer
	if _, err := generate.Write(ctx, &rows, city); err != nil {
		return nil, nil, err
	}
	return readView(ctx, &rows, crime.Source{Title: generate.Title, Invented: true, Area: crime.Denver.String()}, config, c.Settings)
}

// readView is the rows of a prepared file, cut as config says, with a model of each batch, and its CSV.
func readView(ctx context.Context, prepared io.Reader, s crime.Source, config batch.Config, settings model.Settings) (*catalog.View, [][]byte, error) {
	in, err := source.NewReader(prepared, s.Title)
	if err != nil {
		return nil, nil, err
	}
	v := &catalog.View{First: 1, Oldest: 1}
	var csv [][]byte
	var previous *model.Model
	add := func(b *batch.Batch) error {
		m, err := train.Trainer{}.Batch(ctx, b.Manifest, b.CSV, settings, feature.Default(), previous)
		if err != nil {
			return err
		}
		if len(m.Clusters) > 0 {
			previous = m
		}
		rows, err := catalog.ReadBatch(b.Manifest, b.CSV)
		v.Models, v.Batches, csv = append(v.Models, &catalog.Model{Model: m}), append(v.Batches, rows), append(csv, b.CSV)
		return err
	}
	chain := crime.StartChain(s)
	config.Source, config.Header = batch.Source(s), crime.AppendHeader(nil)
	b := batch.NewBuilder(config, 1, 1, chain)
	var value []byte
	n := int64(0)
	for rec, err := range in.Rows() {
		for err == nil && b.Ahead(rec.Text[crime.ColReported]) > 0 {
			err = add(b.Cut(map[int]int64{0: n}, 0, 0))
		}
		if err != nil {
			return nil, nil, err
		}
		n++
		value = rec.AppendValue(value[:0])
		chain = chain.Next(value)
		b.Add(batch.Row{
			Number: n, Line: in.Line(), CSV: rec.AppendCSV(nil), Incident: rec.Incident,
			Reported: rec.Text[crime.ColReported], Chain: chain, Offset: n - 1,
		})
		if b.Full() {
			if err := add(b.Cut(map[int]int64{0: n}, 0, 0)); err != nil {
				return nil, nil, err
			}
		}
	}
	return v, csv, nil
}
