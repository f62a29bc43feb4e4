package api_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"hotspot/internal/model"
	"hotspot/internal/testkit"
)

func TestGeoJSON(t *testing.T) {
	f := emptyFolder(t, 9)
	var all []row
	for i, at := range [][2]float64{
		{-104.99, 39.73}, {-104.97, 39.73}, {-104.97, 39.75}, {-104.99, 39.75}, {-104.98, 39.74}, {-104.98, 39.73}, // a square, its middle, a point of its side
		{-104.9, 39.78}, {-104.91, 39.79}, // two points
		{-104.67, 39.85}, // one
	} {
		all = append(all, row{fmt.Sprint(i), fmt.Sprint(i), "theft-other", "larceny", fmt.Sprint(at[0]), fmt.Sprint(at[1])})
	}
	f.publishBatch(all)
	f.publishModel(1)
	s := loaded(t, f.dir)
	w := get(s, "/models/1.geojson")
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/geo+json" || !json.Valid(w.Body.Bytes()) {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	testkit.Golden(t, "testdata/model.geojson", w.Body.String())
	if got := get(s, "/models/latest.geojson").Body.String(); got != w.Body.String() {
		t.Errorf("latest: %s", got)
	}
	for path, want := range map[string]int{"/models/2.geojson": 404, "/models/01.geojson": 404, "/models/.geojson": 404, "/models/1.geojson/": 404, "/models/1.json": 404} {
		if w := get(s, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

// TestGeoJSONHasTheSpotsOfEachArea: each with its place as answers show it.
func TestGeoJSONHasTheSpotsOfEachArea(t *testing.T) {
	f := newFolder(t, 1)
	m := f.newModel(1, places...)
	spot := model.Spot{Cluster: new(0), Lon: -104.981234, Lat: 39.741234, RadiusM: 300, Crimes: 1, Share: model.Share(1, m.Rows.Trained), Ratio: new(2.5)}
	m.Spots = []model.Spot{spot, spot}
	m.Spots[1].Spot, m.Spots[1].Cluster = 1, new(2)
	f.publish(m)
	s := loaded(t, f.dir)
	for _, cluster := range []string{"0", "2"} {
		holds(t, s, "/models/1.geojson", `"coordinates":[-104.9812,39.7412]},"properties":{"what":"spot","model":1,"cluster":`+cluster+`,`)
	}
}
