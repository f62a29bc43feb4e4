package api_test

import (
	"net/http"
	"testing"

	"hotspot/internal/api"
	"hotspot/internal/model"
)

// TestSpots asks for those of a model that goes on with one spot of the model before
// and with another no longer, in both forms, with places rounded as elsewhere.
func TestSpots(t *testing.T) {
	f := newFolder(t, 1)
	f.publishBatch(rows[batchSize : 2*batchSize])
	m, one, before, ratio := f.newModel(2, places...), 1, 1, 12.5
	m.AlignedTo = &before
	m.Spots = []model.Spot{{
		Cluster: &one, Lon: -104.987654, Lat: 39.754321, RadiusM: 300, Crimes: 2, Share: model.Share(2, m.Rows.Trained), Expected: .2, Ratio: &ratio, PAdjusted: 1.23e-5,
		Categories: []model.Category{}, Previous: &model.PreviousSpot{Spot: 1, MovedM: 12.3},
	}}
	m.SpotsGone = []model.SpotGone{{Spot: 0, Lon: -104.912345, Lat: 39.701234, Before: 9, Now: 1}}
	f.publish(m)
	s := loaded(t, f.dir)
	const (
		listed = `{"model":2,"rows":4,"reported":{"first":"2019-01-06T00:13:00","last":"2019-01-09T00:13:00"},"aligned_to":1,` +
			`"spots":[` + spot + `],"spots_gone":[{"spot":0,"lon":-104.9123,"lat":39.7012,"crimes_before":9,"crimes_now":1}]}` + "\n"
		points = `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[-104.9877,39.7543]},"properties":` + spot + `}]}` + "\n"
		none   = `{"model":1,"rows":4,"reported":{"first":"2019-01-02T00:13:00","last":"2019-01-05T00:13:00"},"aligned_to":null,"spots":[],"spots_gone":[]}` + "\n"
	)
	for path, want := range map[string]string{
		"/models/2/spots": listed, "/models/latest/spots": listed, "/models/1/spots": none,
		"/models/2/spots.geojson": points, "/models/1/spots.geojson": `{"type":"FeatureCollection","features":[]}` + "\n",
	} {
		w := get(s, path)
		if w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s: %d\n%s\nwant\n%s", path, w.Code, w.Body, want)
		}
		if known := asked(s, http.MethodGet, path, "If-None-Match", w.Header().Get("ETag")); known.Code != http.StatusNotModified {
			t.Errorf("%s, known already: %d", path, known.Code)
		}
	}
	if kind := get(s, "/models/2/spots.geojson").Header().Get("Content-Type"); kind != "application/geo+json" {
		t.Error(kind)
	}
	for path, want := range map[string]int{"/models/3/spots": 404, "/models/02/spots": 404, "/models/3/spots.geojson": 404, "/models/2/spots/": 404, "/models/2/spots.json": 404} {
		if w := get(s, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	c := config(f.dir)
	c.Exact = true
	e, err := api.New(quiet(), c)
	if err != nil {
		t.Fatal(err)
	}
	load(t, e)
	holds(t, e, "/models/2/spots", `"lon":-104.987654,"lat":39.754321,`, `"lon":-104.912345,"lat":39.701234,`)
	holds(t, e, "/models/2/spots.geojson", `"coordinates":[-104.987654,39.754321]`)
}

const spot = `{"spot":0,"cluster":1,"lon":-104.9877,"lat":39.7543,"radius_m":300,"crimes":2,"share":0.5,"expected":0.2,"ratio":12.5,"p_adjusted":0.0000123,"categories":[],"previous":{"spot":1,"moved_m":12.3}}`
