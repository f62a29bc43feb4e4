package durable_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/platform/durable"
)

// childDir makes the test binary a process that locks the folder and waits to
// be killed.
const childDir = "DURABLE_TEST_CHILD_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		f, err := durable.Open(dir)
		if err == nil {
			err = f.Lock()
		}
		fmt.Println("locked", err)
		os.Stdin.Read(make([]byte, 1)) // until the parent ends
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestLockNamesItsHolderAndIsFreedByKill(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if line != "locked <nil>\n" || err != nil {
		t.Fatalf("child says %q, %v", line, err)
	}

	f, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = f.Lock()
	var held *durable.LockedError
	if !errors.As(err, &held) || held.PID != child.Process.Pid || held.Path != dir {
		t.Fatalf("Lock: %v, want a *LockedError of process %d", err, child.Process.Pid)
	}
	for _, want := range []string{dir, strconv.Itoa(child.Process.Pid), "stop it"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not hold %q", err, want)
		}
	}

	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	if err := f.Lock(); err != nil {
		t.Fatalf("Lock after kill -9: %v", err)
	}
	defer f.Unlock()
	text, err := os.ReadFile(filepath.Join(dir, ".lock"))
	if got := strings.TrimSpace(string(text)); err != nil || got != strconv.Itoa(os.Getpid()) {
		t.Errorf(".lock holds %q, %v, want %d", got, err, os.Getpid())
	}
}

func TestLockIsHeldOnce(t *testing.T) {
	dir := t.TempDir()
	f := locked(t, dir)
	other, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var held *durable.LockedError
	if err := other.Lock(); !errors.As(err, &held) || held.PID != os.Getpid() {
		t.Errorf("Lock of another Folder: %v, want a *LockedError of this process", err)
	}
	if err := f.Lock(); err == nil {
		t.Error("a second Lock of the same Folder succeeds")
	}
	for range 2 {
		if err := f.Unlock(); err != nil {
			t.Errorf("Unlock: %v", err)
		}
	}
	if err := other.Lock(); err != nil {
		t.Errorf("Lock after Unlock: %v", err)
	}
	if err := other.Unlock(); err != nil {
		t.Error(err)
	}
}

// slowOS runs a function before it opens a file.
type slowOS struct {
	durable.FS
	before func()
}

func (s slowOS) Open(path string) (durable.Source, error) {
	s.before()
	return s.FS.Open(path)
}

// Reading the process id can take long, and a consumer that begins meanwhile must
// not be told that the folder is in use.
func TestWhoAsksForTheHolderLetsOthersLock(t *testing.T) {
	dir := t.TempDir()
	f := locked(t, dir, durable.OS)
	if err := f.Unlock(); err != nil {
		t.Fatal(err)
	}
	real, asked := durable.OS, false
	defer func() { durable.OS = real }()
	durable.OS = slowOS{real, func() {
		if asked {
			return // a Lock that is refused asks who has it
		}
		asked = true
		if err := f.Lock(); err != nil {
			t.Errorf("Lock while the process id is read: %v", err)
		}
	}}
	pid, held, err := durable.Holder(dir)
	if !asked || pid != os.Getpid() || held || err != nil {
		t.Errorf("asked %t, process %d, held %t, %v; want %d that has it no longer", asked, pid, held, err, os.Getpid())
	}
}

func TestLockRemovesTemporaryFilesAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".tmp-batch-000001.csv-0a1b2c3d", ".tmp-x", ".keep", "tmp-y", "batch-000001.csv"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	locked(t, dir)
	want := map[string]string{".keep": "", "tmp-y": "", "batch-000001.csv": ""}
	if diff := cmp.Diff(want, content(t, dir)); diff != "" {
		t.Error(diff)
	}
}
