package durable

import (
	"errors"
	"fmt"
	"io/fs"
)

// Write gives the file name the content data, durably: when it returns nil the
// content survives a power cut. When it returns an error, or never returns,
// the name holds all of its old content or all of data; the same Write may be
// tried again. The folder must be locked. kind names the hook's points.
//
// The steps are those of Pillai et al., "All File Systems Are Not Created
// Equal", OSDI 2014: a new temporary file, its bytes, its fsync, the rename,
// the fsync of the folder. The content is written in two halves, so that a
// hook can stop between them.
func (f *Folder) Write(kind, name string, data []byte) error {
	if err := f.replace(name, data, true, f.steps(kind)); err != nil {
		return fmt.Errorf("durable: write %s: %w", f.Path(name), err)
	}
	return nil
}

// WriteStatus gives the file name the content data, whole for every reader but
// without the wait for the disk: after a power cut it may be old, empty or
// gone. It is for what is written several times a second and worth nothing
// after a crash. The folder must be locked.
func (f *Folder) WriteStatus(name string, data []byte) error {
	if err := f.replace(name, data, false, func(string) {}); err != nil {
		return fmt.Errorf("durable: write status %s: %w", f.Path(name), err)
	}
	return nil
}

func (f *Folder) replace(name string, data []byte, sync bool, step func(string)) error {
	if err := f.writable(name); err != nil {
		return err
	}
	d, err := newDraft(f.fs, f.Path(name), step)
	if err != nil {
		return err
	}
	err = writeHalves(d.file, data, step)
	if err == nil && sync {
		if err = d.file.Sync(); err == nil {
			step("synced")
		}
	}
	if err != nil {
		return errors.Join(err, d.file.Close(), d.discard())
	}
	return d.rename(sync)
}

func writeHalves(file File, data []byte, step func(string)) error {
	half := len(data) / 2
	if _, err := file.Write(data[:half]); err != nil {
		return err
	}
	step("half")
	if _, err := file.Write(data[half:]); err != nil {
		return err
	}
	step("written")
	return nil
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
