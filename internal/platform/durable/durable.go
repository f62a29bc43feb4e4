// Package durable keeps files that are whole or absent. Whatever the moment a
// process is killed or the power fails, a name in a Folder holds all of its
// old content or all of its new content.
//
// It stands under the flow: batch files, manifests, models and dead letters
// rest on disk through it. It knows neither what is in the files nor who reads
// them. What it needs of a file system is the interface FS, so that a test can
// put one under it that fails or loses power.
package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Errors that a caller branches on. A file or folder that is not there is
// fs.ErrNotExist.
var (
	// ErrNotLocked is the answer to a write without the folder's lock.
	ErrNotLocked = errors.New("the folder is not locked for writing")
	// ErrNotRegular is the answer to reading a folder, a symbolic link, a
	// named pipe or a device.
	ErrNotRegular = errors.New("not a regular file")
	// ErrTooLarge is the answer to reading a file above the caller's bound.
	ErrTooLarge = errors.New("file too large")
)

// Folder is one directory of durable files. One process may write to it at a
// time (Lock), any number may read. It may be used concurrently, but two
// writes of the same name at once leave either of them.
type Folder struct {
	path string
	fs   FS

	mu   sync.Mutex
	lock io.Closer // guarded by mu; nil while not locked

	appends sync.Mutex       // held by Append
	ends    map[string]int64 // guarded by appends; of a file that was appended to, the end of its last whole line
}

// Open returns the folder at path, on OS or another file system. It makes nothing: a
// missing folder is an error for readers, and Lock makes it. An empty path is an error.
func Open(path string, on ...FS) (*Folder, error) {
	if path == "" {
		return nil, errors.New("durable: open folder: the path is empty")
	}
	f := &Folder{path: filepath.Clean(path), fs: OS, ends: map[string]int64{}}
	for _, fsys := range on {
		if fsys != nil {
			f.fs = fsys
		}
	}
	return f, nil
}

// Path returns the path of the file name in the folder, for messages.
func (f *Folder) Path(name string) string { return filepath.Join(f.path, name) }

// Names returns the names in the folder, sorted. Names that begin with a dot
// (the lock, temporary files) are the folder's own and left out. A folder that
// is not there is fs.ErrNotExist.
func (f *Folder) Names() ([]string, error) {
	names, err := f.fs.List(f.path)
	if err != nil {
		return nil, fmt.Errorf("durable: list %s: %w", f.path, err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, ".") })
	slices.Sort(names)
	return names, nil
}

// Numbers returns the n for which a file name(n) is in the folder, ascending. n is
// at least 1, and name(n) has no other digits than those of n. A folder is not
// listed in one instant: when a number seems to be missing, its file was perhaps
// written during the listing, and the folder is listed once more.
func (f *Folder) Numbers(name func(n int) string) ([]int, error) {
	var numbers []int
	for range 2 {
		names, err := f.Names()
		if err != nil {
			return nil, err
		}
		numbers = nil
		for _, there := range names {
			n, err := strconv.Atoi(strings.TrimFunc(there, func(r rune) bool { return r < '0' || '9' < r }))
			if err == nil && n > 0 && there == name(n) {
				numbers = append(numbers, n)
			}
		}
		slices.Sort(numbers) // by number: as text, seven digits stand before six
		if n := len(numbers); n == 0 || numbers[n-1]-numbers[0] == n-1 {
			break
		}
	}
	return numbers, nil
}

// Size returns the size in bytes of the regular file name.
func (f *Folder) Size(name string) (int64, error) {
	src, err := f.open(name)
	if err != nil {
		return 0, fmt.Errorf("durable: size of %s: %w", f.Path(name), err)
	}
	defer src.Close()
	return src.Size(), nil
}

// Read returns the content of the regular file name, at most max bytes. It
// follows no symbolic link, leaves the folder by no name and waits on no named
// pipe. Errors are fs.ErrNotExist, ErrNotRegular, ErrTooLarge and those of the
// file system. The caller owns the slice.
func (f *Folder) Read(name string, max int64) ([]byte, error) {
	data, err := f.read(name, max)
	if err != nil {
		return nil, fmt.Errorf("durable: read %s: %w", f.Path(name), err)
	}
	return data, nil
}

func (f *Folder) read(name string, max int64) ([]byte, error) {
	src, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	size := src.Size()
	if size > max {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are read", ErrTooLarge, size, max)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(src, 0, size), data); err != nil {
		return nil, err // a file that has become shorter is io.ErrUnexpectedEOF
	}
	return data, nil
}

func (f *Folder) open(name string) (Source, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	return f.fs.Open(f.Path(name))
}

// checkName accepts the name of a file directly in the folder that is not one
// of the folder's own.
func checkName(name string) error {
	if name == "" || strings.HasPrefix(name, ".") || strings.ContainsAny(name, `/\`) || !filepath.IsLocal(name) {
		return fmt.Errorf("%q is not the name of a file in the folder: %w", name, fs.ErrInvalid)
	}
	return nil
}
