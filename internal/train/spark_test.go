package train_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
	"hotspot/internal/source"
	"hotspot/internal/train"
	"hotspot/internal/train/spark"
)

// The test binary is a fake spark-submit when this is set: it fits what it is
// given from the initial centroids, as train.py does. "wrong" moves a row.
const fakeSpark = "HOTSPOT_FAKE_SPARK"

// pathOf is the path of a file's address: file:///C:/x is C:/x, file:///x is /x.
func pathOf(address string) string {
	if runtime.GOOS == "windows" {
		return strings.TrimPrefix(address, "file:///")
	}
	return strings.TrimPrefix(address, "file://")
}

func runFakeSpark(args []string) int {
	value := func(flag string) string { return args[slices.Index(args, flag)+1] }
	var starts [][][]float64
	text, err := os.ReadFile(value("--start"))
	if err == nil {
		err = json.Unmarshal(text, &starts)
	}
	var models []any
	for i, a := range args {
		if a != "--input" || err != nil {
			continue
		}
		var x []float64
		if x, err = fileVectors(pathOf(args[i+1])); err != nil {
			break
		}
		start := starts[len(models)]
		var r *kmeans.Result
		r, err = kmeans.FitFrom(x, 2, slices.Concat(start...), kmeans.Config{K: len(start)})
		if err != nil {
			break
		}
		centroids, clusters := make([][]float64, r.K), make([]map[string]int, r.K)
		for c := range r.K {
			centroids[c], clusters[c] = r.Centroids[2*c:2*c+2], map[string]int{"size": r.Sizes[c]}
		}
		if os.Getenv(fakeSpark) == "wrong" {
			clusters[0]["size"]++
			clusters[1]["size"]--
		}
		models = append(models, map[string]any{
			"rows": map[string]int{"trained": len(x) / 2}, "iterations": r.Iterations, "status": "converged",
			"inertia": r.Inertia, "centroids": centroids, "clusters": clusters,
		})
	}
	if err == nil {
		text, _ = json.Marshal(map[string]any{"format": "hotspot.spark/2", "models": models})
		err = os.WriteFile(value("--output"), text, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func fileVectors(name string) (x []float64, err error) {
	csv, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for rec, err := range source.Rows(csv, name) {
		if err != nil {
			return nil, err
		}
		x, _ = feature.Default().Vector(x, feature.Geo, feature.NewInput(rec))
	}
	return x, nil
}

func sparkTrainer(t *testing.T, mode string) train.Trainer {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(fakeSpark, mode)
	return train.Trainer{Spark: spark.Config{Submit: exe, Dir: t.TempDir()}}
}

func onSpark(k int) model.Settings {
	s := settings(k)
	s.Engine = "spark"
	return s
}

func TestSparkMakesTheSameModelFile(t *testing.T) {
	csv := testdata(t, "batch-000001.csv")
	native := fit(t, 1, csv, settings(4), nil)
	m, err := sparkTrainer(t, "works").Batch(t.Context(), manifest(1, csv), csv, onSpark(4), feature.Default(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Decode(m.Encode()); err != nil {
		t.Errorf("the model cannot be read again: %v", err)
	}
	if m.Reproducible {
		t.Error("the model says that it is reproducible")
	}
	// Both end at the same fixed point, because Spark begins at the native fit.
	m.Settings, m.Reproducible, m.Iterations, m.Checksum = native.Settings, native.Reproducible, native.Iterations, native.Checksum
	if diff := cmp.Diff(native, m); diff != "" {
		t.Errorf("native and spark differ (-native +spark):\n%s", diff)
	}
}

func TestSparkIsBelievedOnlyWhenTheRowsAgree(t *testing.T) {
	csv := testdata(t, "batch-000001.csv")
	_, err := sparkTrainer(t, "wrong").Batch(t.Context(), manifest(1, csv), csv, onSpark(4), feature.Default(), nil)
	if err == nil || !strings.Contains(err.Error(), "does Spark read the same files?") {
		t.Errorf("Batch: %v", err)
	}
}

func TestSparkIsNotAskedWhenThereAreTooFewPlaces(t *testing.T) {
	csv := rowsCSV(t, "- -104.99 39.74 larceny hale")
	m, err := train.Trainer{}.Batch(t.Context(), manifest(1, csv), csv, onSpark(2), feature.Default(), nil)
	if err != nil || m.Status != model.Untrainable {
		t.Errorf("Batch: %+v, %v; want an untrainable model", m, err)
	}
}

func TestEachOnSpark(t *testing.T) {
	var data []*train.Data
	for i, csv := range [][]byte{testdata(t, "batch-000001.csv"), synthetic(t, 25000, 1)} { // more than a sample
		name := filepath.Join(t.TempDir(), fmt.Sprintf("%d.csv", i))
		if err := os.WriteFile(name, csv, 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := train.ReadFiles(t.Context(), []string{name}, model.DefaultSettings(), feature.Default(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		data = append(data, d)
	}
	native, err := train.Trainer{}.Each(t.Context(), data, settings(4))
	if err != nil {
		t.Fatal(err)
	}
	models, err := sparkTrainer(t, "works").Each(t.Context(), data, onSpark(4))
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range models {
		if m.Model != i+1 || m.Inertia > 1.01*native[i].Inertia || m.Settings.Engine != "spark" {
			t.Errorf("model %d: %s, inertia %v, native %v", m.Model, m.Settings.Engine, m.Inertia, native[i].Inertia)
		}
	}
	if models[1].AlignedTo == nil || *models[1].AlignedTo != 1 {
		t.Errorf("model 2 is numbered after %v, want 1", models[1].AlignedTo)
	}
}

func TestWithoutSparkThereIsNoOtherEngine(t *testing.T) {
	tr := train.Trainer{Spark: spark.Config{Submit: "no-such-spark-submit"}}
	if err := tr.Validate(onSpark(2)); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("Validate: %v, want that no spark-submit was found", err)
	}
	if err := tr.Validate(settings(2)); err != nil {
		t.Errorf("engine native asks for Spark: %v", err)
	}
}

func TestSparkRefusesWhatItDoesNotTrain(t *testing.T) {
	s := onSpark(2)
	s.Features, s.Weight = "geo+time", "incident"
	err := sparkTrainer(t, "works").Validate(s)
	for _, want := range []string{`features "geo+time": want "geo"`, `weight "incident": want "offense"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Validate: %v; want %s", err, want)
		}
	}
}
