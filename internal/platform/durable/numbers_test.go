package durable_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit/durabletest"
)

func thing(n int) string { return fmt.Sprintf("thing-%06d.json", n) }

// put makes empty files.
func put(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNumbersAreThoseOfExactNamesInOrder(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, thing(1_000_000), thing(999_999), thing(1_000_001),
		"thing-000000.json", "thing-00007.json", "thing-0000008.json", "thing--00009.json", "thing-000010.csv", "thing-000011.partial.json",
		"other-000012.json", "thing-000013.json.old", "t", "thing-", "thing-99999999999999999999.json")
	f, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Numbers(thing)
	if want := []int{999_999, 1_000_000, 1_000_001}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Numbers() = %v, %v, want %v", got, err, want)
	}
}

// late lists a folder as a reader may find it while files are written: the
// first time without one that was there before the last one.
type late struct {
	durable.FS
	hides string
	lists int
}

func (l *late) List(dir string) ([]string, error) {
	names, err := l.FS.List(dir)
	if l.lists++; l.lists == 1 {
		names = slices.DeleteFunc(names, func(name string) bool { return name == l.hides })
	}
	return names, err
}

func TestNumberThatAListingMissesIsLookedForOnceMore(t *testing.T) {
	for _, tt := range []struct {
		name  string
		there []int
		hides int
		want  []int
		lists int
	}{
		{"nothing missing", []int{4, 5, 6}, 0, []int{4, 5, 6}, 1},
		{"missed by the listing", []int{4, 5, 6}, 5, []int{4, 5, 6}, 2},
		{"missing in the folder", []int{4, 6}, 0, []int{4, 6}, 2},
		{"nothing at all", nil, 0, nil, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, n := range tt.there {
				put(t, dir, thing(n))
			}
			fs := &late{FS: durable.OS, hides: thing(tt.hides)}
			f, err := durable.Open(dir, fs)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.Numbers(thing)
			if err != nil || !slices.Equal(got, tt.want) || fs.lists != tt.lists {
				t.Errorf("Numbers() = %v, %v after %d listings, want %v after %d", got, err, fs.lists, tt.want, tt.lists)
			}
		})
	}
}

func TestNumbersOfAFolderThatCannotBeListed(t *testing.T) {
	fs, stopped := durabletest.StopAt(durable.OS, 0)
	f, err := durable.Open(t.TempDir(), fs)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Numbers(thing); err == nil || !stopped() {
		t.Errorf("Numbers() = %v, %v, want the error of the file system", got, err)
	}
}
