package train_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"hotspot/internal/batch"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/testkit"
	"hotspot/internal/train"
)

func TestMain(m *testing.M) {
	if os.Getenv(fakeSpark) != "" {
		os.Exit(runFakeSpark(os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

// manifest is that of batch n, which holds csv and follows batches of the
// same size.
func manifest(n int, csv []byte) *batch.Manifest {
	sum := sha256.Sum256(csv)
	rows := bytes.Count(csv, []byte("\n")) - 1
	return &batch.Manifest{
		Format: batch.Format, Batch: n, Source: batch.Source{Title: "A small city", Invented: true, Area: "-104.95,39.74;-105.2,39.55,-104.5,39.95;;0"},
		BatchSize: rows, Rows: rows, FirstRow: int64((n-1)*rows + 1), LastRow: int64(n * rows),
		ChainBefore: strings.Repeat("0a", 16), ChainAfter: strings.Repeat("0b", 16),
		CSV:      batch.File{Name: batch.CSVName(n), Bytes: int64(len(csv)), SHA256: hex.EncodeToString(sum[:])},
		Reported: batch.Span{First: "2019-01-02T00:13:00", Last: "2019-02-12T10:40:00"},
	}
}

// settings are the default ones with another k.
func settings(k int) model.Settings {
	s := model.DefaultSettings()
	s.K = k
	return s
}

func fit(t *testing.T, n int, csv []byte, s model.Settings, previous *model.Model) *model.Model {
	t.Helper()
	m, err := train.Trainer{}.Batch(t.Context(), manifest(n, csv), csv, s, feature.Default(), previous)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Decode(m.Encode()); err != nil {
		t.Fatalf("model %d cannot be read again: %v", n, err)
	}
	return m
}

func testdata(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The golden models are those of two small batches; batch-000001.csv has in
// line 13 no coordinates, in lines 25 and 33 a place outside of the city, in
// line 43 no time and in line 53 no neighborhood.
func TestBatchWritesTheGoldenModels(t *testing.T) {
	for _, procs := range []int{1, 8} {
		for _, workers := range []int{0, 1, 3} {
			t.Run(fmt.Sprintf("procs=%d workers=%d", procs, workers), func(t *testing.T) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
				s := settings(4)
				s.Workers = workers
				var previous *model.Model
				for n := 1; n <= 2; n++ {
					m := fit(t, n, testdata(t, batch.CSVName(n)), s, previous)
					testkit.Golden(t, filepath.Join("testdata", model.Name(n)), string(m.Encode()))
					previous = m
				}
			})
		}
	}
}

// The same rows after another model: the same clusters under its numbers.
func TestBatchNumbersAfterThePreviousModel(t *testing.T) {
	csv := testdata(t, "batch-000001.csv")
	first := fit(t, 1, csv, settings(4), nil)
	turned := *first
	turned.Clusters = nil
	for i := range 4 {
		c := first.Clusters[(i+1)%4]
		c.Cluster = i
		turned.Clusters = append(turned.Clusters, c)
	}
	before := turned.Encode()
	got := fit(t, 5, csv, settings(4), &turned)
	if got.AlignedTo == nil || *got.AlignedTo != 1 {
		t.Errorf("aligned_to = %v, want 1", got.AlignedTo)
	}
	for i, c := range got.Clusters {
		want := turned.Clusters[i]
		want.Previous = &model.Previous{Cluster: i}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("cluster %d (-want +got):\n%s", i, diff)
		}
	}
	if !bytes.Equal(before, turned.Encode()) {
		t.Error("Batch changed the previous model")
	}
}

func TestUntrainable(t *testing.T) {
	near := "- -104.95 39.74 larceny hale"
	tests := []struct {
		name  string
		lines []string
		rows  model.Rows
	}{
		{"no usable row", []string{"- - - larceny hale", "- -1 2 larceny hale"}, model.Rows{Total: 2, NoLocation: 1, OutOfArea: 1}},
		{"one place", []string{near, near, near}, model.Rows{Total: 3, Trained: 3, DistinctPlaces: 1}},
	}
	for _, tt := range tests {
		for _, engine := range train.Engines() {
			t.Run(tt.name+"/"+engine, func(t *testing.T) {
				s := settings(2)
				s.Engine = engine
				m := fit(t, 2, rowsCSV(t, tt.lines...), s, fit(t, 1, testdata(t, "batch-000001.csv"), settings(2), nil))
				want := fmt.Sprintf("distinct usable places: %d; clusters asked for: 2", tt.rows.DistinctPlaces)
				if m.Status != model.Untrainable || m.Reason != want || m.Rows != tt.rows {
					t.Errorf("status %s, reason %q, rows %+v; want untrainable, %q, %+v", m.Status, m.Reason, m.Rows, want, tt.rows)
				}
				if len(m.Clusters) != 0 || m.Silhouette != nil || m.Inertia != 0 || m.Iterations != 0 || m.AlignedTo != nil {
					t.Errorf("an untrainable model holds results: %+v", m)
				}
			})
		}
	}
}

// What is not defined is absent, and a perfect fit is not what explains nothing.
func TestQualityOfDegenerateFits(t *testing.T) {
	here, there, third := "- -104.95 39.74 larceny hale", "- -104.9 39.7 larceny hale", "- -104.8 39.7 larceny hale"
	perfect := &model.Quality{Explained: new(1.), DaviesBouldin: new(0.)}
	apart := &model.Silhouette{Value: 1, Kind: "exact"}
	for _, tt := range []struct {
		name       string
		k          int
		lines      []string
		quality    *model.Quality
		silhouette *model.Silhouette
	}{
		{"an area for each row", 3, []string{here, there, third}, perfect, nil},
		{"two places", 2, []string{here, here, there, there}, perfect, apart},
		{"one area", 1, []string{here, there, third}, nil, nil},
		{"all rows on one place", 1, []string{here, here, here}, nil, nil},
	} {
		for _, engine := range train.Engines()[:2] { // Spark runs in another process
			s := settings(tt.k)
			s.Engine = engine
			m := fit(t, 1, rowsCSV(t, tt.lines...), s, nil)
			if diff := cmp.Diff(tt.quality, m.Quality) + cmp.Diff(tt.silhouette, m.Silhouette); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", tt.name, engine, diff)
			}
		}
	}
}

func TestProvisionalBatchesMakeProvisionalModels(t *testing.T) {
	csv := testdata(t, "batch-000001.csv")
	b := manifest(1, csv)
	b.Provisional = true
	m, err := train.Trainer{}.Batch(t.Context(), b, csv, settings(2), feature.Default(), nil)
	if err != nil || !m.Provisional {
		t.Errorf("Batch = %+v, %v; want a provisional model", m, err)
	}
}
