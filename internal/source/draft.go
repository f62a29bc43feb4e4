package source

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
)

// Draft is a file in the making. It lies beside its path under a name
// beginning with .tmp- until Publish, so the path holds a whole file or the
// one of before. Close it in any case; after Publish that does nothing.
type Draft struct {
	path string
	f    *os.File // nil once published or closed
	w    *bufio.Writer
}

// Create begins a file at path, with the folders above it.
func Create(path string) (*Draft, error) {
	if info, err := os.Stat(path); err == nil {
		switch {
		case info.IsDir():
			return nil, &FileError{File: path, Msg: "is a directory; name a file in it"}
		case !info.Mode().IsRegular(): // Publish would put a file in the place of a device
			return nil, &FileError{File: path, Msg: "is a device or a pipe and no file; name a file"}
		}
	}
	dir, name := filepath.Split(path)
	if err := os.MkdirAll(filepath.Clean(dir), 0o777); err != nil {
		return nil, fmt.Errorf("source: create %s: %w", path, err)
	}
	temp := fmt.Sprintf("%s.tmp-%s-%08x", dir, name, rand.Uint32())
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return nil, fmt.Errorf("source: create %s: %w", path, err)
	}
	return &Draft{path: path, f: f, w: bufio.NewWriterSize(f, 256<<10)}, nil
}

// Write appends p. An error is kept and comes back from Publish too.
func (d *Draft) Write(p []byte) (int, error) { return d.w.Write(p) }

// Publish puts the file at its path, whole and on disk.
func (d *Draft) Publish() error {
	err := d.finish()
	if err == nil {
		err = d.rename()
	}
	return err
}

// PublishWith is Publish for a prepared file and its sidecar. A crash between
// the two leaves the file without a sidecar, never with the one of before.
func (d *Draft) PublishWith(m *Meta) error {
	side, err := Create(MetaPath(d.path))
	if err != nil {
		return err
	}
	defer side.Close()
	if _, err = side.Write(m.Encode()); err != nil {
		return fmt.Errorf("source: write %s: %w", side.path, err)
	}
	if err = errors.Join(d.finish(), side.finish()); err != nil {
		return err
	}
	if err = os.Remove(side.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("source: replace the sidecar: %w", err)
	}
	if err = d.rename(); err != nil {
		return err
	}
	return side.rename()
}

// Close drops the draft unless it is published.
func (d *Draft) Close() {
	if d.f != nil {
		d.f.Close()
		os.Remove(d.f.Name())
		d.f = nil
	}
}

// finish brings the bytes to the disk.
func (d *Draft) finish() error {
	err := d.w.Flush()
	if err == nil {
		err = d.f.Sync()
	}
	if err != nil {
		return fmt.Errorf("source: write %s: %w", d.path, err)
	}
	return nil
}

// rename closes the file and gives it its name, and brings that to the disk
// where folders can be synced.
func (d *Draft) rename() error {
	temp := d.f.Name()
	err := d.f.Close()
	d.f = nil
	if err == nil {
		err = os.Rename(temp, d.path)
	}
	if err != nil {
		os.Remove(temp)
		return fmt.Errorf("source: write %s: %w", d.path, err)
	}
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(filepath.Dir(d.path))
	if err != nil {
		return fmt.Errorf("source: sync the folder of %s: %w", d.path, err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("source: sync the folder of %s: %w", d.path, err)
	}
	return nil
}
