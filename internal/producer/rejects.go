package producer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"hotspot/internal/crime"
)

// rejects is the file of rejected rows. Each pass writes it whole, from row 1,
// under a temporary name, and gives it its name at the end or when it is
// stopped. A pass without rejects leaves no file, also not that of an earlier
// one.
type rejects struct {
	path string // "" = none

	mu     sync.Mutex // finish can come while the source still waits for standard input
	file   *os.File
	writer *crime.Rejects
	done   bool
}

func newRejects(path string) *rejects { return &rejects{path: path} }

// temporary is the name of the file while it is being written.
func (r *rejects) temporary() string {
	return filepath.Join(filepath.Dir(r.path), ".tmp-"+filepath.Base(r.path))
}

func (r *rejects) add(e *crime.RowError) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.path == "" || r.done {
		return nil
	}
	if r.file == nil {
		var err error
		if r.file, err = os.OpenFile(r.temporary(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644); err != nil {
			return usagef("the file of rejected rows: %w; name another one by --rejects", err)
		}
		r.writer = crime.NewRejects(r.file)
	}
	if err := r.writer.Add(e); err != nil {
		return fmt.Errorf("the file of rejected rows: %w", err)
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
