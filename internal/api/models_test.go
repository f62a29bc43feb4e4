package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"hotspot/internal/model"
	"hotspot/internal/testkit"
)

func TestBodies(t *testing.T) {
	f := newFolder(t, 2)
	f.openStatus(3, 2, "waiting")
	s := loaded(t, f.dir)
	for name, path := range map[string]string{
		"models": "/models", "model": "/models/1", "clusters": "/models/2/clusters", "readyz": "/readyz",
	} {
		t.Run(name, func(t *testing.T) {
			w := get(s, path)
			if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
				t.Fatalf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
			}
			testkit.Golden(t, "testdata/"+name+".json", w.Body.String())
		})
	}
	if a, b := get(s, "/models/latest").Body.String(), get(s, "/models/2").Body.String(); a != b {
		t.Errorf("latest is %s, want model 2", a)
	}
	if a, b := get(s, "/models/latest/clusters").Body.String(), get(s, "/models/2/clusters").Body.String(); a != b {
		t.Errorf("latest/clusters is %s, want those of model 2", a)
	}
}

func TestBeforeTheFirstBatch(t *testing.T) {
	f := emptyFolder(t, batchSize)
	s := loaded(t, f.dir)
	const none = `"latest":null,"generation":"e3b0c44298fc1c14","waiting":{"rows":0,"batch_size":0,"state":"unknown"},"models":[]}`
	if w := get(s, "/models"); !strings.HasPrefix(w.Body.String(), `{"title":"","invented":false,`+none) {
		t.Errorf("/models: %s\nwant …%s", w.Body, none)
	}
	if w := get(s, "/"); !strings.HasPrefix(w.Body.String(), `{"title":"","invented":false,"models":[],"links":{`) {
		t.Errorf("/: %s", w.Body)
	}
	f.openStatus(1, 3, "reading")
	load(t, s)
	const waiting = `"waiting":{"rows":3,"batch_size":4,"state":"reading"}`
	if w := get(s, "/models"); !strings.Contains(w.Body.String(), waiting) {
		t.Errorf("/models: %s\nwant …%s", w.Body, waiting)
	}
	for _, path := range []string{"/models", "/"} { // the rows that wait have a title, too
		if w := get(s, path); !strings.HasPrefix(w.Body.String(), `{"title":"Denver crime","invented":true,`) {
			t.Errorf("%s: %s, want the title of the open batch", path, w.Body)
		}
	}
}

func TestBeforeTheFirstLoadEverythingIsLoading(t *testing.T) {
	s := notLoaded(t, newFolder(t, 1).dir)
	for path, want := range map[string]int{
		"/": 503, "/models": 503, "/models/1": 503, "/models/1/clusters": 503, "/model1/5/cluster": 503,
		"/readyz": 503, "/healthz": 200, "/version": 200, "/nothing": 404,
	} {
		w := get(s, path)
		if w.Code != want || want == 503 && w.Header().Get("Retry-After") != "1" {
			t.Errorf("%s: %d, Retry-After %q, want %d", path, w.Code, w.Header().Get("Retry-After"), want)
		}
		if want == 503 && path != "/readyz" && !strings.Contains(w.Body.String(), "/problems/loading") {
			t.Errorf("%s: %s, want loading", path, w.Body)
		}
	}
}

func TestTheNameIsTheSHA256InSixWords(t *testing.T) {
	s := loaded(t, newFolder(t, 1).dir)
	var m struct{ SHA256, Name string }
	if err := json.Unmarshal(get(s, "/models/1").Body.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	if want := model.NameInWords(m.SHA256); m.Name != want || want == "" {
		t.Errorf("name %q, want %q", m.Name, want)
	}
}
