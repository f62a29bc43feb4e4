package durable_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit"
	"hotspot/internal/testkit/durabletest"
)

// The order of write, sync and rename is the promise of this package: kill -9
// cannot find a missing fsync, this list does.
func TestOrderOfCalls(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "above", "folder")
	var calls []string
	record := durabletest.Spy(durable.OS, func(c durabletest.Call) error {
		calls = append(calls, " "+c.String())
		return nil
	})
	hook := func(point string) { calls = append(calls, " * "+point) }
	f, err := durable.Open(dir, durabletest.Points(record, hook))
	if err != nil {
		t.Fatal(err)
	}
	tear := func() error {
		file, err := os.OpenFile(f.Path("log.ndjson"), os.O_WRONLY|os.O_APPEND, 0)
		if err == nil {
			_, err = file.WriteString(`{"torn`)
			err = cmpErr(err, file.Close())
		}
		return err
	}
	reopen := func() error {
		if err := f.Unlock(); err != nil {
			return err
		}
		f, err = durable.Open(dir, durabletest.Points(record, hook))
		return cmpErr(err, f.Lock())
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"lock", f.Lock},
		{"write", func() error { return f.Write("batch-000001.csv", []byte("12345")) }},
		{"write over it", func() error { return f.Write("batch-000001.csv", []byte("1234567")) }},
		{"write status", func() error { return f.WriteStatus("open.json", []byte("{}\n")) }},
		{"append to a new file", func() error { return f.Append("log.ndjson", []byte("{}\n")) }},
		{"append once more", func() error { return f.Append("log.ndjson", []byte("{}")) }},
		{"(the last line is torn)", tear},
		{"append after a torn line", func() error { return f.Append("log.ndjson", []byte("{}")) }},
		{"(the process ends)", func() error { return cmpErr(tear(), os.WriteFile(f.Path(".tmp-open.json-01234567"), nil, 0o600)) }},
		{"lock again", reopen},
		{"append in a new process", func() error { return f.Append("log.ndjson", []byte("{}")) }},
		{"remove", func() error { return f.Remove("batch-000001.csv") }},
		{"remove nothing", func() error { return f.Remove("batch-000001.csv") }},
	} {
		calls = append(calls, step.name)
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
	}
	f.Unlock()
	testkit.Golden(t, "testdata/order.golden", strings.Join(calls, "\n")+"\n")
	want := map[string]string{"log.ndjson": "{}\n{}\n{}\n{}\n", "open.json": "{}\n"}
	if diff := cmp.Diff(want, content(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// A process that ends at a named point leaves all of the old content before
// the rename and all of the new one after it.
func TestEndAtEveryPointLeavesOldOrNew(t *testing.T) {
	for _, tt := range []struct{ point, want string }{
		{"a.open", "old"},
		{"a.half", "old"},
		{"a.written", "old"},
		{"a.synced", "old"},
		{"a.renamed", "the new content"},
		{"a.dirsynced", "the new content"},
	} {
		t.Run(tt.point, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "a"), []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			f := locked(t, dir, durabletest.Points(durable.OS, func(point string) {
				if point == tt.point {
					panic(point)
				}
			}))
			if got := panics(func() { f.Write("a", []byte("the new content")) }); got != tt.point {
				t.Fatalf("stopped at %v", got)
			}
			f.Unlock() // as the end of a process does
			names, err := f.Names()
			if err != nil || len(names) != 1 {
				t.Errorf("before the clean-up a reader sees %q, %v", names, err)
			}
			locked(t, dir)
			if diff := cmp.Diff(map[string]string{"a": tt.want}, content(t, dir)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func panics(f func()) (point any) {
	defer func() { point = recover() }()
	f()
	return nil
}

// work is what the next tests interrupt: a file written over, a new file, two
// lines appended, a file removed; from step from on.
func work(f *durable.Folder, from int) (done int, err error) {
	steps := []func() error{
		f.Lock,
		func() error { return f.Write("a", []byte("new a")) },
		func() error { return f.Write("b", []byte("new b")) },
		func() error { return f.Append("log", []byte("line 1")) },
		func() error { return f.Append("log", []byte("line 2")) },
		func() error { return f.Remove("c") },
	}
	for done = from; done < len(steps); done++ {
		if err := steps[done](); err != nil {
			return done, err
		}
	}
	return done, nil
}

// states are the contents of the folder after each step of work.
func states() []map[string]string {
	return []map[string]string{
		{"a": "old a", "c": "old c", "log": "line 0\n"},
		{"a": "old a", "c": "old c", "log": "line 0\n"},
		{"a": "new a", "c": "old c", "log": "line 0\n"},
		{"a": "new a", "b": "new b", "c": "old c", "log": "line 0\n"},
		{"a": "new a", "b": "new b", "c": "old c", "log": "line 0\nline 1\n"},
		{"a": "new a", "b": "new b", "c": "old c", "log": "line 0\nline 1\nline 2\n"},
		{"a": "new a", "b": "new b", "log": "line 0\nline 1\nline 2\n"},
	}
}

func startState(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"a": "old a", "c": "old c", "log": "line 0\nline to", ".tmp-a-89abcdef": "ol"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// whole is the content of dir as readers take it, without a torn last line.
func whole(t *testing.T, dir string) map[string]string {
	t.Helper()
	got := content(t, dir)
	got["log"] = got["log"][:strings.LastIndex(got["log"], "\n")+1]
	return got
}

func TestEndAtEveryCallLeavesOldOrNew(t *testing.T) {
	for n := 0; ; n++ {
		dir := startState(t)
		fs, stopped := durabletest.StopAt(durabletest.Unsynced, n)
		f, err := durable.Open(dir, fs)
		if err != nil {
			t.Fatal(err)
		}
		done, err := work(f, 0)
		f.Unlock()
		if (err != nil) != stopped() {
			t.Fatalf("call %d: stopped %t, error %v", n, stopped(), err)
		}
		if !stopped() {
			if n < 30 {
				t.Errorf("work took %d calls only", n)
			}
			return
		}

		locked(t, dir).Unlock()
		got, states := whole(t, dir), states()
		if before, after := cmp.Diff(states[done], got), cmp.Diff(states[done+1], got); before != "" && after != "" {
			t.Errorf("call %d, step %d: neither the old state nor the new:\n%s", n, done, before)
		}
		again(t, n, dir)
	}
}

// again does the work in a new process; a line that was appended before the
// end stands there twice, which is the caller's to see.
func again(t *testing.T, n int, dir string) {
	t.Helper()
	before := whole(t, dir)["log"]
	f, err := durable.Open(dir, durabletest.Unsynced)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Unlock()
	if _, err := work(f, 0); err != nil {
		t.Errorf("call %d: the work again: %v", n, err)
	}
	want := map[string]string{"a": "new a", "b": "new b", "log": before + "line 1\nline 2\n"}
	if diff := cmp.Diff(want, content(t, dir)); diff != "" {
		t.Errorf("call %d: after the work again: %s", n, diff)
	}
}

// A call that fails once leaves old or new, no temporary file, and the same
// call made again succeeds: a full disk that is emptied ends like a good one.
func TestFailureOfAnyCallIsReportedAndRepeatable(t *testing.T) {
	for n := 0; ; n++ {
		dir := startState(t)
		fs, failed := durabletest.FailAt(durabletest.Unsynced, n, syscall.ENOSPC)
		f := must(durable.Open(dir, fs))
		done, err := work(f, 0)
		if !failed() {
			if err != nil || n < 30 {
				t.Errorf("work of %d calls: %v", n, err)
			}
			f.Unlock()
			return
		}
		if err == nil || !strings.Contains(err.Error(), syscall.ENOSPC.Error()) || !strings.Contains(err.Error(), dir) {
			t.Errorf("call %d, step %d: error %v, want ENOSPC and the path", n, done, err)
		}
		if done > 0 {
			got := content(t, dir)
			for name := range got {
				if strings.HasPrefix(name, ".") {
					t.Errorf("call %d, step %d: %s is left", n, done, name)
				}
			}
		}
		if _, err := work(f, done); err != nil {
			t.Errorf("call %d, step %d: again: %v", n, done, err)
		}
		if diff := cmp.Diff(states()[6], content(t, dir)); diff != "" {
			t.Errorf("call %d, step %d: %s", n, done, diff)
		}
		f.Unlock()
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
