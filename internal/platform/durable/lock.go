package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

const (
	lockName   = ".lock"
	tempPrefix = ".tmp-"
)

// LockedError says that another process writes to the folder, or another
// Folder of this process.
type LockedError struct {
	Path string // the folder
	PID  int    // the process that holds the lock; 0 when it could not be read
}

func (e *LockedError) Error() string {
	who := "another process"
	if e.PID > 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("folder %s is in use by %s: stop it first, or choose another folder", e.Path, who)
}

// Lock makes the folder when it is missing, takes its lock for this process
// and removes the temporary files that a killed writer left. The lock is the
// file .lock, which holds the process id; kill -9 frees it. *LockedError when
// somebody else has it.
func (f *Folder) Lock() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lock != nil {
		return fmt.Errorf("durable: lock %s: this Folder holds the lock already", f.path)
	}
	if err := mkdir(f.fs, f.path); err != nil {
		return fmt.Errorf("durable: make folder %s: %w", f.path, err)
	}
	lock, err := f.fs.Lock(f.Path(lockName))
	if err != nil {
		return fmt.Errorf("durable: lock %s: %w", f.path, err)
	}
	if err := f.removeTemps(); err != nil {
		return errors.Join(err, lock.Close())
	}
	f.lock = lock
	return nil
}

// mkdir makes the folder dir and what is missing above it, each durably.
func mkdir(fsys FS, dir string) error {
	parent := filepath.Dir(dir)
	if parent == dir {
		return nil // a root, or "."
	}
	err := fsys.Mkdir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := mkdir(fsys, parent); err != nil {
			return err
		}
		err = fsys.Mkdir(dir)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return fsys.SyncDir(parent)
}

// removeTemps runs under the lock, so no living writer owns what it removes.
func (f *Folder) removeTemps() error {
	names, err := f.fs.List(f.path)
	if err != nil {
		return fmt.Errorf("durable: list %s: %w", f.path, err)
	}
	for _, name := range names {
		if !strings.HasPrefix(name, tempPrefix) {
			continue
		}
		if err := f.fs.Remove(f.Path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("durable: remove temporary file %s: %w", f.Path(name), err)
		}
	}
	return nil
}

// Unlock frees the lock. A folder that is not locked is left as it is. The
// file .lock stays: removing it would let two processes lock two files.
func (f *Folder) Unlock() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lock == nil {
		return nil
	}
	err := f.lock.Close()
	f.lock = nil
	if err != nil {
		return fmt.Errorf("durable: unlock %s: %w", f.path, err)
	}
	return nil
}

func (f *Folder) writable(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lock == nil {
		return ErrNotLocked
	}
	return nil
}

// Holder returns the process that wrote its id into the lock of the folder at
// path last, 0 when there is none. held says whether it has the lock still. It
// is for tools: the answer may be old as soon as it is there, and asking holds
// the lock for an instant.
func Holder(path string) (pid int, held bool, err error) {
	name := filepath.Join(path, lockName)
	if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	l := flock.New(name)
	ok, err := l.TryRLock()
	err = errors.Join(err, l.Close()) // at once: somebody who begins now must get it
	if err != nil {
		return 0, false, fmt.Errorf("durable: look at the lock of %s: %w", path, err)
	}
	return readPID(name), !ok, nil
}
