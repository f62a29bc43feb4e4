// Package memtest measures what code under test allocates. Only tests import
// it; it imports nothing of ours, so that every package's tests can.
package memtest

import (
	"runtime/metrics"
	"testing"
)

// FuzzMax is what one input of a fuzz test may allocate in all, in bytes. What
// is allocated in all bounds what is held at once.
const FuzzMax = 64 << 20

// Allocated returns the bytes that the process allocates while f runs, exact
// to some 100 KiB: small objects are counted a span at a time. Unlike
// runtime.ReadMemStats it does not stop the world, so that a fuzz test can
// afford it for every input.
func Allocated(f func()) uint64 {
	before := heap()
	f()
	return heap() - before
}

func heap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// Bounded fails the test when f allocates more than FuzzMax.
func Bounded(t testing.TB, f func()) {
	t.Helper()
	if used := Allocated(f); used > FuzzMax {
		t.Errorf("%d MiB were allocated, want at most %d", used>>20, FuzzMax>>20)
	}
}
