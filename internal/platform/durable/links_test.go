//go:build !windows

package durable_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit"
	"hotspot/internal/testkit/durabletest"
)

// within fails the test when f hangs.
func within(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(testkit.Patience):
		t.Fatal("it hangs")
	}
}

func TestLinksAndPipesAreRefusedAtOnce(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	f := locked(t, dir)
	if err := f.Write("inside", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"to-outside": outside, "to-inside": "inside", "dangling": "absent"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	within(t, func() {
		for _, name := range []string{"to-outside", "to-inside", "dangling", "pipe"} {
			if data, err := f.Read(name, 100); !errors.Is(err, durable.ErrNotRegular) {
				t.Errorf("Read(%s) = %q, %v, want ErrNotRegular", name, data, err)
			}
			if err := f.Append(name, []byte("x")); !errors.Is(err, durable.ErrNotRegular) {
				t.Errorf("Append(%s): %v, want ErrNotRegular", name, err)
			}
			if err := f.Write(name, []byte("mine")); err != nil {
				t.Errorf("Write(%s): %v", name, err)
			}
			if got, err := f.Read(name, 100); err != nil || string(got) != "mine" {
				t.Errorf("Read(%s) after Write = %q, %v, want mine", name, got, err)
			}
		}
	})
	for path, want := range map[string]string{outside: "secret\n", filepath.Join(dir, "inside"): "x"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s = %q, %v, want %q", path, got, err, want)
		}
	}
}

func TestLockRefusesALinkOrPipeInItsPlace(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, put := range map[string]func(path string) error{
		"link": func(path string) error { return os.Symlink(outside, path) },
		"pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := put(filepath.Join(dir, ".lock")); err != nil {
				t.Fatal(err)
			}
			f, err := durable.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			within(t, func() {
				if err := f.Lock(); !errors.Is(err, durable.ErrNotRegular) {
					t.Errorf("Lock: %v, want ErrNotRegular", err)
				}
			})
		})
	}
	if got, err := os.ReadFile(outside); err != nil || string(got) != "precious" {
		t.Errorf("outside = %q, %v", got, err)
	}
}

// A name that turns from a file into a link or a pipe and back must not be
// read through, nor waited on, at any moment.
func TestNameThatChangesHandsWhileItIsOpened(t *testing.T) {
	dir := t.TempDir()
	f := locked(t, dir, durabletest.Unsynced)
	if err := f.Write("other", []byte("other")); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var changer sync.WaitGroup
	changer.Go(func() {
		made := filepath.Join(dir, "made")
		for {
			for _, err := range []error{
				f.WriteStatus("name", []byte("mine")),
				os.Symlink("other", made), os.Rename(made, f.Path("name")),
				f.WriteStatus("name", []byte("mine")),
				syscall.Mkfifo(made, 0o600), os.Rename(made, f.Path("name")),
			} {
				if err != nil {
					t.Error(err)
					return
				}
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	within(t, func() {
		for range 20_000 {
			data, err := f.Read("name", 100)
			if err == nil && string(data) != "mine" || err != nil && !errors.Is(err, durable.ErrNotRegular) && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Read = %q, %v", data, err)
				break
			}
		}
	})
	close(stop)
	changer.Wait()
}
