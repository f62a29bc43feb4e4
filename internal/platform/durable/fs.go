package durable

import "io"

// FS is what durable asks of a file system: one method per call that can fail.
// Paths are cleaned; those of files lie directly in a Folder. Errors match
// fs.ErrNotExist and fs.ErrExist where they apply. An FS may be used
// concurrently.
type FS interface {
	// Mkdir makes the folder dir in a folder that is there: fs.ErrExist when it
	// has been made, fs.ErrNotExist when the folder above it has not.
	Mkdir(dir string) error
	// Lock takes the lock of the file at path, makes the file when it is
	// absent, and leaves the process id in it. Close frees the lock, and so
	// does the end of the process. *LockedError when somebody else holds it.
	Lock(path string) (io.Closer, error)
	// List returns the names in the folder dir, in any order.
	List(dir string) ([]string, error)
	// Open opens the regular file at path for reading. It follows no symbolic
	// link and never waits; what is not a regular file is ErrNotRegular.
	Open(path string) (Source, error)
	// Create makes a new file at path for writing; an existing one is
	// fs.ErrExist.
	Create(path string) (File, error)
	// Append opens the regular file at path for writing behind its first size
	// bytes and cuts off what lies there. With size 0 it makes the file when
	// it is absent. A file shorter than size is an error.
	Append(path string, size int64) (File, error)
	// Rename gives the file at from the path to, in one step, and replaces
	// what is there.
	Rename(from, to string) error
	// Remove removes the file at path.
	Remove(path string) error
	// SyncDir makes the names in the folder dir durable, where the system can
	// do that apart from its files.
	SyncDir(dir string) error
}

// File is an open file that is written from front to back.
type File interface {
	io.Writer
	// Sync makes the content durable.
	Sync() error
	Close() error
}

// Source is a file opened for reading.
type Source interface {
	io.ReaderAt
	io.Closer
	// Size is the size in bytes when the file was opened.
	Size() int64
}
