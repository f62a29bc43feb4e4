// Package durabletest helps to test what stands on package durable: it records
// the calls of the file system, makes the n-th one fail, or stops all from the
// n-th on, as if the process had died.
package durabletest

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"sync"

	"hotspot/internal/platform/durable"
)

// Call is one call of a durable.FS or of a file that it opened.
type Call struct {
	Op   string // the method: "create", "write", "sync", "close", "rename" …
	Path string
	To   string // the new path of a rename
	Size int    // bytes written or read, or the size given to Append
}

var random = regexp.MustCompile(`-[0-9a-f]{8}$`)

// String is the call without the folder and the random end of temporary names.
func (c Call) String() string {
	s := c.Op + " " + random.ReplaceAllString(filepath.Base(c.Path), "-*")
	if c.To != "" {
		s += " " + filepath.Base(c.To)
	}
	if c.Op == "write" || c.Op == "append" || c.Op == "read" {
		s += fmt.Sprint(" ", c.Size)
	}
	return s
}

// Spy returns fs, with before asked ahead of every call. An error from before
// is the answer to the call, which is not made, save for half of the bytes of
// a write. before may be called concurrently when fs is.
func Spy(fs durable.FS, before func(Call) error) durable.FS { return spy{fs, before} }

// ErrStopped is the answer to every call after the process has "died".
var ErrStopped = errors.New("the process has ended")

// StopAt returns fs until its n-th call (from 0); that one and all after it
// answer ErrStopped. stopped says whether it came to that.
func StopAt(fs durable.FS, n int) (_ durable.FS, stopped func() bool) {
	var mu sync.Mutex
	calls := 0
	return Spy(fs, func(Call) error {
			mu.Lock()
			defer mu.Unlock()
			calls++
			if calls > n {
				return ErrStopped
			}
			return nil
		}), func() bool {
			mu.Lock()
			defer mu.Unlock()
			return calls > n
		}
}

// FailAt returns fs whose n-th call (from 0) answers err once. failed says
// whether it came to that.
func FailAt(fs durable.FS, n int, err error) (_ durable.FS, failed func() bool) {
	var mu sync.Mutex
	calls := 0
	return Spy(fs, func(Call) error {
			mu.Lock()
			defer mu.Unlock()
			calls++
			if calls == n+1 {
				return err
			}
			return nil
		}), func() bool {
			mu.Lock()
			defer mu.Unlock()
			return calls > n
		}
}

type spy struct {
	fs     durable.FS
	before func(Call) error
}

func (s spy) Mkdir(dir string) error {
	return after(s.before(Call{Op: "mkdir", Path: dir}), func() error { return s.fs.Mkdir(dir) })
}

func (s spy) Lock(path string) (io.Closer, error) {
	if err := s.before(Call{Op: "lock", Path: path}); err != nil {
		return nil, err
	}
	return s.fs.Lock(path)
}

func (s spy) List(dir string) ([]string, error) {
	if err := s.before(Call{Op: "list", Path: dir}); err != nil {
		return nil, err
	}
	return s.fs.List(dir)
}

func (s spy) Open(path string) (durable.Source, error) {
	if err := s.before(Call{Op: "open", Path: path}); err != nil {
		return nil, err
	}
	src, err := s.fs.Open(path)
	if err != nil {
		return nil, err
	}
	return spySource{src, s, path}, nil
}

func (s spy) Create(path string) (durable.File, error) {
	if err := s.before(Call{Op: "create", Path: path}); err != nil {
		return nil, err
	}
	file, err := s.fs.Create(path)
	if err != nil {
		return nil, err
	}
	return spyFile{file, s, path}, nil
}

func (s spy) Append(path string, size int64) (durable.File, error) {
	if err := s.before(Call{Op: "append", Path: path, Size: int(size)}); err != nil {
		return nil, err
	}
	file, err := s.fs.Append(path, size)
	if err != nil {
		return nil, err
	}
	return spyFile{file, s, path}, nil
}

func (s spy) Rename(from, to string) error {
	return after(s.before(Call{Op: "rename", Path: from, To: to}), func() error { return s.fs.Rename(from, to) })
}

func (s spy) Remove(path string) error {
	return after(s.before(Call{Op: "remove", Path: path}), func() error { return s.fs.Remove(path) })
}

func (s spy) SyncDir(dir string) error {
	return after(s.before(Call{Op: "syncdir", Path: dir}), func() error { return s.fs.SyncDir(dir) })
}

func after(err error, call func() error) error {
	if err != nil {
		return err
	}
	return call()
}

type spyFile struct {
	durable.File
	s    spy
	path string
}

func (f spyFile) Write(p []byte) (int, error) {
	if err := f.s.before(Call{Op: "write", Path: f.path, Size: len(p)}); err != nil {
		n, writeErr := f.File.Write(p[:len(p)/2])
		return n, errors.Join(err, writeErr)
	}
	return f.File.Write(p)
}

func (f spyFile) Sync() error {
	return after(f.s.before(Call{Op: "sync", Path: f.path}), f.File.Sync)
}

// Close closes the file in any case: a dead process holds none open.
func (f spyFile) Close() error {
	return errors.Join(f.s.before(Call{Op: "close", Path: f.path}), f.File.Close())
}

type spySource struct {
	durable.Source
	s    spy
	path string
}

func (f spySource) ReadAt(p []byte, off int64) (int, error) {
	if err := f.s.before(Call{Op: "read", Path: f.path, Size: len(p)}); err != nil {
		return 0, err
	}
	return f.Source.ReadAt(p, off)
}
