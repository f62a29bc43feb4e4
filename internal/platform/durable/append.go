package durable

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
)

// Append adds one line to the file name, durably, and makes the file when it
// is absent. A missing newline at the end of line is added; one inside it is
// an error. A last line without a newline, which a crash left, is cut off
// first, and so is what an Append that returned an error has left: every line
// that a reader finds was given whole. After an error followed by a crash the
// line may be there or not. The folder must be locked, and nothing else may
// write to the file. kind names the hook's points, which have no ".renamed".
func (f *Folder) Append(kind, name string, line []byte) error {
	f.appends.Lock()
	defer f.appends.Unlock()
	if err := f.append(name, line, f.steps(kind)); err != nil {
		return fmt.Errorf("durable: append to %s: %w", f.Path(name), err)
	}
	return nil
}

func (f *Folder) append(name string, line []byte, step func(string)) error {
	if err := f.writable(name); err != nil {
		return err
	}
	line = bytes.TrimSuffix(line, []byte("\n"))
	if bytes.IndexByte(line, '\n') >= 0 {
		return fmt.Errorf("a line must not hold a newline: %w", fs.ErrInvalid)
	}
	t, err := f.tail(name)
	if err != nil {
		return err
	}
	f.tails[name], err = f.add(name, t, append(line[:len(line):len(line)], '\n'), step)
	return err
}

// tail is what a Folder knows of a file that it appends to.
type tail struct {
	end   int64 // behind the last line that was given whole
	named bool  // the file's name is durable
}

// tail returns the tail that the Append before left, or looks for the last
// whole line when this is the first one or somebody has cut or replaced the
// file. What lies behind the end is a line that failed.
func (f *Folder) tail(name string) (tail, error) {
	src, err := f.fs.Open(f.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return tail{}, nil
	}
	if err != nil {
		return tail{}, err
	}
	defer src.Close()
	if t, ok := f.tails[name]; ok && t.end <= src.Size() {
		return t, nil
	}
	end, err := lastLine(src)
	return tail{end: end}, err
}

// lastLine returns the offset behind the last newline, 0 without one.
func lastLine(src Source) (int64, error) {
	buf := make([]byte, 64<<10)
	for end := src.Size(); end > 0; {
		start := max(0, end-int64(len(buf)))
		part := buf[:end-start]
		if n, err := src.ReadAt(part, start); n < len(part) {
			return 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return 0, nil
}

// add returns the new tail, or t with an error: the next Append cuts at its end.
func (f *Folder) add(name string, t tail, line []byte, step func(string)) (tail, error) {
	file, err := f.fs.Append(f.Path(name), t.end)
	if err != nil {
		return t, err
	}
	step("open")
	err = writeLine(file, line, step)
	if err == nil {
		step("synced")
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return t, err
	}
	if !t.named {
		if err := f.fs.SyncDir(f.path); err != nil {
			return t, fmt.Errorf("fsync of the folder: %w", err)
		}
		step("dirsynced")
	}
	return tail{end: t.end + int64(len(line)), named: true}, nil
}

// writeLine writes the newline when all before it is on disk. A disk keeps the
// blocks of an unsynced write in any order: with one sync a newline could
// survive a power cut behind a hole, and the hole would pass for a line.
func writeLine(file File, line []byte, step func(string)) error {
	text, newline := line[:len(line)-1], line[len(line)-1:]
	if err := writeHalves(file, text, step); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if _, err := file.Write(newline); err != nil {
		return err
	}
	return file.Sync()
}
