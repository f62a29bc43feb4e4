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
	"time"

	"github.com/gofrs/flock"
)

// pidAt is where the process id stands in the lock file. Windows lets nobody
// else read or write the byte that flock locks, the first one.
const pidAt = 1

func (osFS) Lock(path string) (io.Closer, error) {
	made, err := OS.Create(path)
	if err == nil {
		_, err = made.Write([]byte("\n"))
		err = errors.Join(err, made.Close())
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	file, _, err := openRegular(path, os.O_WRONLY) // flock would wait on a pipe and follow a link
	if err != nil {
		return nil, err
	}
	defer file.Close()
	l := flock.New(path)
	ok, err := l.TryLock()
	for range 10 { // a tool that asks who holds the lock has it for an instant
		if ok || err != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
		ok, err = l.TryLock()
	}
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &LockedError{Path: filepath.Dir(path), PID: readPID(path)}
	}
	// One length for every id, so that none leaves digits of another.
	if _, err := file.WriteAt(fmt.Appendf(nil, "%-10d\n", os.Getpid()), pidAt); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
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
