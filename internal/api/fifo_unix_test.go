//go:build unix

package api_test

import (
	"syscall"
	"testing"
)

func TestANamedPipeIsRefusedAndNotWaitedFor(t *testing.T) {
	f := newFolder(t, 2)
	s := loaded(t, f.dir)
	for _, name := range []string{"model-000002.json", "batch-000002.json", "open.json"} {
		if name != "open.json" {
			f.remove(name)
		}
		if err := syscall.Mkfifo(f.path(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	load(t, s)
	if r := ready(t, s); len(r.Models) != 2 || len(r.Refused) != 3 {
		t.Errorf("%+v, want both models still and three files refused", r)
	}
}
