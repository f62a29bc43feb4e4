package train

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
	"hotspot/internal/source"
)

// Data are the rows that a model is trained on, and the manifest of the batch that
// they are or, when they come from files, could be.
type Data struct {
	Rejected int64 // rows of files that no reader accepts; they are not counted elsewhere

	files    []string // that hold the rows, or
	csv      []byte   // the rows
	rows     *rows
	manifest batch.Manifest
	frame    feature.Frame
	settings model.Settings // Features and Weight count
}

// readBatch reads the rows of batch b, which are csv.
func readBatch(ctx context.Context, b *batch.Manifest, csv []byte, s model.Settings, frame feature.Frame) (*Data, error) {
	if err := errors.Join(Validate(s), frame.Validate()); err != nil {
		return nil, err
	}
	d := &Data{csv: csv, rows: newRows(s, frame, &Memory{}), manifest: *b, frame: frame, settings: s}
	total := 0
	for rec, err := range source.Rows(csv, b.CSV.Name) {
		if total%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		total++
		if err := d.rows.add(rec); err != nil {
			return nil, err
		}
	}
	if total != b.Rows {
		return nil, fmt.Errorf("%s holds %d rows, its manifest says %d", b.CSV.Name, total, b.Rows)
	}
	return d, d.rows.finish()
}

// ReadFiles reads prepared files, plain or gzip, or "-" for the standard input,
// one after the other, as one batch that was never cut. Its source is that of the
// first file. memory bounds what it takes; nil stands for the defaults. progress,
// if not nil, is told the file and the bytes of it that were read. Of the settings
// Features and Weight count, and must be valid.
func ReadFiles(ctx context.Context, paths []string, s model.Settings, frame feature.Frame, memory *Memory, progress func(file string, done, size int64)) (*Data, error) {
	if err := errors.Join(feature.Set(s.Features).Validate(), frame.Validate()); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	if memory == nil {
		memory = &Memory{}
	}
	d := &Data{
		files: paths, rows: newRows(s, frame, memory), frame: frame, settings: s,
		manifest: batch.Manifest{Format: batch.Format, Batch: 1, FirstRow: 1},
	}
	for i, path := range paths {
		common, err := SourceOf(path)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			d.manifest.Source = batch.Source(common)
		}
	}
	chain, sum := crime.StartChain(crime.Source(d.manifest.Source)), sha256.New()
	for _, path := range paths {
		var err error
		if chain, err = d.readFile(ctx, path, chain, sum, progress); err != nil {
			return nil, err
		}
	}
	m := &d.manifest
	m.BatchSize, m.LastRow, m.ChainAfter = max(1, m.Rows), int64(m.Rows), chain.String()
	m.CSV.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return d, d.rows.finish()
}

// SourceOf is what the rows of a file have in common, as its sidecar says, or the
// manifest beside a batch file; without both it has no area.
func SourceOf(path string) (crime.Source, error) {
	meta, err := source.ReadMeta(path)
	name, isCSV := strings.CutSuffix(path, ".csv")
	if meta != nil || err != nil || !isCSV || !strings.HasPrefix(filepath.Base(name), batch.Prefix) {
		return meta.Source(), err
	}
	data, err := os.ReadFile(name + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return meta.Source(), nil
	}
	if err != nil {
		return crime.Source{}, err
	}
	m, err := batch.DecodeManifest(data)
	if err != nil {
		return crime.Source{}, fmt.Errorf("%s.json: %w", name, err)
	}
	return crime.Source(m.Source), nil
}

// readFile adds the rows of one file to d, and to the chain.
func (d *Data) readFile(ctx context.Context, path string, chain crime.Chain, sum io.Writer, progress func(file string, done, size int64)) (crime.Chain, error) {
	file, err := source.OpenFile(path)
	if err != nil {
		return chain, err
	}
	defer file.Close()
	in, err := source.NewReader(io.TeeReader(file, sum), file.Name())
	if err != nil {
		return chain, err
	}
	report := func() {
		if progress != nil {
			done, size := file.Progress()
			progress(path, done, size)
		}
	}
	var value []byte
	n := 0
	for rec, err := range in.Rows() {
		if n++; n%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return chain, err
			}
			report()
		}
		var reject *source.RowError
		if errors.As(err, &reject) {
			d.Rejected++
			continue
		}
		if err == nil {
			value = rec.AppendValue(value[:0])
			chain = chain.Next(value)
			d.count(rec)
			err = d.rows.add(rec)
		}
		if err != nil {
			return chain, err
		}
	}
	report()
	return chain, ctx.Err()
}

// count counts a row in the manifest.
func (d *Data) count(rec *crime.Record) {
	m := &d.manifest
	m.Rows++
	reported := rec.Text[crime.ColReported]
	if m.Reported.First == "" || reported < m.Reported.First {
		m.Reported.First = strings.Clone(reported) // the text is part of the whole row
	}
	if reported > m.Reported.Last {
		m.Reported.Last = strings.Clone(reported)
	}
}

// sampled is of how many rows, at most, Sample gives the vectors.
const sampled = 500_000

// Sample returns the vectors of evenly spaced rows among those that can be trained
// on, n×columns in row order: of all of them where there are at most 500,000.
func (d *Data) Sample() (x []float64, columns int, err error) {
	p := d.rows.points
	step, i := p.N/(sampled+1)+1, 0
	x = make([]float64, 0, (p.N/step+1)*p.D)
	err = d.rows.details.each(func(t detail) {
		if i%step == 0 {
			at := int(p.Of[t.place]) * p.D
			x = append(x, p.X[at:at+p.D]...)
		}
		i++
	})
	return x, p.D, err
}

// Points are the points of the rows that can be trained on. They are d's and not to
// be changed.
func (d *Data) Points() *kmeans.Points { return d.rows.points }

// Train trains a model of all rows, as Batch does of a batch. It is model 1;
// its batch's sha256 is that of the files' bytes in their order, inflated. The
// features and the weight are those that d was read for. Train may be called
// concurrently.
func (d *Data) Train(ctx context.Context, s model.Settings) (*model.Model, error) {
	s.Features, s.Weight = d.settings.Features, d.settings.Weight
	models, err := Trainer{}.Each(ctx, []*Data{d}, s)
	if err != nil {
		return nil, err
	}
	return models[0], nil
}
