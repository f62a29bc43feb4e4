package train_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/platform/usage"
	"hotspot/internal/train"
)

// crowded is a prepared file of n rows in 43,000 incidents on so many places.
func crowded(t *testing.T, n, places int) string {
	t.Helper()
	csv := crime.AppendHeader(nil)
	for i := range n {
		var text [crime.NumColumns]string
		incident := i % 43_000
		text[crime.ColIncidentID], text[crime.ColOffenseID] = fmt.Sprint(incident), fmt.Sprint(i)
		text[crime.ColOffenseCode], text[crime.ColOffenseCodeExtension] = "2399", "0"
		text[crime.ColOffenseType] = "theft"
		text[crime.ColOffenseCategory] = fmt.Sprintf("category-%d", i*i%7)
		text[crime.ColFirstOccurrence] = fmt.Sprintf("2019-01-%02dT%02d:30:00", 1+i%28, i*i%24)
		if i%3 == 0 {
			text[crime.ColLastOccurrence] = fmt.Sprintf("2019-01-%02dT22:10:00", 1+i%28)
		}
		text[crime.ColReported] = "2019-02-01T00:13:00"
		at := i * i % places
		text[crime.ColGeoLon], text[crime.ColGeoLat] = fmt.Sprintf("-104.9%d", at), fmt.Sprintf("39.7%d", at*at%places)
		text[crime.ColNeighborhood] = fmt.Sprintf("neighborhood-%d", at%5)
		text[crime.ColIsCrime], text[crime.ColIsTraffic] = "1", "0"
		rec, err := crime.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		csv = rec.AppendCSV(csv)
	}
	return write(t, csv)
}

func write(t *testing.T, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// small is the least that --memory can be, with a folder of its own.
func small(t *testing.T) *train.Memory {
	t.Helper()
	m := &train.Memory{Limit: int(usage.Bounds["memory"].Least), TmpDir: t.TempDir()}
	t.Cleanup(func() { m.Close() })
	return m
}

// Whatever is in memory and what in the file, the model is the same to the byte:
// of the standard input as well, on any number of cores, and of each of several
// files.
func TestWhereRowsLieDoesNotShow(t *testing.T) {
	file := crowded(t, 160_000, 100)
	for _, tt := range []struct{ features, weight string }{{"geo", "offense"}, {"geo+time", "offense"}, {"geo", "incident"}} {
		s := settings(5)
		s.Features, s.Weight = tt.features, tt.weight
		t.Run(tt.features+"/"+tt.weight, func(t *testing.T) {
			want := trainEach(t, 1, nil, s, file)[0].Encode()
			for _, other := range []struct {
				procs  int
				memory *train.Memory
				path   string
			}{{8, small(t), file}, {1, small(t), "-"}, {8, nil, "-"}} {
				got := trainEach(t, other.procs, other.memory, s, other.path)[0].Encode()
				if other.memory != nil && other.memory.Spilled() == 0 {
					t.Fatal("nothing was spilled")
				}
				if !bytes.Equal(want, got) {
					t.Errorf("%d cores, %s, spilled %t: another model", other.procs, other.path, other.memory != nil)
				}
			}
		})
	}
	few := "testdata/batch-000001.csv"
	memory := small(t)
	want, got := trainEach(t, 2, nil, settings(4), few, file, few, file), trainEach(t, 2, memory, settings(4), few, file, few, file)
	for i := range want {
		if !bytes.Equal(want[i].Encode(), got[i].Encode()) {
			t.Errorf("of each of several files: model %d is another one", i+1)
		}
	}
}

func trainEach(t *testing.T, procs int, memory *train.Memory, s model.Settings, paths ...string) []*model.Model {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	var ds []*train.Data
	for _, path := range paths {
		if path == "-" {
			in, err := os.Open(crowdedName)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			before := os.Stdin
			os.Stdin = in
			defer func() { os.Stdin = before }()
		} else {
			crowdedName = path
		}
		d, err := train.ReadFiles(t.Context(), []string{path}, s, feature.Default(), memory, nil)
		if err != nil {
			t.Fatal(err)
		}
		ds = append(ds, d)
	}
	models, err := train.Trainer{}.Each(t.Context(), ds, s)
	if err != nil {
		t.Fatal(err)
	}
	return models
}

// crowdedName is the file that the standard input of a test holds.
var crowdedName string

func TestTheFileOfRowsHasNoName(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows takes the name away with the file, when it is closed")
	}
	memory := small(t)
	trainEach(t, 2, memory, settings(2), crowded(t, 160_000, 100))
	names, err := os.ReadDir(memory.TmpDir)
	if err != nil || len(names) > 0 || memory.Spilled() == 0 {
		t.Errorf("%d bytes were spilled, and a kill would leave %v, %v", memory.Spilled(), names, err)
	}
}

func TestMemoryThatDoesNotDo(t *testing.T) {
	rows, places := crowded(t, 160_000, 100), write(t, synthetic(t, 20_000, 1))
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(synthetic(t, 2000, 1)) //nolint:errcheck // of a buffer
	z.Close()                      //nolint:errcheck // of a buffer
	torn := write(t, zipped.Bytes()[:zipped.Len()/2])
	absent := small(t)
	absent.TmpDir = filepath.Join(absent.TmpDir, "nothere")
	full := small(t)
	if device, err := os.OpenFile("/dev/full", os.O_RDWR, 0); err == nil {
		full.SpillTo(device)
	}
	for _, tt := range []struct {
		name   string
		memory *train.Memory
		file   string
		want   []string
		usage  bool
	}{
		{"too many places", small(t), places, []string{"distinct places among the first", "--memory 1 (MiB)", "give a greater one"}, true},
		{"no folder", absent, rows, []string{"--tmp-dir " + absent.TmpDir + ": no such folder", "beyond --memory 1 (MiB)"}, false},
		{"a full disk", full, rows, []string{"--tmp-dir " + full.TmpDir + ": no space left on device", "a folder with room"}, false},
		{"a file that ends in the middle", small(t), torn, []string{torn, "cut off"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.memory == full && runtime.GOOS != "linux" {
				t.Skip("only Linux has a device that is full")
			}
			_, err := train.ReadFiles(t.Context(), []string{tt.file}, settings(2), feature.Default(), tt.memory, nil)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v: want %q in it", err, want)
				}
			}
			if usage.Is(err) != tt.usage {
				t.Errorf("%v: the command is wrong: %t", err, usage.Is(err))
			}
		})
	}

	memory := small(t)
	d, err := train.ReadFiles(t.Context(), []string{rows}, settings(2), feature.Default(), memory, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := memory.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Train(t.Context(), settings(2)); err == nil || !strings.Contains(err.Error(), "read again from the temporary file") {
		t.Errorf("with a file that cannot be read: %v", err)
	}
}
