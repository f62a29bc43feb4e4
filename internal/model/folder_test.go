package model_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit/durabletest"
)

func openFolder(t *testing.T) (*model.Folder, string) {
	t.Helper()
	path := t.TempDir()
	d, err := durable.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Unlock(); err != nil {
			t.Error(err)
		}
	})
	return model.OpenFolder(d), path
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFolderReadsWhatItPublished(t *testing.T) {
	f, path := openFolder(t)
	for _, m := range []*model.Model{sample(), untrainable()} {
		if err := f.Publish(m); err != nil {
			t.Fatal(err)
		}
	}
	numbers, err := f.Numbers()
	if err != nil || !cmp.Equal(numbers, []int{1, 2}) {
		t.Errorf("Numbers = %v, %v; want [1 2]", numbers, err)
	}
	data, err := os.ReadFile(filepath.Join(path, "model-000002.json"))
	if err != nil {
		t.Fatal(err)
	}
	m, sum, err := f.Read(2)
	if err != nil {
		t.Fatal(err)
	}
	whole := sha256.Sum256(data)
	if want := hex.EncodeToString(whole[:]); sum != want {
		t.Errorf("sha256 = %s, want %s of the whole file", sum, want)
	}
	want := sample()
	want.Encode()
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
}

func TestNumbersTakesModelFilesOnly(t *testing.T) {
	f, path := openFolder(t)
	for _, name := range []string{
		"model-000010.json", "model-000002.json", "model-1000000.json", // models
		"model-000000.json", "model-1.json", "model-0000001.json", "model-00000a.json", "model--00001.json",
		"model-+00001.json", "model-000003.partial.json", "model-000004.json.bak", "Model-000005.json",
		"batch-000006.json", ".tmp-model-000007.json-x", "model-99999999999999999999.json",
	} {
		write(t, filepath.Join(path, name), nil)
	}
	numbers, err := f.Numbers()
	if err != nil || !cmp.Equal(numbers, []int{2, 10, 1000000}) {
		t.Errorf("Numbers = %v, %v; want [2 10 1000000]", numbers, err)
	}
}

func TestReadRefuses(t *testing.T) {
	f, path := openFolder(t)
	data := sample().Encode()
	provisional := sample()
	provisional.Provisional = true
	write(t, filepath.Join(path, "model-000003.json"), data)
	write(t, filepath.Join(path, "model-000002.json"), provisional.Encode())
	write(t, filepath.Join(path, "model-000004.json"), make([]byte, model.MaxBytes+1))
	if err := os.Mkdir(filepath.Join(path, "model-000005.json"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(path, "model-000006.json"), data[:len(data)/2])
	tests := []struct {
		name   string
		number int
		want   string
	}{
		{"the file of another model", 3, "number"},
		{"a provisional model under a final name", 2, "number"},
		{"too large", 4, "size"},
		{"a folder", 5, "file"},
		{"half a file", 6, "checksum"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := f.Read(tt.number); reason(err) != tt.want {
				t.Errorf("Read(%d) = %v, want reason %s", tt.number, err, tt.want)
			}
		})
	}
	if _, _, err := f.Read(7); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("Read of no file = %v, want ErrNotFound", err)
	}
}

func TestReadFollowsNoLink(t *testing.T) {
	f, path := openFolder(t)
	target := filepath.Join(t.TempDir(), "model-000002.json")
	write(t, target, sample().Encode())
	if err := os.Symlink(target, filepath.Join(path, "model-000002.json")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if _, _, err := f.Read(2); reason(err) != "file" {
		t.Errorf("Read of a symbolic link = %v, want reason file", err)
	}
	if err := f.Publish(sample()); !errors.Is(err, model.ErrExists) {
		t.Errorf("Publish over a symbolic link = %v, want ErrExists", err)
	}
}

func TestPublishNeverRewrites(t *testing.T) {
	f, path := openFolder(t)
	if err := f.Publish(sample()); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(path, "model-000002.json")
	before, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Publish(sample()); err != nil {
		t.Errorf("Publish of the same bytes = %v", err)
	}
	other := sample()
	other.Iterations++
	if err := f.Publish(other); !errors.Is(err, model.ErrExists) {
		t.Errorf("Publish of other bytes = %v, want ErrExists", err)
	}
	after, err := os.Stat(name)
	if err != nil || !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Errorf("the file was replaced, %v", err)
	}
}

func TestPublishWritesNothingThatIsTooLargeToRead(t *testing.T) {
	f, _ := openFolder(t)
	m := sample()
	m.Clusters[0].Neighborhoods[0].ID = strings.Repeat("x", model.MaxBytes)
	if err := f.Publish(m); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("Publish = %v, want an error", err)
	}
	if _, _, err := f.Read(2); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("Read = %v, want ErrNotFound", err)
	}
}

func TestProvisionalModelsAreReplaced(t *testing.T) {
	f, _ := openFolder(t)
	for i := range 2 {
		m := sample()
		m.Provisional, m.Iterations = true, i
		if err := f.Publish(m); err != nil {
			t.Fatal(err)
		}
		got, _, err := f.ReadProvisional(2)
		if err != nil || got.Iterations != i {
			t.Fatalf("ReadProvisional = %+v, %v; want iterations %d", got, err, i)
		}
	}
	if numbers, err := f.Numbers(); err != nil || len(numbers) != 0 {
		t.Errorf("Numbers = %v, %v; want none", numbers, err)
	}
}

func TestPublishPassesDurablesPoints(t *testing.T) {
	var points []string
	d, err := durable.Open(t.TempDir(), durabletest.Points(durable.OS, func(p string) { points = append(points, p) }))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	defer d.Unlock()
	if err := model.OpenFolder(d).Publish(sample()); err != nil {
		t.Fatal(err)
	}
	want := []string{"model.open", "model.half", "model.written", "model.synced", "model.renamed", "model.dirsynced"}
	if diff := cmp.Diff(want, points); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
}
