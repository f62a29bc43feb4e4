package durable_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit/durabletest"

	"github.com/google/go-cmp/cmp"
)

func begin(t *testing.T, path, text string) *durable.Draft {
	t.Helper()
	d, err := durable.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	if _, err := d.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return d
}

func folderNames(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestDraftIsWholeOrAbsent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	path := filepath.Join(dir, "crime.csv")
	for _, text := range []string{"first", "second"} {
		d := begin(t, path, text)
		if old, _ := os.ReadFile(path); string(old) == text {
			t.Error("it is visible before it is published")
		}
		if err := d.Publish(); err != nil {
			t.Fatal(err)
		}
		d.Close()
		if got, err := os.ReadFile(path); string(got) != text || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	begin(t, path, "dropped").Close()
	if got, _ := os.ReadFile(path); string(got) != "second" {
		t.Errorf("a dropped draft left %q", got)
	}
	if diff := cmp.Diff([]string{"crime.csv"}, folderNames(t, dir)); diff != "" {
		t.Error(diff)
	}
	for _, path := range []string{dir, os.DevNull} {
		_, err := durable.Create(path)
		var output durable.OutputError
		if !errors.As(err, &output) || !output.Usage() {
			t.Errorf("Create(%s) = %v, want an OutputError", path, err)
		}
	}
	if _, err := durable.Create(filepath.Join(path, "a")); err == nil {
		t.Error("a file was made in a file")
	}
}

// A killed writer cannot remove its draft; the next writer of the same path does.
func TestDraftOfAKilledWriterIsRemoved(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "crime.csv")
	others := []string{".tmp-crime.csv-old-01234567", ".tmp-crime.csv.meta.json-01234567"}
	for _, name := range append(others, ".tmp-crime.csv-01234567") {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := begin(t, path, "rows").Publish(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append(others, "crime.csv"), folderNames(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// A disk that is full at any call leaves the file of before, and no draft.
func TestADraftThatFailsLeavesTheFileOfBefore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	if err := os.WriteFile(path, []byte("before"), 0o644); err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		fs, failed := durabletest.FailAt(durable.OS, n, syscall.ENOSPC)
		err := func() error {
			d, err := durable.CreateOn(fs, path)
			if err != nil {
				return err
			}
			defer d.Close()
			if _, err := d.Write(make([]byte, 1<<20)); err != nil {
				return err
			}
			return d.Publish()
		}()
		if !failed() {
			break
		}
		got, _ := os.ReadFile(path)
		if whole := string(got) == "before" || len(got) == 1<<20; !whole || err != nil && len(folderNames(t, dir)) != 1 {
			t.Fatalf("call %d failed: %v; left %d bytes, and %v", n, err, len(got), folderNames(t, dir))
		}
		if err := os.WriteFile(path, []byte("before"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnOutputNeverReplacesAnInputOrALink(t *testing.T) {
	dir := t.TempDir()
	input := filepath.Join(dir, "in.csv")
	if err := os.WriteFile(input, []byte("rows"), 0o644); err != nil {
		t.Fatal(err)
	}
	byLink, byName, toNothing := filepath.Join(dir, "link"), filepath.Join(dir, "name"), filepath.Join(dir, "nothing")
	if err := errors.Join(os.Symlink("in.csv", byLink), os.Link(input, byName), os.Symlink("absent", toNothing)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{input, filepath.Join(dir, "..", filepath.Base(dir), "in.csv"), byLink, byName, toNothing} {
		var output durable.OutputError
		if err := durable.CheckOutput(path, "", "absent", input); !errors.As(err, &output) {
			t.Errorf("CheckOutput(%s) = %v, want an OutputError", path, err)
		}
	}
	for _, path := range []string{filepath.Join(dir, "out.csv"), input} {
		if err := durable.CheckOutput(path, "", "absent", byLink+"-2"); err != nil {
			t.Errorf("CheckOutput(%s) = %v", path, err)
		}
	}
}
