package batch_test

import (
	"errors"
	"slices"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/batch"
	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit/durabletest"
)

// Batch 1 is committed and batch 2 is being published when the process ends,
// at every point that the hook names. Publishing again ends as if nothing had
// been.
func TestEndAtEveryPointOfPublish(t *testing.T) {
	cut, _ := fill(five, testRows(10))
	points := []string{}
	for _, kind := range []string{"csv", "manifest"} {
		for _, step := range []string{"open", "half", "written", "synced", "renamed", "dirsynced"} {
			points = append(points, kind+"."+step)
		}
	}
	for i, point := range points {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			publish(t, dir, cut[0])
			f, end := writer(t, dir, durabletest.Points(durabletest.Unsynced, func(at string) {
				if at == point {
					panic(at)
				}
			}))
			if !panics(func() { f.Publish(cut[1]) }) {
				t.Fatal("this point is never reached")
			}
			end()
			committed := 1
			if i >= slices.Index(points, "manifest.renamed") {
				committed = 2
			}
			afterwards(t, dir, cut, committed, committed)
		})
	}
}

// The same at every call of the file system.
func TestEndAtEveryCallOfPublish(t *testing.T) {
	cut, _ := fill(five, testRows(10))
	for n := 0; ; n++ {
		dir := t.TempDir()
		publish(t, dir, cut[0])
		fs, stopped := durabletest.StopAt(durabletest.Unsynced, n+3) // Lock is three calls
		f, end := writer(t, dir, fs)
		err := f.Publish(cut[1])
		end()
		if (err != nil) != stopped() {
			t.Fatalf("call %d: stopped %t, error %v", n, stopped(), err)
		}
		if !stopped() {
			if n < 13 {
				t.Errorf("Publish took %d calls only", n)
			}
			return
		}
		afterwards(t, dir, cut, 1, 2)
	}
}

// A call that fails once leaves a folder in which Publish succeeds.
func TestPublishAfterAnyFailedCall(t *testing.T) {
	cut, _ := fill(five, testRows(10))
	for n := 0; ; n++ {
		dir := t.TempDir()
		publish(t, dir, cut[0])
		fs, failed := durabletest.FailAt(durabletest.Unsynced, n+3, syscall.EIO)
		f, end := writer(t, dir, fs)
		err := f.Publish(cut[1])
		if (err != nil) != failed() || err != nil && !errors.Is(err, syscall.EIO) {
			t.Fatalf("call %d: failed %t, error %v", n, failed(), err)
		}
		if !failed() {
			return
		}
		if err := f.Publish(cut[1]); err != nil {
			t.Errorf("call %d: again: %v", n, err)
		}
		end()
		afterwards(t, dir, cut, 2, 2)
	}
}

// afterwards checks that a reader finds between least and most of the batches,
// whole, and that publishing the last one again gives the uninterrupted folder.
func afterwards(t *testing.T, dir string, cut []*batch.Batch, least, most int) {
	t.Helper()
	d, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	ms, err := batch.OpenFolder(d).Manifests()
	if err != nil || len(ms) < least || len(ms) > most {
		t.Fatalf("a reader finds %d batches, %v, want %d … %d", len(ms), err, least, most)
	}
	if diff := cmp.Diff(manifests(cut[:len(ms)]), ms); diff != "" {
		t.Error(diff)
	}
	for i, m := range ms {
		if csv, err := batch.OpenFolder(d).CSV(m); err != nil || string(csv) != string(cut[i].CSV) {
			t.Errorf("CSV(%d) = %d bytes, %v", m.Batch, len(csv), err)
		}
	}
	publish(t, dir, cut[1])
	want := map[string]string{}
	for _, b := range cut {
		want[batch.CSVName(b.Manifest.Batch)] = string(b.CSV)
		want[batch.ManifestName(b.Manifest.Batch)] = string(b.Manifest.Encode())
	}
	if diff := cmp.Diff(want, files(t, dir)); diff != "" {
		t.Error(diff)
	}
}
