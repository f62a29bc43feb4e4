package batch

import (
	"errors"

	"hotspot/internal/durable"
)

// ErrNotFound says that there is no such batch.
var ErrNotFound = errors.New("no such batch")

// Folder is the batches in a durable.Folder.
type Folder struct{ d *durable.Folder }

// OpenFolder returns the batches of d. It reads nothing.
func OpenFolder(d *durable.Folder) *Folder { return &Folder{d} }

// Publish puts b on disk: its CSV, then its manifest, which commits it.
func (f *Folder) Publish(b *Batch) error { panic("batch: not yet") }

// Manifests returns the manifests of all committed batches, 1 … n.
func (f *Folder) Manifests() ([]*Manifest, error) { panic("batch: not yet") }

// Manifest returns the manifest of batch n, or ErrNotFound.
func (f *Folder) Manifest(n int) (*Manifest, error) { panic("batch: not yet") }

// CSV returns the rows of the batch with their header line.
func (f *Folder) CSV(m *Manifest) ([]byte, error) { panic("batch: not yet") }

// CorruptError names a file that is not what the folder's files say it is.
type CorruptError struct {
	File   string // its name in the folder
	Reason string // one word
	Detail string
}

func (e *CorruptError) Error() string {
	return "batch: " + e.File + " is corrupt: " + e.Reason + ": " + e.Detail
}

// Decode reads a manifest strictly.
func Decode(data []byte) (*Manifest, error) { panic("batch: not yet") }
