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
// write to the file.
func (f *Folder) Append(name string, line []byte) error {
	f.appends.Lock()
	defer f.appends.Unlock()
	if err := f.append(name, line); err != nil {
		return fmt.Errorf("durable: append to %s: %w", f.Path(name), err)
	}
	return nil
}

func (f *Folder) append(name string, line []byte) error {
	if err := f.writable(name); err != nil {
		return err
	}
	line = bytes.TrimSuffix(line, []byte("\n"))
	if bytes.IndexByte(line, '\n') >= 0 {
		return fmt.Errorf("a line must not hold a newline: %w", fs.ErrInvalid)
	}
	end, err := f.end(name)
	if err != nil {
		return err
	}
	line = append(line[:len(line):len(line)], '\n')
	f.ends[name] = end // also after an error: the next Append cuts there
	if err := f.add(name, end, line); err != nil {
		return err
	}
	f.ends[name] += int64(len(line))
	return nil
}

// end returns the end of the last line that was given whole. It looks for it
// when this is the first Append, or when somebody has cut or replaced the file.
func (f *Folder) end(name string) (int64, error) {
	src, err := f.fs.Open(f.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer src.Close()
	if end, ok := f.ends[name]; ok && end <= src.Size() {
		return end, nil
	}
	return lastLine(src)
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

// add writes the line behind the first end bytes of the file. The folder is
// synced each time: who made the file may have died before its name was durable.
func (f *Folder) add(name string, end int64, line []byte) error {
	file, err := f.fs.Append(f.Path(name), end)
	if err != nil {
		return err
	}
	if err := writeLine(file, line); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := f.fs.SyncDir(f.path); err != nil {
		return fmt.Errorf("fsync of the folder: %w", err)
	}
	return nil
}

// writeLine writes the newline when all before it is on disk. A disk keeps the
// blocks of an unsynced write in any order: with one sync a newline could
// survive a power cut behind a hole, and the hole would pass for a line.
func writeLine(file File, line []byte) error {
	text, newline := line[:len(line)-1], line[len(line)-1:]
	if _, err := file.Write(text); err != nil {
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
