package batch_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/batch"
	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit/durabletest"
)

// writer returns the batches of dir with the lock held until done is called,
// as at the end of a process, or the test ends.
func writer(t *testing.T, dir string, on ...durable.FS) (f *batch.Folder, done func()) {
	t.Helper()
	d, err := durable.Open(dir, append([]durable.FS{durabletest.Unsynced}, on...)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Unlock() })
	return batch.OpenFolder(d), func() { d.Unlock() }
}

func publish(t *testing.T, dir string, batches ...*batch.Batch) *batch.Folder {
	t.Helper()
	f, done := writer(t, dir)
	defer done()
	for _, b := range batches {
		if err := f.Publish(b); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// files returns the content of dir by name, the lock left out.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	temps, err := filepath.Glob(filepath.Join(dir, ".tmp-*"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, path := range append(paths, temps...) {
		if filepath.Base(path) == ".lock" {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.Base(path)] = string(data)
	}
	return got
}

func manifests(batches []*batch.Batch) []*batch.Manifest {
	ms := []*batch.Manifest{}
	for _, b := range batches {
		ms = append(ms, b.Manifest)
	}
	return ms
}

func TestPublishedBatchesAreReadBack(t *testing.T) {
	cut, open := fill(five, testRows(23))
	dir := t.TempDir()
	f := publish(t, dir, cut...)
	for range 2 { // the provisional batch 5 is no batch
		got, err := f.Manifests()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(manifests(cut), got); diff != "" {
			t.Error(diff)
		}
		publish(t, dir, open.Provisional(nil, 0, 0))
	}
	for _, b := range cut {
		m, err := f.Manifest(b.Manifest.Batch)
		if err != nil {
			t.Fatal(err)
		}
		csv, err := f.CSV(m)
		if err != nil || string(csv) != string(b.CSV) {
			t.Errorf("CSV(%d) = %q, %v, want %q", m.Batch, csv, err, b.CSV)
		}
	}
	for _, n := range []int{5, 0, -1} {
		if m, err := f.Manifest(n); !errors.Is(err, batch.ErrNotFound) {
			t.Errorf("Manifest(%d) = %v, %v, want ErrNotFound", n, m, err)
		}
	}
}

func TestAFolderWithoutBatchesHasNoneAndAnAbsentOneIsAnError(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]error{dir: nil, filepath.Join(dir, "absent"): fs.ErrNotExist} {
		d, err := durable.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if ms, err := batch.OpenFolder(d).Manifests(); !errors.Is(err, want) || len(ms) != 0 {
			t.Errorf("Manifests() = %v, %v, want none, %v", ms, err, want)
		}
	}
}

func TestManifestsSeesOnlyBatches(t *testing.T) {
	dir := t.TempDir()
	cut, _ := fill(five, testRows(10))
	f := publish(t, dir, cut...)
	for _, name := range []string{
		"batch-000003.csv", "batch-0000001.json", "batch-3.json", "batch-00003x.json", "batch-000000.json", "batch-+00003.json",
		"batch--00003.json", "model-000003.json", "open.json", "batch-000007.partial.json", ".tmp-batch-000003.json-12345678",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if ms, err := f.Manifests(); err != nil || len(ms) != 2 {
		t.Errorf("Manifests() = %d, %v, want 2", len(ms), err)
	}
}

func TestBatchesAreOrderedAsNumbers(t *testing.T) {
	dir := t.TempDir()
	d, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1_000_000, 999_999} {
		if err := os.WriteFile(filepath.Join(dir, batch.ManifestName(n)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err = batch.OpenFolder(d).Manifests()
	if err == nil || !strings.Contains(err.Error(), "batch 999999 is there") {
		t.Errorf("Manifests: %v, want that batch 999999 comes first", err)
	}
}

func TestProvisionalBatchGrowsAndGoes(t *testing.T) {
	dir := t.TempDir()
	cut, _ := fill(five, testRows(5))
	f, _ := writer(t, dir)
	for _, n := range []int{3, 4} {
		_, open := fill(five, testRows(n))
		if err := f.Publish(open.Provisional(nil, 0, 0)); err != nil {
			t.Fatal(err)
		}
		m, err := f.Provisional(1)
		if err != nil || m.Rows != n {
			t.Fatalf("Provisional(1) = %v, %v, want %d rows", m, err, n)
		}
		if csv, err := f.CSV(m); err != nil || int64(len(csv)) != m.CSV.Bytes {
			t.Errorf("CSV = %d bytes, %v, want %d", len(csv), err, m.CSV.Bytes)
		}
	}
	if err := f.Publish(cut[0]); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.RemoveProvisional(1); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Provisional(1); !errors.Is(err, batch.ErrNotFound) {
		t.Errorf("Provisional(1): %v, want ErrNotFound", err)
	}
	if got := files(t, dir); len(got) != 2 {
		t.Errorf("the folder holds %d files, want the batch and its manifest", len(got))
	}
}

// While a provisional batch is replaced there is none, rather than the manifest
// of the old one beside the rows of the new one.
func TestEndWhileAProvisionalBatchIsReplaced(t *testing.T) {
	for _, step := range []string{"csv.open", "csv.renamed", "manifest.open", "manifest.synced"} {
		dir := t.TempDir()
		_, open := fill(five, testRows(3))
		publish(t, dir, open.Provisional(nil, 0, 0))
		f, end := writer(t, dir, durabletest.Points(durabletest.Unsynced, func(at string) {
			if at == "provisional_"+step {
				panic(at)
			}
		}))
		open.Add(testRows(4)[3])
		if !panics(func() { f.Publish(open.Provisional(nil, 0, 0)) }) {
			t.Fatalf("%s is never reached", step)
		}
		end()
		if m, err := f.Provisional(1); !errors.Is(err, batch.ErrNotFound) {
			t.Errorf("after an end at %s: %v, %v, want ErrNotFound", step, m, err)
		}
	}
}

func TestPublishRefuses(t *testing.T) {
	cut, _ := fill(five, testRows(10))
	rows := testRows(10)
	rows[7].CSV = []byte("other\n")
	other, _ := fill(five, rows)
	wrong := *cut[1].Manifest
	wrong.LastRow++
	torn := *cut[1]
	torn.CSV = torn.CSV[1:]
	for _, tt := range []struct {
		name  string
		batch *batch.Batch
		want  string
	}{
		{"other rows under a committed number", other[1], "publish batch 2: it is committed with other rows"},
		{"numbers that disagree", &batch.Batch{Manifest: &wrong, CSV: cut[1].CSV}, "publish batch 2: 5 rows from row 6"},
		{"a CSV of another length", &torn, "publish batch 2: the CSV has"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			publish(t, dir, cut...)
			before := files(t, dir)
			f, _ := writer(t, dir)
			if err := f.Publish(tt.batch); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Publish: %v, want %q", err, tt.want)
			}
			if diff := cmp.Diff(before, files(t, dir)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Each case does to a folder of three batches what its name says.
func TestCorruptFolderIsRefusedWithItsReason(t *testing.T) {
	cut, _ := fill(five, testRows(15))
	otherTitle, otherSize, otherRows := five, five, testRows(15)
	otherTitle.Title, otherSize.Size = "Another city", 3
	for i := range otherRows {
		otherRows[i].Chain[0]++
	}
	write := func(name string, data []byte) func(dir string) error {
		return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), data, 0o600) }
	}
	replace := func(c batch.Config, rows []batch.Row) func(dir string) error {
		other, _ := fill(c, rows)
		return func(dir string) error {
			return errors.Join(write(batch.CSVName(2), other[1].CSV)(dir), write(batch.ManifestName(2), other[1].Manifest.Encode())(dir))
		}
	}
	remove := func(name string) func(dir string) error {
		return func(dir string) error { return os.Remove(filepath.Join(dir, name)) }
	}
	folder := func(name string) func(dir string) error {
		return func(dir string) error {
			return errors.Join(remove(name)(dir), os.Mkdir(filepath.Join(dir, name), 0o700))
		}
	}
	flipped := slices.Clone(cut[1].CSV)
	flipped[20] ^= 1
	const csv2, manifest2 = "batch-000002.csv", "batch-000002.json"
	for _, tt := range []struct {
		name         string
		do           func(dir string) error
		file, reason string
		good         int // manifests that are returned with the error
	}{
		{"no manifest 2", remove(manifest2), manifest2, batch.ReasonMissing, 1},
		{"no manifest 1", remove("batch-000001.json"), "batch-000001.json", batch.ReasonMissing, 0},
		{"no CSV 2", remove(csv2), csv2, batch.ReasonMissing, 1},
		{"manifest 2 empty", write(manifest2, nil), manifest2, batch.ReasonFormat, 1},
		{"manifest 2 torn", write(manifest2, cut[1].Manifest.Encode()[:700]), manifest2, batch.ReasonJSON, 1},
		{"manifest 2 is a folder", folder(manifest2), manifest2, batch.ReasonNotRegular, 1},
		{"manifest 2 without end", func(dir string) error {
			return os.Truncate(filepath.Join(dir, manifest2), batch.MaxManifestBytes+1)
		}, manifest2, batch.ReasonTooLarge, 1},
		{"manifest 2 is that of 1", write(manifest2, cut[0].Manifest.Encode()), manifest2, batch.ReasonName, 1},
		{"CSV 2 cut", write(csv2, cut[1].CSV[:50]), csv2, batch.ReasonSize, 1},
		{"CSV 2 grown", write(csv2, append(slices.Clone(cut[1].CSV), '\n')), csv2, batch.ReasonSize, 1},
		{"CSV 2 is a folder", folder(csv2), csv2, batch.ReasonNotRegular, 1},
		{"CSV 2 flipped", write(csv2, flipped), csv2, batch.ReasonSHA256, 3},
		{"batch 2 of other rows", replace(five, otherRows), manifest2, batch.ReasonChain, 1},
		{"batch 2 of another title", replace(otherTitle, testRows(15)), manifest2, batch.ReasonSettings, 1},
		{"batch 2 of another size", replace(otherSize, testRows(15)), manifest2, batch.ReasonSettings, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			f := publish(t, dir, cut...)
			if err := tt.do(dir); err != nil {
				t.Fatal(err)
			}
			ms, err := f.Manifests()
			if len(ms) != tt.good {
				t.Errorf("%d manifests before the corrupt one, want %d", len(ms), tt.good)
			}
			if err == nil {
				_, err = f.CSV(ms[1])
			}
			var corrupt *batch.CorruptError
			if !errors.As(err, &corrupt) || corrupt.File != tt.file || corrupt.Reason != tt.reason {
				t.Errorf("error %v, want %s of %s", err, tt.reason, tt.file)
			}
			if err != nil && !strings.Contains(err.Error(), fmt.Sprintf("batch: %s is corrupt (%s): ", tt.file, tt.reason)) {
				t.Errorf("error %q does not say so", err)
			}
		})
	}
}

// What the disk cannot read now is no corruption: it may be read later.
func TestReadErrorIsNotCorruption(t *testing.T) {
	dir := t.TempDir()
	cut, _ := fill(five, testRows(5))
	publish(t, dir, cut...)
	for n := range 5 {
		fs, failed := durabletest.FailAt(durabletest.Unsynced, n, syscall.EIO)
		d, err := durable.Open(dir, fs)
		if err != nil {
			t.Fatal(err)
		}
		f := batch.OpenFolder(d)
		ms, err := f.Manifests()
		if err == nil {
			_, err = f.CSV(ms[0])
		}
		var corrupt *batch.CorruptError
		if !failed() || !errors.Is(err, syscall.EIO) || errors.As(err, &corrupt) {
			t.Errorf("call %d: %v, want EIO and no *CorruptError", n, err)
		}
	}
}
