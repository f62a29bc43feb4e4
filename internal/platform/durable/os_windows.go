package durable

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// noWait: Windows has no named pipes among its files.
const noWait = 0

// rename waits for a virus scanner or an indexer that has the file open; cmd/go
// does the same (cmd/internal/robustio).
func rename(root *os.Root, from, to string) error {
	const sharingViolation = syscall.Errno(32)
	err := root.Rename(from, to)
	for wait := time.Millisecond; err != nil && wait < time.Second; wait *= 2 {
		if !errors.Is(err, syscall.ERROR_ACCESS_DENIED) && !errors.Is(err, sharingViolation) {
			return err
		}
		time.Sleep(wait)
		err = root.Rename(from, to)
	}
	return err
}

// syncDir: NTFS writes its names ahead in a journal and has no fsync of a folder.
func syncDir(string) error { return nil }

// openScratch has the system remove the file when it is closed, by whatever end of
// the process (CreateFileW, FILE_FLAG_DELETE_ON_CLOSE).
func openScratch(path string) (*os.File, error) {
	const deleteOnClose = 0x04000000
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|deleteOnClose, 0o600)
}
