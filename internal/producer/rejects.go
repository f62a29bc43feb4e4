package producer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// rejects is the file of rejected rows. Each pass writes it whole, from row 1,
// under a temporary name, and gives it its name at the end or when it is
// stopped. A pass without rejects leaves no file, also not that of an earlier
// one.
type rejects struct {
	path string // "" = none

	mu     sync.Mutex // finish can come while the source still waits for standard input
	file   *os.File
	writer *source.Rejects
	done   bool
}

// newRejects takes the system's null device for no file: it would otherwise be
// removed, or replaced by one, where the user may do that.
func newRejects(path string) *rejects {
	if path == os.DevNull {
		path = ""
	}
	return &rejects{path: path}
}

// temporary is the name of the file while it is being written.
func (r *rejects) temporary() string {
	return filepath.Join(filepath.Dir(r.path), ".tmp-"+filepath.Base(r.path))
}

func (r *rejects) add(e *source.RowError) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.path == "" || r.done {
		return nil
	}
	if r.file == nil {
		if err := r.check(); err != nil {
			return err
		}
		var err error
		if r.file, err = os.OpenFile(r.temporary(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644); err != nil {
			return usage.Errorf("the file of rejected rows: %w; name another one by --rejects", err)
		}
		r.writer = source.NewRejects(r.file)
	}
	if err := r.writer.Add(e); err != nil {
		return fmt.Errorf("the file of rejected rows: %w", err)
	}
	return nil
}

// check refuses a path where something else than a file is: a pass puts a file
// in its place, or removes it.
func (r *rejects) check() error {
	if info, err := os.Stat(r.path); err == nil && !info.Mode().IsRegular() {
		return usage.Errorf("the file of rejected rows: --rejects %s is no file; name one, or %s for none", r.path, os.DevNull)
	}
	return nil
}

// finish ends the pass.
func (r *rejects) finish() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.path == "" || r.done {
		return nil
	}
	r.done = true
	if r.file == nil {
		if err := r.check(); err != nil {
			return err
		}
		for _, name := range []string{r.path, r.temporary()} {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("the file of rejected rows of an earlier run: %w", err)
			}
		}
		return nil
	}
	err := errors.Join(r.writer.Flush(), r.file.Sync(), r.file.Close())
	if err == nil {
		err = os.Rename(r.temporary(), r.path)
	}
	if err != nil {
		return fmt.Errorf("the file of rejected rows: %w", err)
	}
	return nil
}
