package durable_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit/durabletest"
)

// locked returns a new Folder over dir that holds its lock until the test ends.
func locked(t *testing.T, dir string, on ...durable.FS) *durable.Folder {
	t.Helper()
	f, err := durable.Open(dir, on...)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Lock(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Unlock() })
	return f
}

// content returns the files in dir by name, the lock left out.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range entries {
		if e.Name() == ".lock" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name()] = string(data)
	}
	return got
}

func TestWrittenFilesAreReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "by lock")
	f := locked(t, dir)
	big := bytes.Repeat([]byte("0123456789"), 30_000)
	for name, data := range map[string][]byte{"b": []byte("old"), "empty": nil, "one": []byte("1"), "big": big} {
		if err := f.Write(name, data); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Write("b", []byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := f.WriteStatus("a", []byte("status")); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a": "status", "b": "new", "empty": "", "one": "1", "big": string(big)}
	if diff := cmp.Diff(want, content(t, dir)); diff != "" {
		t.Error(diff)
	}
	for name, data := range want {
		got, err := f.Read(name, int64(len(data)))
		if err != nil || string(got) != data {
			t.Errorf("Read(%s) = %d bytes, %v, want %d bytes", name, len(got), err, len(data))
		}
		if size, err := f.Size(name); err != nil || size != int64(len(data)) {
			t.Errorf("Size(%s) = %d, %v, want %d", name, size, err, len(data))
		}
	}
	names, err := f.Names()
	if want := []string{"a", "b", "big", "empty", "one"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("Names() = %q, %v, want %q", names, err, want)
	}
}

func TestRemoveTakesTheFileAndForgivesItsAbsence(t *testing.T) {
	f := locked(t, t.TempDir())
	if err := f.Write("a", nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Remove("a"); err != nil {
			t.Fatal(err)
		}
		if names, err := f.Names(); err != nil || len(names) != 0 {
			t.Errorf("Names() = %q, %v, want none", names, err)
		}
	}
}

func TestMissingFolderIsAnErrorForReadersAndNotMadeByThem(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "later")
	reader, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := reader.Names(); names != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Names() = %q, %v, want fs.ErrNotExist", names, err)
	}
	if _, err := reader.Read("a", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read: %v, want fs.ErrNotExist", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
	if err := locked(t, dir).Write("a", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if got, err := reader.Read("a", 10); err != nil || string(got) != "x" {
		t.Errorf("Read after the writer came = %q, %v, want x", got, err)
	}
}

func TestWritingNeedsTheLock(t *testing.T) {
	dir := t.TempDir()
	f, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	ops := map[string]func() error{
		"Write":       func() error { return f.Write("a", nil) },
		"WriteStatus": func() error { return f.WriteStatus("a", nil) },
		"Append":      func() error { return f.Append("a", nil) },
		"Remove":      func() error { return f.Remove("a") },
	}
	for name, op := range ops {
		if err := op(); !errors.Is(err, durable.ErrNotLocked) || !strings.Contains(err.Error(), f.Path("a")) {
			t.Errorf("%s: %v, want ErrNotLocked with the path", name, err)
		}
	}
	if got := content(t, dir); len(got) != 0 {
		t.Errorf("the folder holds %q", got)
	}
}

func TestErrorsNameOperationAndPath(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := durable.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	under, err := durable.Open(filepath.Join(file, "under"))
	if err != nil {
		t.Fatal(err)
	}
	_, readErr := f.Read("a", 1)
	_, namesErr := f.Names()
	for _, tt := range []struct {
		err  error
		want string
	}{
		{f.Lock(), "durable: lock " + file + ": "},
		{under.Lock(), "durable: make folder " + under.Path("") + ": "},
		{readErr, "durable: read " + filepath.Join(file, "a") + ": "},
		{namesErr, "durable: list " + file + ": "},
	} {
		if tt.err == nil || !strings.HasPrefix(tt.err.Error(), tt.want) {
			t.Errorf("error %v, want %s…", tt.err, tt.want)
		}
	}
	if _, err := durable.Open(""); err == nil {
		t.Error("Open of an empty path succeeds")
	}
}

func TestAppendToAFileThatSomebodyHasReplaced(t *testing.T) {
	dir := t.TempDir()
	f := locked(t, dir)
	for _, tt := range []struct{ found, want string }{
		{"", "line\n"},
		{"short\n", "short\nline\n"},
		{"t", "line\n"},
	} {
		for range 5 {
			if err := f.Append("log", []byte("before")); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(f.Path("log"), []byte(tt.found), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := f.Append("log", []byte("line")); err != nil {
			t.Fatal(err)
		}
		if got := content(t, dir)["log"]; got != tt.want {
			t.Errorf("after %q: %q, want %q", tt.found, got, tt.want)
		}
	}
	if err := f.Append("log", []byte("two\nlines")); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("Append of two lines: %v, want fs.ErrInvalid", err)
	}
}

func TestTornLineOfAnyLengthIsCut(t *testing.T) {
	for _, n := range []int{1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200 << 10} {
		for _, whole := range []string{"", "line\n"} {
			dir := t.TempDir()
			f := locked(t, dir, durabletest.Unsynced)
			if err := os.WriteFile(f.Path("log"), []byte(whole+strings.Repeat("x", n)), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := f.Append("log", []byte("next")); err != nil {
				t.Fatal(err)
			}
			if got := content(t, dir)["log"]; got != whole+"next\n" {
				t.Errorf("%d torn bytes behind %q: %d bytes are left", n, whole, len(got))
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	f := locked(t, dir)
	if err := f.Write("ten", []byte("0123456789")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		want error
	}{
		{"ten", durable.ErrTooLarge},
		{"folder", durable.ErrNotRegular},
		{"absent", fs.ErrNotExist},
		{"../" + filepath.Base(dir) + "/ten", fs.ErrInvalid},
		{"folder/ten", fs.ErrInvalid},
		{`folder\ten`, fs.ErrInvalid},
		{filepath.Join(dir, "ten"), fs.ErrInvalid},
		{"..", fs.ErrInvalid},
		{".", fs.ErrInvalid},
		{"", fs.ErrInvalid},
		{".lock", fs.ErrInvalid},
	} {
		if data, err := f.Read(tt.name, 9); !errors.Is(err, tt.want) || data != nil {
			t.Errorf("Read(%q, 9) = %q, %v, want %v", tt.name, data, err, tt.want)
		}
		if tt.want == fs.ErrInvalid {
			if err := f.Write(tt.name, nil); !errors.Is(err, tt.want) {
				t.Errorf("Write(%q): %v, want %v", tt.name, err, tt.want)
			}
		}
	}
}

func TestReadersSeeAStatusWholeWhileItIsReplaced(t *testing.T) {
	dir := t.TempDir()
	f := locked(t, dir)
	status := func(i int) []byte { return bytes.Repeat(fmt.Appendf(nil, "%04d ", i), 2000) }
	if err := f.WriteStatus("open.json", status(0)); err != nil {
		t.Fatal(err)
	}
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range 300 {
			if err := f.WriteStatus("open.json", status(i)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 300 {
		got, err := f.Read("open.json", 1<<20)
		if err != nil {
			t.Error(err)
			break
		}
		var i int
		if _, err := fmt.Sscanf(string(got[:5]), "%04d ", &i); err != nil || !bytes.Equal(got, status(i)) {
			t.Errorf("torn status of %d bytes: %.20q", len(got), got)
			break
		}
	}
	writer.Wait()
}
