package api_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

// publishProvisional puts more rows into the open batch and publishes what it
// holds, with its model, as a consumer with --flush does.
func (f *folder) publishProvisional(rows []row) {
	f.t.Helper()
	f.add(rows)
	b := f.builder.Provisional(map[int]int64{0: f.builder.Next() - 1}, 0, 0)
	n := b.Manifest.Batch
	os.Remove(f.path(batch.ProvisionalName(n))) // of the one before, if there was one
	f.replace(b.Manifest.CSV.Name, b.CSV)
	f.replace(batch.ProvisionalName(n), b.Manifest.Encode())
	f.cut = append(f.cut, b)
	m := f.newModel(n, places[:2]...)
	f.cut = f.cut[:n-1]
	m.Provisional = true
	f.replace(model.ProvisionalName(n), m.Encode())
}

// add puts rows into the open batch.
func (f *folder) add(rows []row) {
	f.t.Helper()
	for _, r := range rows {
		n := f.builder.Next()
		rec := r.record(f.t, n)
		f.chain = f.chain.Next(rec.AppendValue(nil))
		f.builder.Add(batch.Row{
			Number: n, Line: n + 1, CSV: rec.AppendCSV(nil), Incident: rec.Incident,
			Reported: rec.Text[crime.ColReported], Chain: f.chain, Offset: n - 1,
		})
	}
}

func holds(t *testing.T, s http.Handler, path string, parts ...string) {
	t.Helper()
	w := get(s, path)
	for _, p := range parts {
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), p) {
			t.Errorf("GET %s: %d %s; want %q", path, w.Code, w.Body, p)
		}
	}
}

func TestTheNewestRowsAnswerAsProvisional(t *testing.T) {
	f := newFolder(t, 1)
	f.publishProvisional(rows[4:6])
	s := loaded(t, f.dir)
	holds(t, s, "/models", `"latest":1,`, `{"model":1,"provisional":false`, `{"model":2,"provisional":true`)
	holds(t, s, "/models/latest", `"model":1`)
	holds(t, s, "/models/2/clusters", `{"model":2,"provisional":true,`)
	holds(t, s, "/models/2/clusters/0/crimes", `{"model":2,"provisional":true,`)
	holds(t, s, "/model2/2018174723/cluster", `{"model":2,"provisional":true,"crime_id":"2018174723"`, `"in_training":true`, `"batch":2,"row":6`)
	holds(t, s, "/model1/77/cluster", `{"model":1,"crime_id":"77"`)
	holds(t, s, "/crimes/2018174723", `{"model":1,"cluster"`, `{"model":2,"provisional":true,"cluster"`)
	holds(t, s, "/readyz", `"models":[1,2],"missing":[],"refused":[]`)
	if w := get(s, "/model2/9223372036854775806/cluster"); w.Code != http.StatusNotFound {
		t.Errorf("a row that is not written yet: %d", w.Code)
	}

	f.publishProvisional(rows[6:7]) // replaced, whole
	load(t, s)
	holds(t, s, "/model2/31/cluster", `"provisional":true`, `"batch":2,"row":7`)

	// Full: as if there had never been a provisional one, with or without what a
	// crash has left of it.
	want := loaded(t, newFolder(t, 2).dir)
	f.publishBatch(rows[7:8])
	f.publishModel(2)
	for _, left := range []bool{true, false} {
		if !left {
			f.remove(model.ProvisionalName(2))
			f.remove(batch.ProvisionalName(2))
			f.remove(batch.ProvisionalCSVName(2))
		}
		load(t, s)
		for _, path := range []string{"/models", "/models/2/clusters", "/model2/31/cluster", "/crimes/31", "/readyz"} {
			g, w := get(s, path), get(want, path)
			if g.Body.String() != w.Body.String() || g.Header().Get("ETag") != w.Header().Get("ETag") {
				t.Errorf("GET %s (left: %t): %s %s, want %s %s", path, left, g.Header().Get("ETag"), g.Body, w.Header().Get("ETag"), w.Body)
			}
		}
	}
}

func TestAProvisionalModelIsShownOnlyWithItsOwnRows(t *testing.T) {
	f := newFolder(t, 1)
	f.publishProvisional(rows[4:6])
	older := f.read(model.ProvisionalName(2))
	f.publishProvisional(rows[6:7])
	f.replace(model.ProvisionalName(2), older) // the new one is being trained
	s := loaded(t, f.dir)
	holds(t, s, "/readyz", `"models":[1],"missing":[],"refused":[]`)
	holds(t, s, "/crimes/31", `"row":7`)
	if w := get(s, "/models/2"); w.Code != http.StatusNotFound {
		t.Errorf("the model of other rows: %d %s", w.Code, w.Body)
	}
	f.remove(batch.ProvisionalName(2)) // the manifest goes first when they are replaced
	load(t, s)
	holds(t, s, "/readyz", `"models":[1],"missing":[],"refused":[]`)
}

func TestBeforeTheFirstBatchIsFullItsRowsAnswer(t *testing.T) {
	f := emptyFolder(t, batchSize)
	f.publishProvisional(rows[:3])
	s := loaded(t, f.dir)
	holds(t, s, "/models", `"latest":null`, `"title":"Test city"`, `{"model":1,"provisional":true`)
	holds(t, s, "/model1/2018174723/cluster", `"provisional":true`)
	holds(t, s, "/readyz", `"ready":true`)
}
