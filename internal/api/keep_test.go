package api_test

import (
	"slices"
	"strings"
	"testing"

	"hotspot/internal/api"
)

// keeping is a loaded server of the newest n models.
func keeping(t *testing.T, dir string, n int) *api.Server {
	t.Helper()
	c := config(dir)
	c.KeepModels = n
	s, err := api.New(quiet(), c)
	if err != nil {
		t.Fatal(err)
	}
	load(t, s)
	return s
}

func TestOfManyModelsTheNewestAreKept(t *testing.T) {
	f := newFolder(t, 2)
	f.openStatus(3, 0, "reading")
	s := keeping(t, f.dir, 2)
	if w := get(s, "/models/1"); w.Code != 200 {
		t.Errorf("model 1 of two: %d %s", w.Code, w.Body)
	}
	tag := get(s, "/models").Header().Get("ETag")
	f.publishBatch(rows[8:])
	f.publishModel(3)
	load(t, s)

	for _, path := range []string{"/model1/5/cluster", "/models/1", "/models/1/clusters", "/models/1/clusters/0/crimes", "/models/1/points", "/models/1.geojson", "/models/1/compare/2", "/models/2/compare/1", "/report/1"} {
		w := get(s, path)
		if w.Code != 410 || !strings.Contains(w.Body.String(), `"type":"/problems/model-gone","title":"Model gone","status":410,"detail":"Model 1 is no longer served; the oldest is 2."`) {
			t.Errorf("%s: %d %s, want 410 model-gone", path, w.Code, w.Body)
		}
	}
	if w := post(s, "/models/1/predict", `{"lon":-104.98,"lat":39.74}`); w.Code != 410 {
		t.Errorf("predict: %d %s, want 410", w.Code, w.Body)
	}
	if w := get(s, "/model4/5/cluster"); w.Code != 404 {
		t.Errorf("model 4: %d, want 404", w.Code)
	}
	for _, path := range []string{"/model2/5/cluster", "/model3/5/cluster", "/models/latest", "/report/2"} {
		if w := get(s, path); w.Code != 200 {
			t.Errorf("%s: %d %s; a crime of a batch whose model is gone stays known", path, w.Code, w.Body)
		}
	}
	var m struct {
		Latest, Gone int
		Models       []struct{ Model int }
	}
	w := get(s, "/models")
	decode(t, w.Body.Bytes(), &m)
	if m.Latest != 3 || m.Gone != 1 || len(m.Models) != 2 || m.Models[0].Model != 2 {
		t.Errorf("/models: %s, want models 2 and 3, gone 1", w.Body)
	}
	if w.Header().Get("ETag") == tag {
		t.Error("the ETag stayed")
	}
	if r := ready(t, s); !slices.Equal(r.Models, []int{2, 3}) {
		t.Errorf("/readyz: %+v, want models 2 and 3", r)
	}
	var crime struct {
		Offenses []struct{ Clusters []struct{ Model int } }
	}
	decode(t, get(s, "/crimes/5").Body.Bytes(), &crime)
	if c := crime.Offenses[0].Clusters; len(c) != 2 || c[0].Model != 2 {
		t.Errorf("/crimes/5: %+v, want models 2 and 3", c)
	}
	if !strings.Contains(get(s, "/metrics").Body.String(), "\nhotspot_api_models 2\n") {
		t.Error("/metrics does not count 2 models")
	}
	// What is served does not depend on what a server has seen before.
	if again := keeping(t, f.dir, 2); get(again, "/models").Header().Get("ETag") != w.Header().Get("ETag") {
		t.Error("another server of the same folder has another ETag")
	}
	if all := loaded(t, f.dir); get(all, "/models").Header().Get("ETag") == w.Header().Get("ETag") {
		t.Error("a server of all models has the same ETag")
	}
}

func TestEventsTellWhichModelIsGone(t *testing.T) {
	f := newFolder(t, 2)
	c := config(f.dir)
	c.KeepModels = 2
	s := run(t, c)
	s.waitModels(2)
	e := listenTo(t, s.web)
	e.want("snapshot", `"latest":2`)
	f.publishBatch(rows[8:])
	f.publishModel(3)
	seen := map[string]int{}
	var last string
	for last != "model" {
		name, id, data := e.next()
		seen[name]++
		last = name
		if name == "gone" && data != `{"model":1}` || name == "model" && (id == "" || seen["gone"] == 0) {
			t.Errorf("event %s %s %s", name, id, data)
		}
	}
	if seen["gone"] != 1 || seen["batch"] != 1 || seen["snapshot"] != 0 {
		t.Errorf("events %v, want one batch, gone and model", seen)
	}
}
