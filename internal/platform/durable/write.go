package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
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
	temp := f.Path(fmt.Sprintf("%s%s-%08x", tempPrefix, name, rand.Uint32()))
	if err := f.fill(temp, data, sync, step); err != nil {
		return err
	}
	if err := f.fs.Rename(temp, f.Path(name)); err != nil {
		return errors.Join(err, f.discard(temp))
	}
	if !sync {
		return nil
	}
	step("renamed")
	if err := f.fs.SyncDir(f.path); err != nil {
		return fmt.Errorf("fsync of the folder: %w", err)
	}
	step("dirsynced")
	return nil
}

// fill makes the file temp with the content data, or nothing.
func (f *Folder) fill(temp string, data []byte, sync bool, step func(string)) error {
	file, err := f.fs.Create(temp)
	if err != nil {
		return err
	}
	step("open")
	err = writeHalves(file, data, step)
	if err == nil && sync {
		if err = file.Sync(); err == nil {
			step("synced")
		}
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return errors.Join(err, f.discard(temp))
	}
	return nil
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

// discard removes a temporary file at once, so that a disk that is full does
// not get fuller with every attempt.
func (f *Folder) discard(temp string) error {
	if err := f.fs.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove temporary file: %w", err)
	}
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
