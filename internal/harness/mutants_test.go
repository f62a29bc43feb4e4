//go:build unix

package harness_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mutant is a bug that somebody could write, as changes to our source. It is
// built with `go test -overlay`, so that the programs' source holds no bug,
// not even one behind a tag.
type mutant struct {
	name  string
	where string // the package that finds it
	run   string // and the test
	edits []edit
}

type edit struct{ file, old, new string }

const (
	here  = "internal/harness"
	power = "internal/powercut"
)

// ofTheFolder tells a mutant of durable which files are the consumer's: one that
// breaks the input of a test, too, is found before its promise is looked at.
var ofTheFolder = edit{
	"internal/platform/durable/draft.go", "// newDraft begins",
	"func ofTheFolder(name string) bool {\n\treturn strings.HasPrefix(name, \"batch-\") || strings.HasPrefix(name, \"model-\")\n}\n\n// newDraft begins",
}

var mutants = []mutant{
	{"write-in-place", here, "TestDeathAtEveryNamedPoint", []edit{
		{"internal/platform/durable/draft.go", "\tfile, err := fsys.Create(temp)\n", "\tif ofTheFolder(name) {\n\t\ttemp = path\n\t\tfsys.Remove(temp)\n\t}\n\tfile, err := fsys.Create(temp)\n"},
		ofTheFolder,
	}},
	{"manifest-before-csv", here, "TestDeathAtEveryNamedPoint", []edit{{
		"internal/batch/folder.go",
		"\tif err := f.d.Write(m.CSV.Name, csv); err != nil {\n\t\treturn err\n\t}\n\treturn f.d.Write(m.name(), m.Encode())",
		"\tif err := f.d.Write(m.name(), m.Encode()); err != nil {\n\t\treturn err\n\t}\n\treturn f.d.Write(m.CSV.Name, csv)",
	}}},
	{"position-before-the-batch", here, "TestKilledAtAnyMoment", []edit{
		{"internal/consumer/reader.go", "\tsaved, ok := r.folder.position(p)\n", "\tsaved, ok := r.folder.position(p)\n\tsaved = there.End // what was read, written or not\n"},
		{"internal/consumer/reader.go", "\tif !same {", "\tif false && !same {"},
	}},
	{"auto-commit", here, "TestKilledAtAnyMoment", []edit{
		{"internal/consumer/reader.go", "\tsaved, ok := r.folder.position(p)\n", "\tsaved, ok := r.folder.position(p)\n\tif ok {\n\t\tsaved = min(saved+int64(last.Rows)/2, there.End) // committed by time, half a batch ahead\n\t}\n"},
		{"internal/consumer/reader.go", "\tif !same {", "\tif false && !same {"},
	}},
	{"position-after-the-row-that-closes", here, "TestKilledAtAnyMoment", []edit{
		{"internal/consumer/cut.go", "\tpositions[n] = min(positions[n], s.partitions[n].last.message.Offset+1)\n", "\tpositions[n] = it.message.Offset + 1\n"},
		{"internal/consumer/reader.go", "\tif !same {", "\tif false && !same {"},
	}},
	{"no-dedupe", here, "TestKilledAtAnyMoment", []edit{{
		"internal/consumer/sequencer.go", "\tcase row < s.rows.next:\n", "\tcase false && row < s.rows.next:\n",
	}}},
	{"append-to-an-old-temporary-file", here, "TestDeathAtEveryNamedPoint", []edit{
		{"internal/platform/durable/draft.go", "\tfile, err := fsys.Create(temp)\n", "\tcreate := fsys.Create\n\tif ofTheFolder(name) {\n\t\tvar size int64\n\t\ttemp = filepath.Join(dir, tempPrefix+\"of-old\")\n\t\tif old, err := fsys.Open(temp); err == nil {\n\t\t\tsize = old.Size()\n\t\t\told.Close()\n\t\t}\n\t\tcreate = func(path string) (File, error) { return fsys.Append(path, size) }\n\t}\n\tfile, err := create(temp)\n"},
		ofTheFolder,
	}},
	{"producer-logs-and-goes-on", here, "TestBurstsLoseNoRow", []edit{{
		"internal/stream/writer.go", "\treturn w.topic.Retry(ctx, what, func(ctx context.Context) error {\n\t\terr := w.topic.try(ctx, what, f)\n",
		"\tattempt := 0\n\treturn w.topic.Retry(ctx, what, func(ctx context.Context) error {\n\t\terr := w.topic.try(ctx, what, f)\n\t\tif attempt++; err != nil && w.next != nil && attempt == 3 {\n\t\t\treturn nil // \"logged\"\n\t\t}\n",
	}}},
	{"no-fsync-of-the-file", power, "TestPowerCutAtEveryCall", []edit{{
		"internal/platform/durable/write.go", "\t\terr = d.file.Sync()\n", "",
	}}},
	{"no-fsync-of-the-folder", power, "TestPowerCutAtEveryCall", []edit{{
		"internal/platform/durable/draft.go", "\tif err := d.fs.SyncDir(filepath.Dir(d.path)); err != nil {", "\tif err := error(nil); err != nil {",
	}}},
	// Bugs that the harness has found: they must not come back unseen.
	{"newline-with-the-line", power, "TestPowerCutAtEveryCall", []edit{{
		"internal/platform/durable/append.go", "\tif err := file.Sync(); err != nil {\n\t\treturn err\n\t}\n\tif _, err := file.Write(newline)", "\tif _, err := file.Write(newline)",
	}}},
	{"torn-letter-counts", power, "TestPowerCutAtEveryCall", []edit{{
		"internal/consumer/deadletters.go", "bytes.HasSuffix(line, []byte(\"\\n\")) && ", "",
	}}},
	{"models-listed-last", "internal/check/verify", "TestAFolderAgreesWhileItGrows", []edit{{
		"internal/check/verify/models.go", "\tnewest := 0\n", "\tv.listed, _ = v.models.Numbers()\n\tnewest := 0\n",
	}}},
	{"rows-hide-the-disk", here, "TestDiskFailsFromEveryCallOn", []edit{{
		"internal/consumer/status.go", "\tcase s.diskWaiters > 0:", "\tcase s.diskWaiters > 0 && s.now.Lag == 0:",
	}}},
}

// G3: each mutant is found within 60 seconds. HARNESS_MUTANTS says how many
// are hunted (make chaos: all); of the others only the text is made, so that a
// mutant that no longer fits the source is seen at once.
func TestMutantsAreFound(t *testing.T) {
	hunted := times(t, "HARNESS_MUTANTS", 0)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			overlay := m.overlay(t, root)
			if i < hunted && !t.Failed() {
				m.hunt(t, root, overlay)
			}
		})
	}
}

// overlay writes the changed files and says which ones they stand for.
func (m mutant) overlay(t *testing.T, root string) string {
	t.Helper()
	dir := t.TempDir()
	texts := map[string]string{}
	for _, e := range m.edits {
		text, ok := texts[e.file]
		if !ok {
			data, err := os.ReadFile(filepath.Join(root, e.file))
			if err != nil {
				t.Fatal(err)
			}
			text = string(data)
		}
		if n := strings.Count(text, e.old); n != 1 {
			t.Errorf("%s holds %q %d times, want once: the code has changed, let the mutant follow it", e.file, e.old, n)
		}
		texts[e.file] = strings.Replace(text, e.old, e.new, 1)
	}
	replace := map[string]string{}
	for file, text := range texts {
		changed := filepath.Join(dir, filepath.Base(file))
		if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, file)] = changed
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// hunt runs the test on the mutant, which must fail.
func (m mutant) hunt(t *testing.T, root, overlay string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "test", "-mod=mod", "-overlay", overlay, "-c", "-o", filepath.Join(t.TempDir(), "mutant.test"), ".")
	build.Dir = filepath.Join(root, m.where)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the mutant does not build: %v\n%s", err, out)
	}
	began := time.Now()
	test := exec.CommandContext(ctx, build.Args[len(build.Args)-2], "-test.run", "^"+m.run+"$", "-test.timeout", "60s", "-test.v")
	test.Dir = build.Dir
	test.Env = append(os.Environ(), "HARNESS_KILLS=300")
	out, err := test.CombinedOutput()
	// A test that only ran out of time has found nothing.
	if err == nil || strings.Contains(string(out), "test timed out") || !strings.Contains(string(out), "FAIL") && !strings.Contains(string(out), "panic") {
		t.Fatalf("%s does not find it: %v\n%s", m.run, err, out)
	}
	t.Logf("%s: %s finds it in %s: %.250s", m.name, m.run, time.Since(began).Round(time.Millisecond), reason(string(out)))
}

// reason is the first line with which a test says what is wrong, and, when a
// child has ended, what that has said last.
func reason(out string) string {
	lines := strings.Split(out, "\n")
	for i, line := range lines {
		if !strings.Contains(line, "_test.go:") || strings.Contains(line, "_SEED=") {
			continue
		}
		said := strings.TrimSpace(line)
		for _, more := range lines[i+1:] {
			more = strings.TrimSpace(more)
			if strings.Contains(more, "halted: ") || strings.Contains(more, "panic: ") {
				return said + ": " + more
			}
			if strings.HasPrefix(more, "---") {
				break
			}
		}
		return said
	}
	return "the test ended with an error"
}
