package api

import (
	"errors"
	"io/fs"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
)

// batchFile is a batch as it was read.
type batchFile struct {
	manifest, csv fs.FileInfo // the files that were read; nil is read again
	chunk         *chunk      // what was taken from them last; nil is nothing so far
	shown         *chunk      // what followed the batch before when it was last looked at
	refused       refusal     // of the files as they are now
}

// readManifest takes the manifest, and returns it for the rows to be read.
func (b *batchFile) readManifest(dir *durable.Folder, n int, manifest, csv fs.FileInfo, provisional bool) *batch.Manifest {
	b.manifest, b.csv, b.refused = manifest, csv, refusal{}
	load := batch.OpenFolder(dir).Manifest
	if provisional {
		load = batch.OpenFolder(dir).Provisional
	}
	m, err := load(n)
	if err != nil {
		b.refuse(batch.ManifestName(n), err)
		return nil
	}
	return m
}

// readRows takes the rows of a batch from its CSV.
func readRows(dir *durable.Folder, m *batch.Manifest) (*chunk, error) {
	data, err := batch.OpenFolder(dir).CSV(m)
	if err != nil {
		return nil, err
	}
	return newChunk(m, data)
}

// announce shows the batch before its rows are read, if nothing else was ever
// taken from it.
func (b *batchFile) announce(m *batch.Manifest) {
	if b.chunk == nil {
		b.chunk = &chunk{manifest: m, unread: true}
	}
}

// take takes what readRows returned. A batch that was announced is not shown
// any longer when its rows cannot be taken.
func (b *batchFile) take(m *batch.Manifest, c *chunk, err error) {
	if err == nil {
		b.chunk = c
		return
	}
	if b.chunk != nil && b.chunk.unread {
		b.chunk, b.shown = nil, nil
	}
	b.refuse(m.CSV.Name, err)
}

// refuse says why the files are not taken. name is that of the file which was
// read, unless the error knows better.
func (b *batchFile) refuse(name string, err error) {
	var corrupt *batch.CorruptError
	switch {
	case errors.As(err, &corrupt):
		b.refused = refusal{corrupt.File, corrupt.Reason}
	case errors.Is(err, errRows):
		b.refused = refusal{name, reasonRows}
	default: // it may be read the next time
		b.manifest, b.refused = nil, refusal{name, reasonUnreadable}
	}
}

// modelFile is a model as it was read.
type modelFile struct {
	info    fs.FileInfo
	served  *served // what was taken from it last
	shown   *served // what was of its batch when it was last looked at
	refused refusal // of the file as it is now
}

// read takes the model from its file.
func (m *modelFile) read(dir *durable.Folder, n int, info fs.FileInfo, shown places, provisional bool) {
	m.info, m.refused = info, refusal{}
	load := model.OpenFolder(dir).Read
	if provisional {
		load = model.OpenFolder(dir).ReadProvisional
	}
	read, sum, err := load(n)
	var corrupt *model.CorruptError
	switch {
	case err == nil:
		m.served = newServed(read, sum, shown)
		m.served.published = info.ModTime()
	case errors.As(err, &corrupt):
		m.refused = refusal{model.Name(n), corrupt.Reason}
	default:
		m.info, m.refused = nil, refusal{model.Name(n), reasonUnreadable}
	}
}
