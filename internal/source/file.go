package source

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"hotspot/internal/platform/durable"
)

const gzipMagic = "\x1f\x8b"

// File is an opened source: the bytes of a CSV, inflated when it is gzip data.
// Of a regular file it reads what was there when it was opened, so that a file
// that is being written to ends at a known place.
type File struct {
	name string
	f    *os.File
	from int64        // where reading begins, not 0 when a shell has read before
	size int64        // from there to the end when it was opened, -1 when it has none (a pipe)
	done atomic.Int64 // bytes of f read
	in   io.Reader
}

// OpenFile opens path for reading; "-" is the standard input. Gzip data is known by
// its first bytes, whatever the name, and inflated within bounds. Errors are a
// *FileError: missing, not allowed, a directory, not gzip behind the first two
// bytes.
func OpenFile(path string) (*File, error) {
	if path == "-" {
		return newFile(os.Stdin, "standard input")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	file, err := newFile(f, path)
	if err != nil {
		f.Close()
		return nil, err
	}
	return file, nil
}

func newFile(f *os.File, name string) (*File, error) {
	file := &File{name: name, f: f, size: -1}
	info, err := f.Stat()
	if err != nil {
		return nil, openError(name, err)
	}
	if info.IsDir() {
		return nil, &FileError{File: name, Msg: "is a directory; name a CSV file in it"}
	}
	if info.Mode().IsRegular() {
		if file.from, err = f.Seek(0, io.SeekCurrent); err != nil {
			return nil, openError(name, err)
		}
		file.size = max(info.Size()-file.from, 0)
	}
	// A small buffer: the splitter reads large pieces, which then pass by it.
	in := bufio.NewReaderSize(disk{file}, 4096)
	file.in = in
	if magic, _ := in.Peek(len(gzipMagic)); string(magic) == gzipMagic {
		if file.in, err = newInflater(file, in); err != nil {
			return nil, err
		}
	}
	return file, nil
}

// Read reads the inflated bytes.
func (f *File) Read(p []byte) (int, error) { return f.in.Read(p) }

// Head is the beginning of the inflated bytes, 1 MiB of them if there are so
// many, which Read gives all the same. It must be called before Read.
func (f *File) Head() []byte {
	in := bufio.NewReaderSize(f.in, 1<<20)
	f.in = in
	head, _ := in.Peek(in.Size())
	return head
}

// Close closes the file; the standard input stays open.
func (f *File) Close() error {
	if f.f == os.Stdin {
		return nil
	}
	return f.f.Close()
}

// Name is the path, or "standard input".
func (f *File) Name() string { return f.name }

// Progress is how many bytes of the file itself are read, and how many there
// are, 0 when that is not known. It may be called at any time.
func (f *File) Progress() (done, total int64) { return f.done.Load(), max(f.size, 0) }

// Grew reports that the file has become longer since it was opened. Its last
// line, if it has no line end, is then being written.
func (f *File) Grew() bool {
	if f.size < 0 {
		return false
	}
	info, err := f.f.Stat()
	return err == nil && info.Size() > f.from+f.size
}

// disk reads the bytes of the file up to its size at the start.
type disk struct{ *File }

func (d disk) Read(p []byte) (int, error) {
	done := d.done.Load()
	if d.size >= 0 {
		if done >= d.size {
			return 0, io.EOF
		}
		p = p[:min(int64(len(p)), d.size-done)]
	}
	n, err := d.f.Read(p)
	d.done.Add(int64(n))
	if err == io.EOF && d.size >= 0 && done+int64(n) < d.size {
		return n, &FileError{File: d.name, Msg: fmt.Sprintf(
			"became shorter while it was read: %d bytes of %d; start again when it is whole", done+int64(n), d.size)}
	}
	return n, err
}

// openError says in words why a file cannot be opened.
func openError(name string, err error) error {
	msg := durable.Why(err)
	if errors.Is(err, fs.ErrNotExist) {
		msg = "no such file; hotspot generate writes one, hotspot prepare makes one of the city's"
	}
	return &FileError{File: name, Msg: msg, Err: err}
}
