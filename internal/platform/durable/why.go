package durable

import (
	"errors"
	"io/fs"
	"syscall"
)

// Why is the system's reason for err in a few words, for people: "no such
// folder", "permission denied", "not a directory". It names no path, so that
// it can be shown to those who need not know where files lie.
func Why(err error) string {
	var number syscall.Errno
	switch {
	case errors.Is(err, ErrNoFolder):
		return ErrNoFolder.Error()
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, ErrNotRegular):
		return ErrNotRegular.Error()
	case errors.As(err, &number):
		return number.Error()
	}
	return "the system does not say why"
}
