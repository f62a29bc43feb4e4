package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// pidAt is where the process id stands in the lock file. Windows lets nobody
// else read or write the byte that flock locks, the first one.
const pidAt = 1

func (osFS) Lock(path string) (io.Closer, error) {
	if err := makeLockFile(path); err != nil {
		return nil, err
	}
	l := flock.New(path)
	ok, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &LockedError{Path: filepath.Dir(path), PID: readPID(path)}
	}
	if err := writePID(path); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// makeLockFile makes the file, which flock would leave empty, and refuses what
// flock would wait on or follow.
func makeLockFile(path string) error {
	file, err := OS.Create(path)
	if errors.Is(err, fs.ErrExist) {
		src, err := OS.Open(path)
		if err != nil {
			return err
		}
		return src.Close()
	}
	if err != nil {
		return err
	}
	_, err = file.Write([]byte("\n"))
	return errors.Join(err, file.Close())
}

// writePID has one length for every id, so that none leaves digits of another.
func writePID(path string) error {
	file, _, err := openRegular(path, os.O_WRONLY)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(fmt.Appendf(nil, "%-10d\n", os.Getpid()), pidAt)
	return errors.Join(err, file.Close())
}

// readPID returns 0 when the holder has not written its id yet.
func readPID(path string) int {
	src, err := OS.Open(path)
	if err != nil {
		return 0
	}
	defer src.Close()
	text := make([]byte, 32)
	n, _ := src.ReadAt(text, pidAt) // io.EOF is expected
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text[:n])))
	return pid
}
