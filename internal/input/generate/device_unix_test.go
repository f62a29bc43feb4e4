//go:build unix

package generate_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hotspot/internal/input/generate"
)

// As root an output of /dev/null would have become a file.
func TestAPipeOrADeviceIsNotReplacedByAFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := generate.Run(t.Context(), generate.Config{Output: pipe, Rows: 10})
	if err == nil || !strings.Contains(err.Error(), "is a folder or a device") {
		t.Errorf("Run = %v, want an error that names the pipe", err)
	}
	if info, err := os.Stat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe is %v, %v", info, err)
	}
}
