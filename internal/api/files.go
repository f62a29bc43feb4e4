package api

import (
	"errors"
	"io/fs"

	"hotspot/internal/batch"
	"hotspot/internal/durable"
	"hotspot/internal/model"
)

// batchFile is a batch as it was read.
type batchFile struct {
	manifest, csv fs.FileInfo // the files that were read; nil is read again
	chunk         *chunk      // what was taken from them last; nil is nothing so far
	shown         *chunk      // what followed the batch before when it was last looked at
	refused       refusal     // of the files as they are now
}

// read takes the batch from its files.
func (b *batchFile) read(dir *durable.Folder, n int, manifest, csv fs.FileInfo, provisional bool) {
	b.manifest, b.csv, b.refused = manifest, csv, refusal{}
	folder := batch.OpenFolder(dir)
	load := folder.Manifest
	if provisional {
		load = folder.Provisional
	}
	m, err := load(n)
	var data []byte
	if err == nil {
		data, err = folder.CSV(m)
	}
	var c *chunk
	if err == nil {
		c, err = newChunk(m, data)
	}
	var corrupt *batch.CorruptError
	switch {
	case err == nil:
		b.chunk = c
	case errors.As(err, &corrupt):
		b.refused = refusal{corrupt.File, corrupt.Reason}
	case errors.Is(err, errRows):
		b.refused = refusal{m.CSV.Name, reasonRows}
	default: // it may be read the next time
		b.manifest, b.refused = nil, refusal{batch.ManifestName(n), reasonUnreadable}
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
