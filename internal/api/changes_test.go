package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// TestChanges asks for what is more or fewer in a folder of five batches, the last of
// which has another category than all before.
func TestChanges(t *testing.T) {
	f := emptyFolder(t, 60)
	for n := range 5 {
		kind := "larceny"
		if n == 4 {
			kind = "arson"
		}
		var all []row
		for i := range 60 {
			at, id := places[i%3], strconv.Itoa(60*n+i)
			all = append(all, row{id, id, "theft-other", kind, fmt.Sprintf("%.4f", at.Lon+float64(i%7)/1000), fmt.Sprintf("%.4f", at.Lat+float64(i%5)/1000)})
		}
		f.publishBatch(all)
		f.publishModel(n + 1)
	}
	s := loaded(t, f.dir)
	var d openapi
	if err := json.Unmarshal(get(s, "/openapi.json").Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	first := get(s, "/models/5/changes?past=4")
	var got any
	if err := json.Unmarshal(first.Body.Bytes(), &got); first.Code != http.StatusOK || err != nil {
		t.Fatalf("%d %v %s", first.Code, err, first.Body)
	}
	for _, wrong := range d.check("the answer", d.Components.Schemas["Changes"], got) {
		t.Error(wrong)
	}
	for _, want := range []string{
		`{"model":5,"asked":4,"past":[1,2,3,4],"areas_of":4,"judged":true,"verdict":"2 of `,
		`{"of":"category","id":"arson","now":60,"expected":0,"low":0,"high":1,"p":0,"p_adjusted":0,"verdict":"more","words":"+60 reports (0 usual, 60 now; 0 to 1 is common)"}`,
	} {
		if !strings.Contains(first.Body.String(), want) {
			t.Errorf("%s\nwant %s", first.Body, want)
		}
	}
	holds(t, s, "/models/latest/changes", `"asked":8,"past":[1,2,3,4],`, `"notes":["batches in its past: 4 of 8, in the areas of model 4"]`)
	holds(t, s, "/models/2/changes", `"judged":false,"verdict":"not judged: what is usual takes 3 batches before it at least, and it has 1"`, `"areas_of":1,`, `"counts":[]`)
	if w := asked(s, http.MethodGet, "/models/5/changes?past=4", "If-None-Match", first.Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Errorf("known already: %d", w.Code)
	}
	for path, want := range map[string]string{
		"/models/5/changes?past=2":   "past: want 3 to 400.",
		"/models/5/changes?past=401": "past: want 3 to 400.",
		"/models/5/changes?past=x":   "past: want 3 to 400.",
		"/models/5/changes?pasts=8":  "pasts: is no parameter here; want past.",
		"/models/6/changes":          "No model 6; the oldest is 1, the newest 5.",
		"/models/5/changes?past=%zz": "query: want NAME=VALUE",
	} {
		if w := get(s, path); w.Code < 400 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("GET %s: %d %s, want %q", path, w.Code, w.Body, want)
		}
	}
}
