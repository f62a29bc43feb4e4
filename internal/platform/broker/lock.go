package broker

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// LockedError says that another process has the data folder. It is a usage
// error.
type LockedError struct {
	Path string
	PID  int // of the other process; 0 when unknown
}

func (e *LockedError) Error() string {
	by := "another process"
	if e.PID != 0 {
		by = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("broker: the data folder %s is in use by %s; stop that one, or take another folder by --broker-data", e.Path, by)
}

// Usage marks the error as one of the command, not of the program.
func (e *LockedError) Usage() bool { return true }

// lock keeps a second broker out of a folder: two would write into each
// other's segments. The system frees it when the process ends, however it
// does.
type lock struct{ file *flock.Flock }

func lockFolder(path string) (*lock, error) {
	if err := ensureFolder(path); err != nil {
		return nil, err
	}
	name := filepath.Join(path, ".lock")
	l := &lock{file: flock.New(name, flock.SetPermissions(0o600))}
	ok, err := l.file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("broker: lock %s: %w", path, err)
	}
	if !ok {
		b, _ := os.ReadFile(name) // on Windows a locked file cannot be read
		pid, _ := strconv.Atoi(strings.TrimSpace(string(b)))
		return nil, &LockedError{Path: path, PID: pid}
	}
	// A courtesy to whoever finds the folder locked. On Windows nobody may write
	// to a locked file.
	_ = os.WriteFile(name, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600)
	return l, nil
}

func (l *lock) release() error {
	if l == nil {
		return nil
	}
	return l.file.Unlock()
}
