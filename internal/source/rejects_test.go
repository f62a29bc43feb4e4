package source_test

import (
	"encoding/base64"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/testkit/rowtest"

	"github.com/google/go-cmp/cmp"
)

// pass writes what was rejected of a file, as one pass over it.
func pass(t *testing.T, path string, rejects []*source.RowError) {
	t.Helper()
	r := source.NewRejects(path)
	defer r.Close()
	for _, e := range rejects {
		if err := r.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Publish(); err != nil {
		t.Fatal(err)
	}
}

// TestRejectFile: its form, that the raw bytes come back from it, and that a
// pass without rejects leaves none.
func TestRejectFile(t *testing.T) {
	bad := rowtest.Line("GEO_LAT", "abc")
	o := readString("\ufeff" + rowtest.Header() + rowtest.Line() + bad + "x,\x00\n")
	dir := t.TempDir()
	path := filepath.Join(dir, "rejects.csv")
	pass(t, path, o.rejects)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	offset := 3 + len(rowtest.Header()) + len(rowtest.Line())
	want := [][]string{
		{"line", "byte_offset", "reason", "column", "raw_base64"},
		{"3", itoa(int64(offset)), "not_a_number", "GEO_LAT", base64.StdEncoding.EncodeToString([]byte(strings.TrimSuffix(bad, "\n")))},
		{"4", itoa(int64(offset + len(bad))), "missing_columns", "OFFENSE_CODE", base64.StdEncoding.EncodeToString([]byte("x,\x00"))},
	}
	if diff := cmp.Diff(want, records); diff != "" {
		t.Error(diff)
	}
	f.Close()
	pass(t, path, nil)
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("a pass without rejects left %v, %v", left, err)
	}
	pass(t, "", o.rejects)
	pass(t, os.DevNull, o.rejects)
}

// What lies where rejects would be is removed or replaced only when it is rejects.
func TestAFileOfSomethingElseIsNoRejects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crime.csv.rejects.csv")
	for _, tt := range []struct {
		content string
		refused bool
	}{
		{"", false},
		{"line,byte_offset,reason,column,raw_base64\n", false},
		{"line", true},
		{"my own notes on what was rejected\n", true},
	} {
		if err := os.WriteFile(path, []byte(tt.content), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{source.CheckRejects(path), source.NewRejects(path).Publish()} {
			if (err != nil) != tt.refused || err != nil && !usage.Is(err) {
				t.Errorf("%q: %v", tt.content, err)
			}
		}
		if _, err := os.Stat(path); (err == nil) != tt.refused {
			t.Errorf("%q: afterwards: %v", tt.content, err)
		}
	}
}
