package durable

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// Draft is a file in the making. It lies beside its path under a name that
// begins with .tmp-, until Publish puts it there: the path holds a whole file
// or the one of before. It is not for concurrent use.
type Draft struct {
	fs   FS
	path string
	temp string
	file File // nil once published or closed
	buf  *bufio.Writer
}

// OutputError says that no file can be put at a path, and what to do.
type OutputError string

func (e OutputError) Error() string { return string(e) }

// Usage marks the error as one of the command, not of the program.
func (OutputError) Usage() bool { return true }

// CheckOutput returns an OutputError when a file at path would replace what it
// must not: something else than a file, or one of the inputs, by whatever
// name. The input "-" is the standard input; one that is not there counts
// for nothing.
func CheckOutput(path string, inputs ...string) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil
	case info.Mode()&fs.ModeSymlink != 0:
		return OutputError(path + " is a link and no file; name the file that it leads to")
	case !info.Mode().IsRegular():
		return OutputError(path + " is a folder or a device and no file; name a file")
	}
	for _, input := range inputs {
		if input == "-" {
			input = "/dev/stdin"
		}
		if in, err := os.Stat(input); err == nil && os.SameFile(in, info) {
			return OutputError(path + " would overwrite the input " + input + "; name another file")
		}
	}
	return nil
}

// CheckOwn is CheckOutput for a file whose name nobody chose: one that is there
// must begin with mark, as those of the same command do, or be empty.
func CheckOwn(path, mark string, inputs ...string) error {
	if err := CheckOutput(path, inputs...); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil // what is not there can be written
	}
	defer f.Close()
	head := make([]byte, len(mark))
	if n, _ := io.ReadFull(f, head); n > 0 && string(head[:n]) != mark {
		return OutputError(path + " is no file of this command; move it away, or name another file")
	}
	return nil
}

// Create begins the file at path, anywhere, and makes the folders above it.
// There is no lock, so a killed writer's drafts of the same path are removed
// now: of two writers at once the one that began later publishes, and Publish of
// the other is an error. The error is an OutputError, or that of the file system.
func Create(path string) (*Draft, error) { return create(OS, path) }

func create(fsys FS, path string) (*Draft, error) {
	if err := CheckOutput(path); err != nil {
		return nil, err
	}
	path = filepath.Clean(path)
	d, err := createIn(fsys, path)
	if err != nil {
		return nil, fmt.Errorf("durable: create %s: %w", path, err)
	}
	d.buf = bufio.NewWriterSize(d.file, 256<<10)
	return d, nil
}

func createIn(fsys FS, path string) (*Draft, error) {
	dir := filepath.Dir(path)
	if err := mkdir(fsys, dir); err != nil {
		return nil, err
	}
	names, err := fsys.List(dir)
	if err != nil {
		return nil, err
	}
	prefix := tempPrefix + filepath.Base(path) + "-"
	for _, name := range names {
		if strings.HasPrefix(name, prefix) && len(name) == len(prefix)+8 {
			fsys.Remove(filepath.Join(dir, name)) //nolint:errcheck // Windows keeps what a living writer has open
		}
	}
	return newDraft(fsys, path)
}

// newDraft begins the file at path in a folder that is there.
func newDraft(fsys FS, path string) (*Draft, error) {
	dir, name := filepath.Split(path)
	temp := filepath.Join(dir, fmt.Sprintf("%s%s-%08x", tempPrefix, name, rand.Uint32()))
	file, err := fsys.Create(temp)
	if err != nil {
		return nil, err
	}
	return &Draft{fs: fsys, path: path, temp: temp, file: file}, nil
}

// Path is the path that the file will have.
func (d *Draft) Path() string { return d.path }

// Write appends p. An error is kept and comes back from Publish too.
func (d *Draft) Write(p []byte) (int, error) { return d.buf.Write(p) }

// Sync brings what is written to the disk, ahead of Publish, which does it too.
func (d *Draft) Sync() error {
	err := d.buf.Flush()
	if err == nil {
		err = d.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("durable: write %s: %w", d.path, err)
	}
	return nil
}

// Publish puts the file at its path, whole and on disk.
func (d *Draft) Publish() error {
	if err := d.Sync(); err != nil {
		return err
	}
	if err := d.rename(true); err != nil {
		return fmt.Errorf("durable: write %s: %w", d.path, err)
	}
	return nil
}

// Close drops the draft. Call it in any case; after Publish it does nothing.
func (d *Draft) Close() {
	if d.file != nil {
		d.file.Close()
		d.discard() //nolint:errcheck // what stays is removed by the next Create
	}
}

// rename gives the file its path, and with sync makes that durable.
func (d *Draft) rename(sync bool) error {
	err := d.file.Close()
	if err == nil {
		err = d.fs.Rename(d.temp, d.path)
	}
	if err != nil {
		return errors.Join(err, d.discard())
	}
	d.file = nil
	if !sync {
		return nil
	}
	if err := d.fs.SyncDir(filepath.Dir(d.path)); err != nil {
		return fmt.Errorf("fsync of the folder: %w", err)
	}
	return nil
}

// discard removes the temporary file at once, so that a disk that is full does
// not get fuller with every attempt.
func (d *Draft) discard() error {
	d.file = nil
	if err := d.fs.Remove(d.temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove temporary file: %w", err)
	}
	return nil
}
