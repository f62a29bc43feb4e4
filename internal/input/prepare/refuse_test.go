package prepare_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/input/prepare"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// TestPrepareRefuses: nothing is written, and the error is one of usage.
func TestPrepareRefuses(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in.csv")
	write := func(s string) string {
		if err := os.WriteFile(in, []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
		return in
	}
	write(cityHeader + cityRow("20201", "7/27/2020 10:09:00 PM", "A ST"))
	out, link := filepath.Join(dir, "out.csv"), filepath.Join(dir, "link.csv")
	mapping, noted := filepath.Join(dir, "map.meta.json"), filepath.Join(dir, "noted.csv")
	if err := errors.Join(os.Symlink(in, link), os.WriteFile(mapping, []byte("columns: {}\n"), 0o644),
		os.WriteFile(source.RejectsPath(noted), []byte("notes\n"), 0o644),
		os.WriteFile(source.MetaPath(in), []byte(`{"format":"hotspot.source/2","title":"x","invented":false,"filter":"","blur_m":null,"rows":1,"no_location":0,"origin":null,"bounds":null}`), 0o644)); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		c    prepare.Config
		want []string
	}{
		{"nothing given", prepare.Config{}, []string{"no input", "no output"}},
		{"title", prepare.Config{Input: in, Output: out, Title: "a\nb"}, []string{"control"}},
		{"own input", prepare.Config{Input: in, Output: in}, []string{"overwrite the input"}},
		{"own input through a link", prepare.Config{Input: in, Output: link}, []string{"link.csv is a link"}},
		{"own mapping", prepare.Config{Input: in, Output: mapping, Columns: mapping}, []string{"overwrite the input " + mapping}},
		{"the sidecar is the mapping", prepare.Config{Input: in, Output: mapping[:len(mapping)-len(".meta.json")], Columns: mapping}, []string{"overwrite the input " + mapping}},
		{"the input's sidecar", prepare.Config{Input: in, Output: source.MetaPath(in)}, []string{"overwrite the input"}},
		{"notes where the rejects go", prepare.Config{Input: in, Output: noted}, []string{"noted.csv.rejects.csv is no file of this command"}},
		{"missing", prepare.Config{Input: in + ".no", Output: out}, []string{"no such file"}},
		{"all at once", prepare.Config{Title: "\xff"}, []string{"no input", "no output", "UTF-8"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := prepare.Run(t.Context(), tt.c)
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q does not tell %q", err, w)
				}
			}
			if !usage.Is(err) {
				t.Errorf("%v is not an error of usage", err)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("something was written")
			}
		})
	}
	bad := write(cityHeader + "1,2\n3,4\n")
	_, err := prepare.Run(t.Context(), prepare.Config{Input: bad, Output: out})
	if err == nil || usage.Is(err) || !strings.Contains(err.Error(), "none of 2 rows can be read, as "+bad+":2: OFFENSE_ID: missing columns") {
		t.Errorf("nothing but rejects: %v", err)
	}
	if _, err := os.Stat(source.RejectsPath(out)); err != nil {
		t.Errorf("the rejects are not told: %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file without rows was written")
	}
}

// TestPrepareEndsWithItsContext leaves nothing behind.
func TestPrepareEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in.csv")
	rows := strings.Repeat(cityRow("20201", "7/27/2020 10:09:00 PM", "A ST"), 20_000)
	if err := os.WriteFile(in, []byte(cityHeader+rows), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	calls := 0
	_, err := prepare.Run(ctx, prepare.Config{
		Input: in, Output: filepath.Join(dir, "out.csv"),
		Progress: func(done, total int64) {
			if calls++; calls == 3 {
				cancel()
			}
			if done > total || total != int64(len(cityHeader)+len(rows)) {
				t.Errorf("progress %d of %d", done, total)
			}
		},
	})
	if !errors.Is(err, context.Canceled) || calls != 3 {
		t.Errorf("error %v after %d calls", err, calls)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left %v", entries)
	}
}
