// Package source is a file of rows: it opens a prepared CSV, or a city's raw
// file, and reads it row by row - what is accepted as a crime.Record, what is
// not as a *RowError that names line and reason. It also knows what lies beside
// such a file: its sidecar, and the file of its rejects.
//
// It stands at the head of the flow: prepare and generate write what Reader
// reads, the producer sends what Reader accepts. It knows nothing of Kafka, of
// batches, of models and of the clock.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"

	"hotspot/internal/crime"
	"hotspot/internal/platform/durable"
)

// Prepared is a prepared file that is open for reading, with its sidecar.
type Prepared struct {
	*Reader
	*File
	Meta *Meta // nil without a sidecar
}

// Open opens the prepared file at path, "-" being the standard input, and reads
// its sidecar and its header. Errors are those of ReadMeta, OpenFile and NewReader.
func Open(path string) (*Prepared, error) {
	meta, err := ReadMeta(path)
	if err != nil {
		return nil, err
	}
	file, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	reader, err := NewReader(file, file.Name())
	if err != nil {
		file.Close()
		return nil, err
	}
	return &Prepared{reader, file, meta}, nil
}

// Rows iterates over the rows of a CSV in memory, which name stands for in
// messages, as Reader.Rows does. What is wrong with its header comes first, as
// a *FileError.
func Rows(csv []byte, name string) iter.Seq2[*crime.Record, error] {
	return func(yield func(*crime.Record, error) bool) {
		r, err := NewReader(bytes.NewReader(csv), name)
		if err != nil {
			yield(nil, err)
			return
		}
		r.Rows()(yield)
	}
}

// Publish puts a prepared file at its path, and then its sidecar; both are on
// the disk before either is shown. appended says that the file begins with all
// rows of the one that it replaces. A crash between the two leaves an appended
// file with the sidecar of before, which differs in its counts alone, and
// another file without a sidecar.
func Publish(file *durable.Draft, m *Meta, appended bool) error {
	side, err := durable.Create(MetaPath(file.Path()))
	if err != nil {
		return err
	}
	defer side.Close()
	if _, err := side.Write(m.Encode()); err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), side.Sync()); err != nil {
		return err
	}
	if !appended {
		if err := os.Remove(MetaPath(file.Path())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("source: remove the sidecar of before: %w", err)
		}
	}
	if err := file.Publish(); err != nil {
		return err
	}
	return side.Publish()
}
