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
	"sync/atomic"

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
	return failing(fs, func(call int) error {
		if call >= n {
			return ErrStopped
		}
		return nil
	}, n)
}

// FailAt returns fs whose n-th call (from 0) answers err once. failed says
// whether it came to that.
func FailAt(fs durable.FS, n int, err error) (_ durable.FS, failed func() bool) {
	return failing(fs, func(call int) error {
		if call == n {
			return err
		}
		return nil
	}, n)
}

// failing asks answer about every call, by its number from 0. The function says
// whether the n-th call was made.
func failing(fs durable.FS, answer func(call int) error, n int) (durable.FS, func() bool) {
	var calls atomic.Int64
	return Spy(fs, func(Call) error { return answer(int(calls.Add(1) - 1)) }),
		func() bool { return int(calls.Load()) > n }
}

type spy struct {
	fs     durable.FS
	before func(Call) error
}

// ask makes the call unless before answers with an error.
func ask[T any](s spy, c Call, call func() (T, error)) (T, error) {
	if err := s.before(c); err != nil {
		var none T
		return none, err
	}
	return call()
}

func (s spy) do(c Call, call func() error) error {
	_, err := ask(s, c, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

func (s spy) file(c Call, call func() (durable.File, error)) (durable.File, error) {
	return ask(s, c, func() (durable.File, error) {
		file, err := call()
		if err != nil {
			return nil, err
		}
		return spyFile{file, s, c.Path}, nil
	})
}

func (s spy) Mkdir(dir string) error {
	return s.do(Call{Op: "mkdir", Path: dir}, func() error { return s.fs.Mkdir(dir) })
}

func (s spy) Lock(path string) (io.Closer, error) {
	return ask(s, Call{Op: "lock", Path: path}, func() (io.Closer, error) { return s.fs.Lock(path) })
}

func (s spy) List(dir string) ([]string, error) {
	return ask(s, Call{Op: "list", Path: dir}, func() ([]string, error) { return s.fs.List(dir) })
}

func (s spy) Open(path string) (durable.Source, error) {
	return ask(s, Call{Op: "open", Path: path}, func() (durable.Source, error) {
		src, err := s.fs.Open(path)
		if err != nil {
			return nil, err
		}
		return spySource{src, s, path}, nil
	})
}

func (s spy) Create(path string) (durable.File, error) {
	return s.file(Call{Op: "create", Path: path}, func() (durable.File, error) { return s.fs.Create(path) })
}

func (s spy) Append(path string, size int64) (durable.File, error) {
	return s.file(Call{Op: "append", Path: path, Size: int(size)}, func() (durable.File, error) { return s.fs.Append(path, size) })
}

func (s spy) Rename(from, to string) error {
	return s.do(Call{Op: "rename", Path: from, To: to}, func() error { return s.fs.Rename(from, to) })
}

func (s spy) Remove(path string) error {
	return s.do(Call{Op: "remove", Path: path}, func() error { return s.fs.Remove(path) })
}

func (s spy) SyncDir(dir string) error {
	return s.do(Call{Op: "syncdir", Path: dir}, func() error { return s.fs.SyncDir(dir) })
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

func (f spyFile) Sync() error { return f.s.do(Call{Op: "sync", Path: f.path}, f.File.Sync) }

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
	return ask(f.s, Call{Op: "read", Path: f.path, Size: len(p)}, func() (int, error) { return f.Source.ReadAt(p, off) })
}
