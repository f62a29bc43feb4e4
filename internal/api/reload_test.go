package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"hotspot/internal/api"
	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/testkit"
)

// status is the body of /readyz.
type status struct {
	Ready   bool
	Models  []int
	Missing []int
	Refused []struct{ File, Reason string }
}

func ready(t testing.TB, s http.Handler) status {
	t.Helper()
	var r status
	if err := json.Unmarshal(get(s, "/readyz").Body.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// sealed gives a changed model file the checksum of its bytes.
func sealed(data []byte) []byte {
	const member = `"checksum": "`
	out := bytes.Clone(data)
	i := bytes.Index(out, []byte(member)) + len(member)
	copy(out[i:], strings.Repeat("0", 64))
	sum := sha256.Sum256(out)
	hex.Encode(out[i:], sum[:])
	return out
}

// changed replaces the first old by new, and seals what comes out.
func changed(t testing.TB, data []byte, old, new string) []byte {
	t.Helper()
	if !bytes.Contains(data, []byte(old)) {
		t.Fatalf("the file holds no %s", old)
	}
	return sealed(bytes.Replace(data, []byte(old), []byte(new), 1))
}

func TestABadFileIsRefusedAndTheOldOneStays(t *testing.T) {
	const name = "model-000002.json"
	tests := []struct {
		name   string
		change func(f *folder)
		file   string // in /readyz
		reason string
	}{
		{"checksum", func(f *folder) { f.replace(name, damaged(f.read(name))) }, name, "checksum"},
		{"empty", func(f *folder) { f.replace(name, nil) }, name, "json"},
		{"half", func(f *folder) { data := f.read(name); f.replace(name, data[:len(data)/2]) }, name, "checksum"},
		{"written in place", func(f *folder) { os.WriteFile(f.path(name), damaged(f.read(name)), 0o644) }, name, "checksum"},
		{"NaN", func(f *folder) {
			f.replace(name, changed(f.t, f.read(name), `"inertia": 52719.1045845928`, `"inertia": NaN`))
		}, name, "json"},
		{"1e999", func(f *folder) { f.replace(name, changed(f.t, f.read(name), `"east_km": -2.565`, `"east_km": 1e999`)) }, name, "json"},
		{"k", func(f *folder) { f.replace(name, changed(f.t, f.read(name), `"k": 3`, `"k": 4`)) }, name, "status"},
		{"ragged centroid", func(f *folder) { f.replace(name, changed(f.t, f.read(name), `"extra": []`, `"extra": [0.5]`)) }, name, "clusters"},
		{"a cluster too many", func(f *folder) {
			m := f.newModel(2, places...)
			m.Clusters = append(m.Clusters, m.Clusters[2])
			f.replace(name, m.Encode())
		}, name, "status"},
		{"CSV with a ragged row and a manifest that fits it", func(f *folder) {
			csv := bytes.Replace(f.read("batch-000002.csv"), []byte(",77230300,"), []byte(",77230300,,"), 1)
			m, err := batch.DecodeManifest(f.read("batch-000002.json"))
			if err != nil {
				f.t.Fatal(err)
			}
			sum := sha256.Sum256(csv)
			m.CSV.Bytes, m.CSV.SHA256 = int64(len(csv)), hex.EncodeToString(sum[:])
			f.replace("batch-000002.csv", csv)
			f.replace("batch-000002.json", m.Encode())
		}, "batch-000002.csv", "rows"},
		{"unknown member", func(f *folder) { f.replace(name, changed(f.t, f.read(name), `"model": 2,`, `"model": 2, "x": 1,`)) }, name, "json"},
		{"another model's", func(f *folder) { f.replace(name, f.read("model-000001.json")) }, name, "number"},
		{"of another batch", func(f *folder) {
			m := f.newModel(2, places...)
			m.Batch.SHA256 = strings.Repeat("0", 64)
			f.replace(name, m.Encode())
		}, name, "batch"},
		{"too big", func(f *folder) { f.replace(name, bytes.Repeat([]byte(" "), model.MaxBytes+1)) }, name, "size"},
		{"1 GiB", func(f *folder) {
			if err := os.Truncate(f.path(name), 1<<30); err != nil { // sparse
				f.t.Fatal(err)
			}
		}, name, "size"},
		{"folder", func(f *folder) {
			f.remove(name)
			if err := os.Mkdir(f.path(name), 0o755); err != nil {
				f.t.Fatal(err)
			}
		}, name, "file"},
		{"link", func(f *folder) {
			f.remove(name)
			if err := os.Symlink("model-000001.json", f.path(name)); err != nil {
				f.t.Skip("no symbolic links here:", err)
			}
		}, name, "file"},
		{"CSV", func(f *folder) {
			const csv = "batch-000002.csv"
			f.replace(csv, bytes.Replace(f.read(csv), []byte("arson"), []byte("parks"), 1))
		}, "batch-000002.csv", batch.ReasonSHA256},
		{"CSV cut", func(f *folder) {
			const csv = "batch-000002.csv"
			data := f.read(csv)
			f.replace(csv, data[:len(data)-1])
		}, "batch-000002.csv", batch.ReasonSize},
		{"CSV gone", func(f *folder) { f.remove("batch-000002.csv") }, "batch-000002.csv", batch.ReasonMissing},
		{"manifest", func(f *folder) {
			const manifest = "batch-000002.json"
			f.replace(manifest, bytes.Replace(f.read(manifest), []byte(`"rows": 4`), []byte(`"rows": 5`), 1))
		}, "batch-000002.json", batch.ReasonNumbers},
		{"batch of another chain", func(f *folder) {
			const manifest = "batch-000002.json"
			i := bytes.Index(f.read(manifest), []byte(`"chain_before": "`)) + len(`"chain_before": "`)
			data := f.read(manifest)
			copy(data[i:], strings.Repeat("0", 32))
			f.replace(manifest, data)
		}, "batch-000002.json", batch.ReasonChain},
		{"open.json", func(f *folder) { f.replace("open.json", []byte(`{"format":"hotspot.open/2",`)) }, "open.json", "json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFolder(t, 3)
			f.openStatus(4, 2, "reading")
			s := loaded(t, f.dir)
			paths := []string{"/model2/2018174723/cluster", "/model3/0/cluster", "/models", "/models/2", "/models/3/clusters"}
			var before []string
			for _, p := range paths {
				before = append(before, get(s, p).Body.String())
			}
			tt.change(f)
			waitForALook(t, s, func() bool { return len(ready(t, s).Refused) > 0 })
			for i, p := range paths {
				if w := get(s, p); w.Code != 200 || w.Body.String() != before[i] {
					t.Errorf("%s: %d\n got %s\nwant %s", p, w.Code, w.Body, before[i])
				}
			}
			r := ready(t, s)
			if len(r.Refused) != 1 || r.Refused[0].File != tt.file || r.Refused[0].Reason != tt.reason || len(r.Models) != 3 {
				t.Errorf("/readyz: %+v, want 3 models and %s refused for %s", r, tt.file, tt.reason)
			}
		})
	}
}

// waitForALook loads until done is true. Files that are written in place are
// looked at now and then only.
func waitForALook(t testing.TB, s *api.Server, done func() bool) {
	t.Helper()
	testkit.Eventually(t, "the change is seen", func() bool {
		load(t, s)
		return done()
	})
}

func TestWhatIsBadFromTheBeginningIsNotShown(t *testing.T) {
	tests := []struct {
		name    string
		change  func(f *folder)
		batches int // whose crimes are known
		models  int
		missing []int
		refused string // "" is nothing
	}{
		{"nothing is wrong", func(f *folder) {}, 3, 3, nil, ""},
		{"the newest model is missing", func(f *folder) { f.remove("model-000003.json") }, 3, 2, []int{3}, ""},
		{"model 2 is missing", func(f *folder) { f.remove("model-000002.json") }, 3, 1, []int{2}, ""},
		{"model 1 is missing", func(f *folder) { f.remove("model-000001.json") }, 3, 0, []int{1}, ""},
		{"model 2 is damaged", func(f *folder) { f.replace("model-000002.json", damaged(f.read("model-000002.json"))) }, 3, 1, []int{2}, "model-000002.json checksum"},
		{"manifest 3 is missing", func(f *folder) { f.remove("batch-000003.json") }, 2, 2, nil, ""},
		{"manifest 2 is missing", func(f *folder) { f.remove("batch-000002.json") }, 1, 1, nil, "batch-000002.json missing"},
		{"CSV 2 is another", func(f *folder) {
			f.replace("batch-000002.csv", bytes.Replace(f.read("batch-000002.csv"), []byte("arson"), []byte("parks"), 1))
		}, 1, 1, nil, "batch-000002.csv csv_sha256"},
		{"the first batch begins another chain", func(f *folder) {
			data := f.read("batch-000001.json")
			i := bytes.Index(data, []byte(`"chain_before": "`)) + len(`"chain_before": "`)
			copy(data[i:], strings.Repeat("0", 32))
			f.replace("batch-000001.json", data)
		}, 0, 0, nil, "batch-000001.json chain"},
		{"names that are none", func(f *folder) {
			data := f.read("model-000003.json")
			f.remove("model-000003.json")
			for _, name := range []string{"model-3.json", "model-0000003.json", "model-000003.json~", ".tmp-model-000003.json-x", "model-000003.partial.json", "model-000003.JSON"} {
				f.replace(name, data)
			}
		}, 3, 2, []int{3}, ""},
	}
	known := []string{"5", "77", "201910"} // of batch 1, 2, 3
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFolder(t, 3)
			tt.change(f)
			s := loaded(t, f.dir)
			r := ready(t, s)
			var refused string
			for _, x := range r.Refused {
				refused += x.File + " " + x.Reason
			}
			if len(r.Models) != tt.models || refused != tt.refused || r.Ready != (tt.models > 0) || len(r.Missing) != len(tt.missing) || len(r.Missing) > 0 && r.Missing[0] != tt.missing[0] {
				t.Errorf("/readyz: %+v, want %d models, missing %v, refused %q", r, tt.models, tt.missing, tt.refused)
			}
			for i, id := range known {
				want := 200
				switch {
				case tt.models == 0:
					want = 503
				case i >= tt.batches:
					want = 404
				}
				if w := get(s, "/model1/"+id+"/cluster"); w.Code != want {
					t.Errorf("a crime of batch %d: %d, want %d\n%s", i+1, w.Code, want, w.Body)
				}
			}
		})
	}
}

func TestNewBatchesAndModelsAreServed(t *testing.T) {
	f := emptyFolder(t, batchSize)
	s := loaded(t, f.dir)
	if r := ready(t, s); r.Ready {
		t.Fatalf("ready without anything: %+v", r)
	}
	f.publishBatch(rows[:4])
	load(t, s)
	if r := ready(t, s); r.Ready || len(r.Missing) != 1 {
		t.Errorf("a batch without its model: %+v, want model 1 missing", r)
	}
	f.publishModel(1)
	load(t, s)
	if w := get(s, "/model1/2018174723/cluster"); w.Code != 200 {
		t.Errorf("model 1: %d %s", w.Code, w.Body)
	}
	f.publishBatch(rows[4:8])
	load(t, s)
	if w := get(s, "/model1/77/cluster"); w.Code != 200 {
		t.Errorf("a crime of a batch without model: %d %s, want an answer of model 1", w.Code, w.Body)
	}
	if w := get(s, "/model2/77/cluster"); w.Code != 404 {
		t.Errorf("model 2 before it is there: %d %s", w.Code, w.Body)
	}
	// A model that arrives before its turn waits.
	f.publishBatch(rows[8:])
	f.publishModel(3)
	load(t, s)
	if r := ready(t, s); len(r.Models) != 1 {
		t.Errorf("model 3 before model 2: %+v, want model 1 alone", r)
	}
	f.publishModel(2)
	load(t, s)
	if r := ready(t, s); len(r.Models) != 3 || len(r.Missing) != 0 {
		t.Errorf("all models: %+v, want 3", r)
	}
}

func TestAGoodFileMakesUpForABadOne(t *testing.T) {
	for _, name := range []string{"model-000002.json", "batch-000002.json", "batch-000002.csv"} {
		t.Run(name, func(t *testing.T) {
			f := newFolder(t, 3)
			good := f.read(name)
			f.replace(name, good[:len(good)/2])
			s := loaded(t, f.dir)
			if r := ready(t, s); len(r.Models) != 1 || len(r.Refused) != 1 {
				t.Fatalf("%+v, want model 1 alone and %s refused", r, name)
			}
			f.replace(name, good)
			load(t, s)
			if r := ready(t, s); len(r.Models) != 3 || len(r.Refused) != 0 {
				t.Errorf("%+v, want all three models and nothing refused", r)
			}
		})
	}
}

// TestAChangeIsSeenWhateverTheTimes is about systems whose times are coarse,
// and about files that are written without a rename.
func TestAChangeIsSeenWhateverTheTimes(t *testing.T) {
	at := func(f *folder, when time.Time) {
		if err := os.Chtimes(f.dir, when, when); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a new file in the same tick", func(t *testing.T) {
		f := newFolder(t, 2)
		f.publishBatch(rows[8:])
		tick := time.Now().Add(time.Second) // however long the test takes, the times tell nothing
		at(f, tick)
		s := loaded(t, f.dir)
		f.publishModel(3)
		at(f, tick)
		load(t, s)
		if r := ready(t, s); len(r.Models) != 3 {
			t.Errorf("%+v, want model 3", r)
		}
	})
	t.Run("a file written in place", func(t *testing.T) {
		f := newFolder(t, 2)
		at(f, time.Now().Add(-time.Hour))
		s := loaded(t, f.dir)
		if err := os.WriteFile(f.path("model-000002.json"), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		waitForALook(t, s, func() bool { return len(ready(t, s).Refused) == 1 })
	})
}

func TestBatchesOfAnotherStartAreNotShownBehindANewOne(t *testing.T) {
	f := newFolder(t, 3)
	s := loaded(t, f.dir)
	fresh := emptyFolder(t, batchSize)
	fresh.publishBatch([]row{rows[9], rows[10], rows[11], rows[8]})
	fresh.publishModel(1)
	for _, name := range []string{"batch-000001.csv", "batch-000001.json", "model-000001.json"} {
		f.replace(name, fresh.read(name))
	}
	load(t, s)
	r := ready(t, s)
	if len(r.Models) != 1 || len(r.Refused) != 1 || r.Refused[0].File != "batch-000002.json" || r.Refused[0].Reason != batch.ReasonChain {
		t.Errorf("%+v, want model 1 alone and batch 2 refused for its chain", r)
	}
	if w := get(s, "/model1/77/cluster"); w.Code != 404 {
		t.Errorf("a crime of the old batch 2: %d %s, want 404", w.Code, w.Body)
	}
}

func TestAFolderThatBeginsAnewIsServedAnew(t *testing.T) {
	f := newFolder(t, 3)
	s := loaded(t, f.dir)
	names, err := os.ReadDir(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range names {
		if err := os.Remove(f.path(e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	load(t, s)
	if w := get(s, "/model1/5/cluster"); w.Code != 503 {
		t.Errorf("an empty folder: %d %s, want 503", w.Code, w.Body)
	}
	fresh := emptyFolder(t, 2)
	fresh.publishBatch(rows[8:10])
	fresh.publish(fresh.newModel(1, places[0], places[1]))
	for _, name := range []string{"batch-000001.csv", "batch-000001.json", "model-000001.json"} {
		f.replace(name, fresh.read(name))
	}
	load(t, s)
	if w := get(s, "/model1/5/cluster"); w.Code != 404 {
		t.Errorf("a crime of the old folder: %d %s, want 404", w.Code, w.Body)
	}
	if w := get(s, "/model1/201910/cluster"); w.Code != 200 || !strings.Contains(w.Body.String(), `"batch":1,"row":2}`) {
		t.Errorf("a crime of the new folder: %d %s, want it in row 2", w.Code, w.Body)
	}
}
