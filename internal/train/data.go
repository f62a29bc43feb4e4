package train

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
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
	d := &Data{csv: csv, rows: newRows(s, frame, b.Rows), manifest: *b, frame: frame, settings: s}
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
	return d, nil
}

// ReadFiles reads prepared files, plain or gzip, or "-" for the standard
// input, one after the other. Title and invented are those of the first
// sidecar. Progress, if not nil, is told the file and the bytes of it that
// were read. It takes about 30 bytes of memory a row at d = 2, 46 at d = 4, and
// with weight incident about 20 more an incident. Of the settings Features and
// Weight count, and must be valid.
func ReadFiles(ctx context.Context, paths []string, s model.Settings, frame feature.Frame, progress func(file string, done, size int64)) (*Data, error) {
	if err := errors.Join(feature.Set(s.Features).Validate(), frame.Validate()); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	d := &Data{
		files: paths, rows: newRows(s, frame, 0), frame: frame, settings: s,
		manifest: batch.Manifest{Format: batch.Format, Batch: 1, FirstRow: 1, Title: "untitled"},
	}
	for i, path := range paths {
		meta, err := source.ReadMeta(path)
		if err != nil {
			return nil, err
		}
		if i == 0 && meta != nil {
			d.manifest.Title, d.manifest.Invented = meta.Title, meta.Invented
		}
	}
	f := &filesReader{d: d, chain: crime.StartChain(d.manifest.Title, d.manifest.Invented), progress: progress}
	sum := sha256.New()
	for _, path := range paths {
		if err := f.read(ctx, path, sum); err != nil {
			return nil, err
		}
	}
	m := &d.manifest
	m.BatchSize, m.LastRow, m.ChainAfter = max(1, m.Rows), int64(m.Rows), f.chain.String()
	m.CSV.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return d, nil
}

// Rows is how many rows were accepted, with a usable place or without.
func (d *Data) Rows() int { return d.manifest.Rows }

// Vectors are those of the rows that can be trained on, n×d in row order. They
// are d's and not to be changed.
func (d *Data) Vectors() (x []float64, columns int) { return d.rows.x, d.rows.d }

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

type filesReader struct {
	d        *Data
	chain    crime.Chain
	value    []byte
	progress func(file string, done, size int64)
}

// read adds the rows of one file.
func (f *filesReader) read(ctx context.Context, path string, sum io.Writer) error {
	file, err := source.OpenFile(path)
	if err != nil {
		return err
	}
	defer file.Close()
	in, err := source.NewReader(io.TeeReader(file, sum), file.Name())
	if err != nil {
		return err
	}
	report := func() {
		if f.progress != nil {
			done, size := file.Progress()
			f.progress(path, done, size)
		}
	}
	n := 0
	for rec, err := range in.Rows() {
		if n++; n%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			report()
		}
		var reject *source.RowError
		switch {
		case errors.As(err, &reject):
			f.d.Rejected++
		case err != nil:
			return err
		default:
			if err := f.add(rec); err != nil {
				return err
			}
		}
	}
	report()
	return ctx.Err()
}

func (f *filesReader) add(rec *crime.Record) error {
	m := &f.d.manifest
	m.Rows++
	f.value = rec.AppendValue(f.value[:0])
	f.chain = f.chain.Next(f.value)
	reported := rec.Text[crime.ColReported]
	if m.Reported.First == "" || reported < m.Reported.First {
		m.Reported.First = string([]byte(reported)) // the text is part of the whole row
	}
	if reported > m.Reported.Last {
		m.Reported.Last = string([]byte(reported))
	}
	return f.d.rows.add(rec)
}
