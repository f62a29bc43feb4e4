package harness_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hotspot/internal/testkit"
)

// G8 on a disk that is really full: a file system of 1 MiB. The consumer says
// so in /readyz, tears nothing, and goes on by itself when there is room. Only
// root can mount one.
func TestAFullDiskOfTheSystem(t *testing.T) {
	t.Parallel()
	const rows, size = 8000, 1000 // about 2 MB
	mount := t.TempDir()
	if err := syscall.Mount("tmpfs", mount, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("a file system of 1 MiB cannot be mounted: %v", err)
	}
	t.Cleanup(func() { // after the child has been killed
		if err := syscall.Unmount(mount, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	want := undisturbed(t, rows, size)
	b := badBroker(t, newRNG(seed(t)))
	c := child{Role: "producer", Broker: b.Addr(), Topic: "t", Input: want.input, BatchSize: size, Batches: want.batches()}
	finish(t, c)
	c.Role, c.Dir, c.Metrics = "consumer", filepath.Join(mount, "out"), testkit.FreeAddress(t)
	p := start(t, c)
	testkit.Eventually(t, "/readyz says that the disk is full", func() bool {
		code, body := ready(c.Metrics)
		return code == http.StatusServiceUnavailable && strings.Contains(body, syscall.ENOSPC.Error())
	})
	w := watch(want, c.Dir)
	if err := w.check(t); err != nil {
		t.Errorf("on the full disk: %v", err)
	}
	full := w.batches
	if full == 0 || full == want.batches() {
		t.Errorf("the disk was full after %d batches of %d", full, want.batches())
	}
	// And dead on the full disk, to begin again there.
	p.kill()
	if err := w.check(t); err != nil {
		t.Errorf("after kill -9 on the full disk: %v", err)
	}
	p = start(t, c)
	testkit.Eventually(t, "/readyz says again that the disk is full", func() bool {
		code, body := ready(c.Metrics)
		return code == http.StatusServiceUnavailable && strings.Contains(body, syscall.ENOSPC.Error())
	})
	if err := syscall.Mount("tmpfs", mount, "tmpfs", syscall.MS_REMOUNT, "size=16m"); err != nil {
		t.Fatal(err)
	}
	if s := p.wait(); !s.Success() {
		t.Errorf("with room again: %s\n%s", s, p.err.String())
	}
	w.complete(t)
	t.Logf("full after %d of %d batches, killed there, mended, whole", full, want.batches())
}
