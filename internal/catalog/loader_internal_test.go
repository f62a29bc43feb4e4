package catalog

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit/durabletest"
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
	dir, err := durable.Open(path, fs)
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.Lock(); err != nil { // by whoever writes the status
		t.Fatal(err)
	}
	defer dir.Unlock()
	l := newLoader(slog.New(slog.DiscardHandler), dir, Options{})
	v := emptyView
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

// Another user's files, or those of a consumer with umask 077.
func TestAFileThatMayNotBeReadIsNoMissingOne(t *testing.T) {
	path := t.TempDir()
	for _, name := range []string{batch.ManifestName(1), batch.CSVName(1), model.Name(1), batch.StatusName} {
		if err := os.WriteFile(filepath.Join(path, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	may := false
	spy := durabletest.Spy(durable.OS, func(c durabletest.Call) error {
		if c.Op == "open" && !may {
			return &fs.PathError{Op: "open", Path: c.Path, Err: syscall.EACCES}
		}
		return nil
	})
	dir, err := durable.Open(path, spy)
	if err != nil {
		t.Fatal(err)
	}
	l := newLoader(slog.New(slog.DiscardHandler), dir, Options{})
	v, err := l.poll(t.Context(), emptyView, func(*View) {})
	if err != nil {
		t.Fatal(err)
	}
	const why = "unreadable: permission denied"
	want := []Refusal{{batch.ManifestName(1), why}, {model.Name(1), why}, {batch.StatusName, why}}
	if !slices.Equal(v.Refused, want) {
		t.Errorf("refused %v, want %v", v.Refused, want)
	}
	if refused := v.RefusedError(); refused == nil || !strings.Contains(refused.Error(), "batch-000001.json is refused ("+why+")") {
		t.Errorf("RefusedError() = %v, want %v", refused, want[0])
	}
	may, l.folder = true, nil
	if v, err = l.poll(t.Context(), v, func(*View) {}); err != nil || slices.Contains(v.Refused, want[0]) {
		t.Errorf("once they may be read: %v, refused %v", err, v.Refused)
	}
}

// A folder that goes while it is being read takes nothing with it.
func TestAFolderThatGoesWhileItIsReadIsNoFolderWithoutFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, model.Name(1)), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	spy := durabletest.Spy(durable.OS, func(c durabletest.Call) error {
		if c.Op == "open" {
			return os.Rename(path, path+"-away")
		}
		return nil
	})
	dir, err := durable.Open(path, spy)
	if err != nil {
		t.Fatal(err)
	}
	l := newLoader(slog.New(slog.DiscardHandler), dir, Options{})
	v, err := l.poll(t.Context(), emptyView, func(*View) {})
	if !errors.Is(err, fs.ErrNotExist) || v != emptyView {
		t.Errorf("poll: %+v, %v, want the view as it was and ErrNoFolder", v, err)
	}
}
