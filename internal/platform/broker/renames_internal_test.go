package broker

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// kfake's error at its first start on Windows names a rename for every file, and
// at its end beside what went wrong otherwise.
func TestRenamesThatTheSystemRefusedAreDoneLater(t *testing.T) {
	const refusal, other = syscall.Errno(32), syscall.Errno(28)
	disk := errors.New("the disk is full")
	folder := t.TempDir()
	rename := func(name string, code syscall.Errno) error {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path+".tmp", []byte("new"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		return &os.LinkError{Op: "rename", Old: path + ".tmp", New: path, Err: code}
	}
	gone := &os.LinkError{Op: "rename", Old: filepath.Join(folder, "gone.tmp"), New: filepath.Join(folder, "gone"), Err: refusal}
	for _, tt := range []struct {
		name string
		err  error
		left error // nil when nothing is left of err
		done []string
	}{
		{"one", rename("a", refusal), nil, []string{"a"}},
		{"all of several", fmt.Errorf("persisting: %w", errors.Join(rename("b", refusal), rename("c", refusal))), nil, []string{"b", "c"}},
		{"one beside a failure", errors.Join(rename("d", refusal), fmt.Errorf("writing: %w", disk)), disk, []string{"d"}},
		{"for another reason", rename("e", other), other, nil},
		{"nothing to rename", disk, disk, nil},
		{"without its file", gone, os.ErrNotExist, nil},
	} {
		left := finishRenames(tt.err, refusal)
		if tt.left == nil && left != nil || !errors.Is(left, tt.left) {
			t.Errorf("%s: %v is left, want %v", tt.name, left, tt.left)
		}
		for _, name := range tt.done {
			if got, _ := os.ReadFile(filepath.Join(folder, name)); string(got) != "new" {
				t.Errorf("%s: %s holds %q, want the new content", tt.name, name, got)
			}
		}
	}
	if got, _ := os.ReadFile(filepath.Join(folder, "e")); string(got) != "old" {
		t.Errorf("a rename that failed for another reason was done: %q", got)
	}
}
