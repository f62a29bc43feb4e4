package catalog

import (
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/platform/durable"
)

// busy is a file system that has no place for an open file when it is first
// asked for open.json.
type busy struct {
	durable.FS
	asked int
}

func (b *busy) Open(path string) (durable.Source, error) {
	if filepath.Base(path) == batch.StatusName {
		if b.asked++; b.asked == 1 {
			return nil, syscall.EMFILE
		}
	}
	return b.FS.Open(path)
}

func TestAStatusThatCouldNotBeReadIsReadAgain(t *testing.T) {
	path := t.TempDir()
	status := batch.Status{Batch: 1, Rows: 7, BatchSize: 10, State: batch.Reading}
	if err := os.WriteFile(filepath.Join(path, batch.StatusName), status.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
	fs := &busy{FS: durable.OS}
	dir, err := durable.Open(path, durable.Options{FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	l := newLoader(slog.New(slog.DiscardHandler), dir, Options{})
	var v *View
	for _, refused := range []int{1, 0, 0} {
		l.folder = nil // as when there was a change, or some time is past
		if v, err = l.poll(t.Context(), v, func(*View) {}); err != nil {
			t.Fatal(err)
		}
		if len(v.Refused) != refused || refused == 0 && v.Status.Rows != 7 {
			t.Errorf("refused %v, status %+v; want %d refused", v.Refused, v.Status, refused)
		}
	}
	if fs.asked != 2 {
		t.Errorf("the status was read %d times, want 2", fs.asked)
	}
}
