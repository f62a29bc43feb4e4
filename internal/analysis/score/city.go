package score

import (
	"bytes"
	"context"

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
	batches, err := c.cut(ctx)
	if err != nil {
		return nil, err
	}
	planted := generate.Planted(c.Seed, c.Rows)
	s := newScore(c.Seed)
	var previous *model.Model
	for _, b := range batches {
		m, err := train.Trainer{}.Batch(ctx, b.Manifest, b.CSV, c.Settings, feature.Default(), previous)
		if err != nil {
			return nil, err
		}
		if len(m.Clusters) > 0 {
			previous = m
		}
		rows, err := catalog.ReadBatch(b.Manifest, b.CSV)
		if err != nil {
			return nil, err
		}
		if err := s.add(ctx, compare.NewSide(m, rows), planted, c.Compare); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// cut generates the rows and cuts them into batches.
func (c City) cut(ctx context.Context) ([]*batch.Batch, error) {
	if c.BatchRows < 1 || c.Rows < c.BatchRows || c.Rows > generate.MaxRawRows { // they are held in memory, as those of the raw form
		return nil, usage.Errorf("score: --rows %d --batch-size %d: want one batch at least, and %d rows at most", c.Rows, c.BatchRows, generate.MaxRawRows)
	}
	var csv bytes.Buffer
	if _, err := generate.Write(ctx, &csv, generate.Config{Rows: c.Rows, Seed: c.Seed}); err != nil {
		return nil, err
	}
	in, err := source.NewReader(&csv, "the invented city")
	if err != nil {
		return nil, err
	}
	invented := crime.Source{Title: generate.Title, Invented: true, Area: crime.Denver.String()}
	chain := crime.StartChain(invented)
	b := batch.NewBuilder(batch.Config{
		Size: c.BatchRows, Header: crime.AppendHeader(nil), Source: batch.Source(invented),
	}, 1, 1, chain)
	var batches []*batch.Batch
	var value []byte
	n := int64(0)
	for rec, err := range in.Rows() {
		if err != nil {
			return nil, err
		}
		n++
		value = rec.AppendValue(value[:0])
		chain = chain.Next(value)
		b.Add(batch.Row{
			Number: n, Line: in.Line(), CSV: rec.AppendCSV(nil), Incident: rec.Incident,
			Reported: rec.Text[crime.ColReported], Chain: chain, Offset: n - 1,
		})
		if b.Full() {
			batches = append(batches, b.Cut(map[int]int64{0: n}, 0, 0))
		}
	}
	return batches, nil
}
