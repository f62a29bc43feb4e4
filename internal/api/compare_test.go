package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hotspot/internal/model"
)

// twoBatches is a folder of two batches of 60 rows around the places of the
// models, and a third one whose model has no clusters.
func twoBatches(t *testing.T) *folder {
	f := emptyFolder(t, 60)
	for n := range 3 {
		var all []row
		for i := range 60 {
			k := 60*n + i
			p := places[i%3]
			all = append(all, row{
				fmt.Sprint(k), fmt.Sprint(k), "theft-other", "larceny",
				fmt.Sprintf("%.4f", p.Lon+float64(k%7)/1000), fmt.Sprintf("%.4f", p.Lat+float64(k%5)/1000),
			})
		}
		f.publishBatch(all)
		if n < 2 {
			f.publishModel(n + 1)
		}
	}
	m := f.newModel(3)
	m.Settings.K, m.Status, m.Reason, m.Iterations, m.Inertia, m.Silhouette = 70, model.Untrainable, "too few places", 0, 0, nil
	f.publish(m)
	return f
}

func TestCompare(t *testing.T) {
	s := loaded(t, twoBatches(t).dir)
	if n := len(get(s, "/models").Body.String()); !strings.Contains(get(s, "/models").Body.String(), `"latest":3`) {
		t.Fatalf("%d %s", n, get(s, "/readyz").Body)
	}
	first := get(s, "/models/1/compare/2")
	var got struct {
		A, B     int
		Verdict  string
		Clusters []struct{ A, B *int }
	}
	if err := json.Unmarshal(first.Body.Bytes(), &got); first.Code != 200 || err != nil || got.A != 1 || got.B != 2 || len(got.Clusters) != 3 || got.Verdict == "" {
		t.Fatalf("%d %v %s", first.Code, err, first.Body)
	}
	// Nothing is computed under a context that has ended: this answer was kept.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/models/1/compare/2", nil)
	r.Host = "localhost"
	again := httptest.NewRecorder()
	if s.ServeHTTP(again, r); again.Body.String() != first.Body.String() {
		t.Errorf("again: %d %s", again.Code, again.Body)
	}
	for path, want := range map[string]string{
		"/models/1/compare/3":      "not-comparable",
		"/models/latest/compare/1": "not-comparable",
		"/models/1/compare/4":      "model-not-found",
		"/models/0/compare/1":      "model-not-found",
	} {
		if w := get(s, path); !strings.Contains(w.Body.String(), `"/problems/`+want+`"`) {
			t.Errorf("%s: %d %s, want %s", path, w.Code, w.Body, want)
		}
	}
	if w := asked(s, http.MethodGet, "/models/1/compare/2", "If-None-Match", first.Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Errorf("with the ETag: %d", w.Code)
	}
}
