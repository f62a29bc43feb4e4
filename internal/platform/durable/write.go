package durable

import (
	"errors"
	"fmt"
	"io/fs"
)

// Write gives the file name the content data, durably: when it returns nil the
// content survives a power cut. When it returns an error, or never returns,
// the name holds all of its old content or all of data; the same Write may be
// tried again. The folder must be locked.
//
// The steps are those of Pillai et al., "All File Systems Are Not Created
// Equal", OSDI 2014: a new temporary file, its bytes, its fsync, the rename,
// the fsync of the folder.
func (f *Folder) Write(name string, data []byte) error {
	if err := f.replace(name, data, true); err != nil {
		return fmt.Errorf("durable: write %s: %w", f.Path(name), err)
	}
	return nil
}

// WriteStatus gives the file name the content data, whole for every reader but
// without the wait for the disk: after a power cut it may be old, empty or
// gone. It is for what is written several times a second and worth nothing
// after a crash. The folder must be locked.
func (f *Folder) WriteStatus(name string, data []byte) error {
	if err := f.replace(name, data, false); err != nil {
		return fmt.Errorf("durable: write status %s: %w", f.Path(name), err)
	}
	return nil
}

func (f *Folder) replace(name string, data []byte, sync bool) error {
	if err := f.writable(name); err != nil {
		return err
	}
	d, err := newDraft(f.fs, f.Path(name))
	if err != nil {
		return err
	}
	if _, err = d.file.Write(data); err == nil && sync {
		err = d.file.Sync()
	}
	if err != nil {
		return errors.Join(err, d.file.Close(), d.discard())
	}
	return d.rename(sync)
}

// Remove removes the file name, durably. A file that is not there is fine: its
// end is made durable all the same, because the Remove before may have failed
// half-way. The folder must be locked.
func (f *Folder) Remove(name string) error {
	err := f.writable(name)
	if err == nil {
		err = f.fs.Remove(f.Path(name))
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = f.fs.SyncDir(f.path)
	}
	if err != nil {
		return fmt.Errorf("durable: remove %s: %w", f.Path(name), err)
	}
	return nil
}
