//go:build !windows

package durable

import (
	"errors"
	"os"
	"syscall"
)

// noWait lets an open return at once should a named pipe have taken the name.
const noWait = syscall.O_NONBLOCK

func rename(root *os.Root, from, to string) error { return root.Rename(from, to) }

// syncDir takes "cannot do that" for an answer: some network and user-space
// file systems have no fsync of a folder.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// openScratch takes the name away at once: the file lasts as long as it is open.
func openScratch(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = os.Remove(path)
	}
	return file, err
}
