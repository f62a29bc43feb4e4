package train_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/source"
	"hotspot/internal/train"
)

func read(t *testing.T, files ...string) *train.Data {
	t.Helper()
	d, err := train.ReadFiles(t.Context(), files, model.DefaultSettings(), feature.Default(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A batch file on its own gives the clusters of its batch.
func TestAFileTrainsAsItsBatch(t *testing.T) {
	want := fit(t, 1, testdata(t, "batch-000001.csv"), settings(4), nil)
	got, err := read(t, "testdata/batch-000001.csv").Train(t.Context(), settings(4))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Clusters, got.Clusters); diff != "" {
		t.Errorf("clusters (-batch +file):\n%s", diff)
	}
	if got.Batch.SHA256 != want.Batch.SHA256 || got.Rows != want.Rows {
		t.Errorf("batch %+v, rows %+v; want %+v, %+v", got.Batch, got.Rows, want.Batch, want.Rows)
	}
	if _, err := model.Decode(got.Encode()); err != nil {
		t.Errorf("the model cannot be read again: %v", err)
	}
}

// Two files are the rows of both; what no reader accepts is counted apart.
func TestFilesAreReadInTurn(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.csv")
	data := append(crime.AppendHeader(nil), "this is no row\n"...)
	if err := os.WriteFile(bad, data, 0o644); err != nil {
		t.Fatal(err)
	}
	meta := source.Meta{Format: source.MetaFormat, Title: "Two weeks", Invented: true}
	if err := os.WriteFile(source.MetaPath(bad), meta.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
	d := read(t, bad, "testdata/batch-000001.csv", "testdata/batch-000002.csv")
	if d.Rejected != 1 || d.Rows() != 180 {
		t.Errorf("%d rejected, %d rows; want 1, 180", d.Rejected, d.Rows())
	}
	m, err := d.Train(t.Context(), settings(3))
	if err != nil {
		t.Fatal(err)
	}
	if m.Title != "Two weeks" || !m.Invented || m.Rows.Total != 180 || m.Batch.LastRow != 180 || m.Batch.Reported.First >= m.Batch.Reported.Last {
		t.Errorf("title %q, invented %t, rows %+v, batch %+v", m.Title, m.Invented, m.Rows, m.Batch)
	}
}

func TestFilesThatCannotBeTrained(t *testing.T) {
	if _, err := train.ReadFiles(t.Context(), []string{"testdata/none.csv"}, model.DefaultSettings(), feature.Default(), nil, nil); err == nil {
		t.Error("a missing file was read")
	}
	if _, err := train.ReadFiles(t.Context(), nil, model.Settings{Features: "phase of the moon"}, feature.Default(), nil, nil); err == nil {
		t.Error("an unknown set of features was read")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := train.ReadFiles(ctx, []string{"testdata/batch-000001.csv"}, model.DefaultSettings(), feature.Default(), nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
	if _, err := read(t, "testdata/batch-000001.csv").Train(t.Context(), settings(0)); err == nil {
		t.Error("k = 0 was trained")
	}
	m, err := read(t).Train(t.Context(), settings(1))
	if err != nil || m.Status != model.Untrainable {
		t.Errorf("no file: %+v, %v; want an untrainable model", m, err)
	}
}
