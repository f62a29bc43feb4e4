package durable_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit/durabletest"
)

// Absent, forbidden and misplaced are three things, and none of them is empty.
func TestWhyIsTheSystemsReasonWithoutAPath(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	list := func(path string, err error) error {
		fs := durabletest.Spy(durable.OS, func(durabletest.Call) error { return err })
		f, openErr := durable.Open(path, fs)
		if openErr != nil {
			t.Fatal(openErr)
		}
		_, err = f.Names()
		return err
	}
	read := func(name string) error {
		f, err := durable.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Read(name, 1)
		return err
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	failed := func(number syscall.Errno) error { return &os.PathError{Op: "open", Path: dir, Err: number} }
	notDirectory := "not a directory"
	if runtime.GOOS == "windows" {
		notDirectory = "no such folder" // the system says no more of a path that goes through a file
	}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{list(filepath.Join(dir, "typo"), nil), "no such folder"},
		{list(file, nil), notDirectory},
		{list(dir, failed(syscall.EACCES)), "permission denied"},
		{list(dir, failed(syscall.EIO)), syscall.EIO.Error()},
		{read("folder"), "not a regular file"},
		{fmt.Errorf("read %s: %w", dir, errors.New("torn")), "the system does not say why"},
	} {
		if got := durable.Why(tt.err); got != tt.want || strings.Contains(got, dir) {
			t.Errorf("Why(%v) = %q, want %q", tt.err, got, tt.want)
		}
	}
}
