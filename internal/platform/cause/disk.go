package cause

import (
	"errors"
	"io/fs"
	"runtime"
	"syscall"
)

// Why the folder of batches and models is not read, or not written.
var (
	FolderMissing    = passing("folder-missing", "{dir}: no such folder", "if it should be there, give --dir its path; else a consumer makes it: hotspot up, or hotspot consumer")
	FolderUnreadable = passing("folder-unreadable", "{dir} cannot be read: {reason}", "give the users of consumer and api the right to read it, the consumer's also to write there")

	DiskFull  = passing("disk-full", "the disk of {dir} is full ({error}): the consumer waits, and writes again when there is room", "free some, or use --dir on another disk")
	DiskFails = passing("disk-fails", "{dir} cannot be written: {error}", "give the consumer's user the right to write there, or use another --dir")
)

// Disk says why writing in dir failed with err. Windows has its own numbers for a
// disk that is full, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
func Disk(err error, dir string) *Error {
	c := DiskFails
	if errors.Is(err, syscall.ENOSPC) || runtime.GOOS == "windows" && (errors.Is(err, syscall.Errno(39)) || errors.Is(err, syscall.Errno(112))) {
		c = DiskFull
	}
	return c.Of(err, "dir", dir, "error", err)
}

// Folder says why dir was not read with err, of which the system's reason is reason.
func Folder(err error, dir, reason string) *Error {
	c := FolderUnreadable
	if errors.Is(err, fs.ErrNotExist) {
		c = FolderMissing
	}
	return c.Of(err, "dir", dir, "reason", reason)
}
