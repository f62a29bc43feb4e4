package catalog

import (
	"errors"
	"io/fs"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
)

// batchFile is a batch as it was read.
type batchFile struct {
	key
	manifest, csv fs.FileInfo // the files that were read; a nil manifest is read again
	batch         *Batch      // what was taken from them last; nil is nothing so far
	shown         *Batch      // what followed the batch before when it was last looked at
	refused       Refusal     // of the files as they are now
}

// readManifest takes the manifest, and returns it for the rows to be read. It
// is nil when it cannot be taken.
func (f *batchFile) readManifest(dir *durable.Folder) *batch.Manifest {
	f.refused = Refusal{}
	read := batch.OpenFolder(dir).Manifest
	if f.provisional {
		read = batch.OpenFolder(dir).Provisional
	}
	m, err := read(f.n)
	if err != nil {
		f.refuse(batch.ManifestName(f.n), err)
		return nil
	}
	return m
}

// readRows takes the rows from the CSV of m.
func readRows(dir *durable.Folder, m *batch.Manifest) (*Batch, error) {
	csv, err := batch.OpenFolder(dir).CSV(m)
	if err != nil {
		return nil, err
	}
	return ReadBatch(m, csv)
}

// announce shows the batch before its rows are read, if nothing else was ever
// taken from it.
func (f *batchFile) announce(m *batch.Manifest) {
	if f.batch == nil {
		f.batch = &Batch{Manifest: m}
	}
}

// take takes what readRows returned. A batch that was announced is not shown any
// longer when its rows cannot be taken.
func (f *batchFile) take(m *batch.Manifest, b *Batch, err error) {
	if err == nil {
		f.batch = b
		return
	}
	if f.batch != nil && !f.batch.Read() {
		f.batch, f.shown = nil, nil
	}
	f.refuse(m.CSV.Name, err)
}

// refuse says why the files are not taken. name is that of the file which was
// read, unless the error knows better.
func (f *batchFile) refuse(name string, err error) {
	var corrupt *batch.CorruptError
	switch {
	case errors.As(err, &corrupt):
		f.refused = Refusal{corrupt.File, corrupt.Reason}
	case errors.Is(err, errRows):
		f.refused = Refusal{name, reasonRows}
	default: // it may be read the next time
		f.manifest, f.refused = nil, unreadable(name, err)
	}
}

// modelFile is a model as it was read.
type modelFile struct {
	key
	info    fs.FileInfo // the file that was read; nil is read again
	model   *Model      // what was taken from it last
	shown   *Model      // what was of its batch when it was last looked at
	refused Refusal     // of the file as it is now
}

// read takes the model from its file.
func (f *modelFile) read(dir *durable.Folder) {
	f.refused = Refusal{}
	read := model.OpenFolder(dir).Read
	if f.provisional {
		read = model.OpenFolder(dir).ReadProvisional
	}
	m, sum, err := read(f.n)
	var corrupt *model.CorruptError
	switch {
	case err == nil:
		f.model = &Model{m, sum, f.info.ModTime()}
	case errors.As(err, &corrupt):
		f.refused = Refusal{model.Name(f.n), corrupt.Reason}
	default:
		f.info, f.refused = nil, unreadable(model.Name(f.n), err)
	}
}

// unreadable is the refusal of a file that the system does not let be read.
func unreadable(name string, err error) Refusal {
	return Refusal{name, reasonUnreadable + ": " + durable.Why(err)}
}

func isUnreadable(reason string) bool { return strings.HasPrefix(reason, reasonUnreadable) }
