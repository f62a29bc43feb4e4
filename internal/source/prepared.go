package source

import (
	"bytes"
	"iter"

	"hotspot/internal/crime"
)

// Prepared is a prepared file that is open for reading, with its sidecar.
type Prepared struct {
	*Reader
	File *File
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

// Close closes the file.
func (p *Prepared) Close() error { return p.File.Close() }

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
