package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// OS is the operating system's file system. It reaches files through os.Root,
// so that no symbolic link leads out of the folder.
var OS FS = osFS{}

type osFS struct{}

func (osFS) Mkdir(dir string) error { return os.Mkdir(dir, 0o755) }

func (osFS) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		// Windows says so of a file, too, which is no missing folder.
		if info, statErr := os.Stat(dir); statErr == nil && !info.IsDir() {
			err = &fs.PathError{Op: "open", Path: dir, Err: syscall.ENOTDIR}
		}
	}
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

func (osFS) Open(path string) (Source, error) {
	file, size, err := openRegular(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return osSource{file, size}, nil
}

func (osFS) Create(path string) (File, error) {
	root, err := openRoot(path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.OpenFile(filepath.Base(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

func (osFS) Append(path string, size int64) (File, error) {
	if size == 0 {
		if file, err := OS.Create(path); !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
	file, now, err := openRegular(path, os.O_WRONLY)
	if err != nil {
		return nil, err
	}
	if now < size {
		err = fmt.Errorf("%s holds %d bytes, %d were there before", filepath.Base(path), now, size)
	} else if now > size {
		err = file.Truncate(size)
	}
	if err == nil {
		_, err = file.Seek(size, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func (osFS) Rename(from, to string) error {
	root, err := openRoot(from)
	if err != nil {
		return err
	}
	defer root.Close()
	return rename(root, filepath.Base(from), filepath.Base(to))
}

func (osFS) Remove(path string) error {
	root, err := openRoot(path)
	if err != nil {
		return err
	}
	defer root.Close()
	return root.Remove(filepath.Base(path))
}

func (osFS) SyncDir(dir string) error { return syncDir(dir) }

// openRoot opens path's folder. It is opened anew for every call: a reader that
// started before the folder was made, or made again, must see it.
func openRoot(path string) (*os.Root, error) { return os.OpenRoot(filepath.Dir(path)) }

// openRegular looks before it opens, because opening a named pipe waits for
// its other end, and after it, because the name may have changed hands: a
// status file is renamed over several times a second.
func openRegular(path string, flag int) (*os.File, int64, error) {
	root, err := openRoot(path)
	if err != nil {
		return nil, 0, err
	}
	defer root.Close()
	name := filepath.Base(path)
	for range 100 {
		before, err := root.Lstat(name)
		if err != nil {
			return nil, 0, err
		}
		if !before.Mode().IsRegular() {
			return nil, 0, fmt.Errorf("%s: %w", name, ErrNotRegular)
		}
		file, err := root.OpenFile(name, flag|noWait, 0)
		if errors.Is(err, syscall.ELOOP) {
			continue // it is or was a link: look again
		}
		if err != nil {
			return nil, 0, err
		}
		// A pipe may have got the inode of the file that it replaced.
		after, err := file.Stat()
		if err == nil && after.Mode().IsRegular() && os.SameFile(before, after) {
			return file, after.Size(), nil
		}
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, 0, err
		}
	}
	return nil, 0, fmt.Errorf("%s is replaced faster than it can be opened", name)
}

type osSource struct {
	*os.File
	size int64
}

func (s osSource) Size() int64 { return s.size }

// Why is the system's reason for err of a folder, or of a file that is there, in a
// few words for people: "no such folder", "permission denied". It names no path, so
// that it can be shown to those who need not know where files lie.
func Why(err error) string {
	var number syscall.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such folder"
	case errors.Is(err, ErrNotRegular):
		return ErrNotRegular.Error()
	case errors.As(err, &number):
		return number.Error()
	}
	return "the system does not say why"
}
