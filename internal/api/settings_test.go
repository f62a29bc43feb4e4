package api_test

import (
	"fmt"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// timed is a model of batch 1 with the hour among its features: an area of
// midnight, one of 6 h and one of noon, all in the same place.
func timed(f *folder) *model.Model {
	here := crime.Place{Lon: -104.98, Lat: 39.74}
	m := f.newModel(1, here, here, here)
	m.Settings.Features, m.Features = string(feature.GeoTime), feature.GeoTime.Columns()
	for i, at := range [][]float64{{0, 4}, {4, 0}, {0, -4}} {
		m.Clusters[i].Centroid.Extra = at
	}
	return m
}

// TestTheHourIsAskedForWhereItCounts: 0 to 23 and nothing else; the nearest
// area depends on it, the distance is that on the ground. A crime brings its
// own, and one without an hour is as far from every hour.
func TestTheHourIsAskedForWhereItCounts(t *testing.T) {
	f := emptyFolder(t, batchSize)
	f.publishBatch(rows[:batchSize])
	f.replace(model.Name(1), timed(f).Encode())
	s := loaded(t, f.dir)
	for hour, want := range map[int]int{0: 0, 2: 0, 4: 1, 6: 1, 8: 1, 10: 2, 12: 2, 14: 2, 22: 0, 23: 0} {
		w := post(s, "/models/1/predict", fmt.Sprintf(`{"lon":-104.98,"lat":39.74,"hour":%d}`, hour))
		if begins := fmt.Sprintf(`{"model":1,"results":[{"lon":-104.98,"lat":39.74,"hour":%d,"cluster":%d,"distance_m":0,`, hour, want); w.Code != 200 || !strings.HasPrefix(w.Body.String(), begins) {
			t.Errorf("hour %d: %d %s, want %s", hour, w.Code, w.Body, begins)
		}
	}
	for _, hour := range []string{``, `,"hour":null`, `,"hour":24`, `,"hour":-1`, `,"hour":"3"`, `,"hour":3.5`, `,"hour":1e1`} {
		w := post(s, "/models/1/predict", `{"lon":-104.98,"lat":39.74`+hour+`}`)
		if w.Code != 422 || !strings.Contains(w.Body.String(), `"field":"hour"`) {
			t.Errorf("%q: %d %s", hour, w.Code, w.Body)
		}
	}
	// The crimes of the fixture have no hour: the middle of the dial, so the
	// lowest number of three that are equally near.
	w := post(s, "/models/1/predict", `{"crime_ids":["2018174723"]}`)
	if want := `{"crime_id":"2018174723","cluster":0,"distance_m":0,"second":{"cluster":1,"distance_m":0},"in_training":true}`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("a crime without an hour: %s, want %s", w.Body, want)
	}
	for _, path := range []string{"/model1/2018174723/cluster", "/crimes/2018174723", "/models/1/points", "/models/1/clusters/0/crimes", "/models/1.geojson", "/models/1"} {
		if w := get(s, path); w.Code != 200 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// TestAnIncidentThatCountsOnceIsShownOnce: of its offenses in the batch the
// first stands for it; the others have their area and were not trained on.
func TestAnIncidentThatCountsOnceIsShownOnce(t *testing.T) {
	f := emptyFolder(t, 3)
	twice := row{"7", "7000001", "theft-other", "larceny", "-104.98", "39.74"}
	again := twice
	again.offense = "7000002"
	f.publishBatch([]row{twice, again, {"8", "8000001", "arson", "arson", "-104.9", "39.78"}})
	m := f.newModel(1, crime.Place{Lon: -104.98, Lat: 39.74}, crime.Place{Lon: -104.9, Lat: 39.78})
	m.Settings.Weight = model.Incident
	m.Rows = model.Rows{Total: 3, Trained: 2, Repeated: 1, DistinctPlaces: 2}
	for i := range m.Clusters {
		c := &m.Clusters[i]
		c.Size, c.Share, c.HoursUnknown, c.WeekdaysUnknown = 1, model.Share(1, 2), 1, 1
	}
	f.replace(model.Name(1), m.Encode())
	s := loaded(t, f.dir)
	if w := get(s, "/models/1/clusters/0/crimes"); !strings.Contains(w.Body.String(), `"total":1,`) || strings.Contains(w.Body.String(), "7000002") {
		t.Errorf("crimes of area 0: %s", w.Body)
	}
	way := get(s, "/crimes/7").Body.String()
	first, second, _ := strings.Cut(way, `"offense_id":"7000002"`)
	if !strings.Contains(first, `"in_training":true`) || !strings.Contains(second, `"in_training":false`) || !strings.Contains(second, `"cluster":0`) {
		t.Errorf("the way of the incident: %s", way)
	}
	if w := get(s, "/model1/7/cluster"); !strings.Contains(w.Body.String(), `"in_training":true`) {
		t.Errorf("the incident: %s", w.Body)
	}
	if w := get(s, "/models/1"); !strings.Contains(w.Body.String(), `"repeated":1`) {
		t.Errorf("the model does not tell what it left out: %s", w.Body)
	}
}
