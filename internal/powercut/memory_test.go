package powercut_test

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/cockroachdb/pebble/v2/vfs"

	"hotspot/internal/platform/durable"
)

// memory is a durable.FS on pebble's file system in memory, which knows what
// was synced and what was not.
type memory struct{ *vfs.MemFS }

func (m memory) Mkdir(dir string) error {
	if _, err := m.Stat(filepath.Dir(dir)); err != nil {
		return err
	}
	if _, err := m.Stat(dir); err == nil {
		return fs.ErrExist
	}
	return m.MkdirAll(dir, 0o755)
}

func (m memory) Lock(path string) (io.Closer, error) { return m.MemFS.Lock(path) }

func (m memory) Open(path string) (durable.Source, error) {
	f, err := m.MemFS.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return source{f, info.Size()}, nil
}

type source struct {
	vfs.File
	size int64
}

func (s source) Size() int64 { return s.size }

func (m memory) Create(path string) (durable.File, error) {
	if _, err := m.Stat(path); err == nil {
		return nil, fs.ErrExist
	}
	return m.MemFS.Create(path, vfs.WriteCategoryUnspecified)
}

// Append cannot cut a file in place, since pebble's files cannot. It makes a
// shorter one, durably, and gives it the name: after a cut in the middle of
// that the old content is there, as after a cut before it.
func (m memory) Append(path string, size int64) (durable.File, error) {
	info, err := m.Stat(path)
	switch {
	case err != nil && size > 0:
		return nil, err
	case err != nil:
		return m.Create(path)
	case info.Size() < size:
		return nil, fmt.Errorf("%s holds %d bytes, %d were there before", path, info.Size(), size)
	case info.Size() > size:
		if err := m.cut(path, size); err != nil {
			return nil, err
		}
	}
	f, err := m.OpenReadWrite(path, vfs.WriteCategoryUnspecified)
	return &appended{f, size}, err
}

func (m memory) cut(path string, size int64) error {
	old, err := m.MemFS.Open(path)
	if err != nil {
		return err
	}
	defer old.Close()
	kept := make([]byte, size)
	if _, err := io.ReadFull(old, kept); err != nil {
		return err
	}
	file, err := m.MemFS.Create(path+".cut", vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Write(kept); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return m.MemFS.Rename(path+".cut", path)
}

type appended struct {
	vfs.File
	at int64
}

func (a *appended) Write(p []byte) (int, error) {
	n, err := a.WriteAt(p, a.at)
	a.at += int64(n)
	return n, err
}

func (m memory) SyncDir(dir string) error {
	d, err := m.OpenDir(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
