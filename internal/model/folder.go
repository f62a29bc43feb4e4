package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"hotspot/internal/platform/durable"
)

// What a Folder finds or refuses; both come wrapped, with the file's name.
var (
	ErrNotFound = errors.New("no such model")
	ErrExists   = errors.New("there already, with other bytes")
)

// Prefix begins the name of every file of a model.
const Prefix = "model-"

// Name is the name of model n's file.
func Name(n int) string { return fmt.Sprintf(Prefix+"%06d.json", n) }

// ProvisionalName is the name of the model of a batch that is not full yet.
func ProvisionalName(n int) string { return fmt.Sprintf(Prefix+"%06d.partial.json", n) }

// Folder is the models of a folder. Reading is safe while another process
// publishes; publishing is for the one that holds the folder's lock.
type Folder struct {
	dir *durable.Folder
}

// OpenFolder returns the models of d. It reads nothing.
func OpenFolder(d *durable.Folder) *Folder { return &Folder{dir: d} }

// Numbers lists the models that have a file, ascending, without provisional
// ones. It does not open them.
func (f *Folder) Numbers() ([]int, error) {
	numbers, err := f.dir.Numbers(Name)
	if err != nil {
		return nil, fmt.Errorf("model: list: %w", err)
	}
	return numbers, nil
}

// Read reads model n and returns it with the SHA-256 of its whole file, in
// hex. The error is ErrNotFound when there is no such file and a
// *CorruptError when it is not a model file, or not that of model n.
func (f *Folder) Read(n int) (m *Model, sum string, err error) {
	return f.read(Name(n), n, false)
}

// ReadProvisional is Read for the model of batch n while it is not full.
func (f *Folder) ReadProvisional(n int) (m *Model, sum string, err error) {
	return f.read(ProvisionalName(n), n, true)
}

// RemoveProvisional removes the model of batch n while it was not full, if
// there is one.
func (f *Folder) RemoveProvisional(n int) error { return f.dir.Remove(ProvisionalName(n)) }

func (f *Folder) read(name string, n int, provisional bool) (*Model, string, error) {
	data, err := f.dir.Read(name, MaxBytes)
	var m *Model
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = ErrNotFound
	case errors.Is(err, durable.ErrTooLarge):
		err = corrupt("size", "%v", err)
	case errors.Is(err, durable.ErrNotRegular):
		err = corrupt("file", "%v", err)
	case err == nil:
		if m, err = Decode(data); err == nil && (m.Model != n || m.Provisional != provisional) {
			err = corrupt("number", "it holds model %d, provisional %t", m.Model, m.Provisional)
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("model: read %s: %w", name, err)
	}
	sum := sha256.Sum256(data)
	return m, hex.EncodeToString(sum[:]), nil
}

// Publish writes m under its name, whole and for good; durable's points are
// "model.open" and so on. A model is never rewritten: Publish leaves a file
// with the same bytes alone and refuses any other with ErrExists. Only a
// provisional model, which has its own name, takes the place of an older one.
// A file that Read would refuse for its size is not written.
func (f *Folder) Publish(m *Model) error {
	name, data := Name(m.Model), m.Encode()
	if len(data) > MaxBytes {
		return fmt.Errorf("model: publish %s: %d bytes, at most %d are read again", name, len(data), MaxBytes)
	}
	if m.Provisional {
		name = ProvisionalName(m.Model)
	} else {
		there, err := f.dir.Read(name, MaxBytes)
		switch {
		case err == nil && bytes.Equal(there, data):
			return nil
		case err == nil, errors.Is(err, durable.ErrTooLarge), errors.Is(err, durable.ErrNotRegular):
			return fmt.Errorf("model: publish %s: %w", name, ErrExists)
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("model: publish %s: %w", name, err)
		}
	}
	if err := f.dir.Write(name, data); err != nil {
		return fmt.Errorf("model: publish %s: %w", name, err)
	}
	return nil
}
