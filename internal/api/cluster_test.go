package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/model"
)

// The distances are computed outside of this program, from the projection as
// kmeans.md and design.md write it: x = R·rad(lon+104.95)·C, y = R·rad(lat-39.74).
func TestClusterOfACrime(t *testing.T) {
	const (
		bike = `{"offense_id":"2018174723230500","offense":"theft-of-bicycle","category":"larceny","cluster":0,"batch":1,"row":2},` +
			`{"offense_id":"2018174723299900","offense":"criminal-mischief","category":"public-disorder","cluster":1,"batch":1,"row":3},` +
			`{"offense_id":"2018174723571700","offense":"trespassing","category":"all-other-crimes","cluster":2,"batch":2,"row":6}`
		lift = `{"offense_id":"31230300","offense":"theft \"shop\" <lift>","category":"larceny","cluster":null,"batch":1,"row":4},` +
			`{"offense_id":"31299900","offense":"criminal-mischief","category":"public-disorder","cluster":0,"batch":2,"row":7}`
		zeroTo1 = `"distance_m":0,"second":{"cluster":1,"distance_m":8159.2},"centroid":{"lon":-104.98,"lat":39.74}`
	)
	s := loaded(t, newFolder(t, 3).dir)
	tests := []struct{ name, path, want string }{
		{
			"the least row of the model's batch decides", "/model1/2018174723/cluster",
			`{"model":1,"crime_id":"2018174723","cluster":0,"in_training":true,` + zeroTo1 + `,"offenses":[` + bike + `]}`,
		},
		{
			"and not the least row of all", "/model2/2018174723/cluster",
			`{"model":2,"crime_id":"2018174723","cluster":2,"in_training":true,"distance_m":0,"second":{"cluster":1,"distance_m":21150.2},` +
				`"centroid":{"lon":-104.67,"lat":39.85},"offenses":[` + bike + `]}`,
		},
		{
			"without one there the least row of all", "/model3/2018174723/cluster",
			`{"model":3,"crime_id":"2018174723","cluster":0,"in_training":false,` + zeroTo1 + `,"offenses":[` + bike + `]}`,
		},
		{
			"a row without a place does not decide", "/model1/31/cluster",
			`{"model":1,"crime_id":"31","cluster":0,"in_training":false,"distance_m":2565.1,"second":{"cluster":1,"distance_m":6169.3},` +
				`"centroid":{"lon":-104.98,"lat":39.74},"offenses":[` + lift + `]}`,
		},
		{
			"a crime of a later batch", "/model1/9223372036854775806/cluster",
			`{"model":1,"crime_id":"9223372036854775806","cluster":0,"in_training":false,"distance_m":1402.7,"second":{"cluster":1,"distance_m":8169.1},` +
				`"centroid":{"lon":-104.98,"lat":39.74},"offenses":[{"offense_id":"9223372036854775807","offense":"arson","category":"arson","cluster":0,"batch":2,"row":8}]}`,
		},
		{
			"no place at all", "/model2/5/cluster",
			`{"model":2,"crime_id":"5","cluster":null,"reason":"no_location","in_training":false,"distance_m":null,"second":null,"centroid":null,` +
				`"offenses":[{"offense_id":"5230800","offense":"theft-other","category":"larceny","cluster":null,"batch":1,"row":1}]}`,
		},
		{
			"a place outside, in the model's batch", "/model2/77/cluster",
			`{"model":2,"crime_id":"77","cluster":null,"reason":"out_of_area","in_training":false,"distance_m":null,"second":null,"centroid":null,` +
				`"offenses":[{"offense_id":"77230300","offense":"theft-shoplift","category":"larceny","cluster":null,"batch":2,"row":5}]}`,
		},
		{
			"the id zero", "/model3/0/cluster",
			`{"model":3,"crime_id":"0","cluster":0,"in_training":true,` + zeroTo1 +
				`,"offenses":[{"offense_id":"0","offense":"theft-other","category":"larceny","cluster":0,"batch":3,"row":9}]}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := get(s, tt.path)
			if got := strings.TrimSuffix(w.Body.String(), "\n"); w.Code != 200 || got != tt.want {
				t.Errorf("%s: %d\n got %s\nwant %s", tt.path, w.Code, got, tt.want)
			}
		})
	}
}

func TestModelsOfFewClusters(t *testing.T) {
	f := newFolder(t, 0)
	f.publishBatch(rows[:4])
	f.publishBatch(rows[4:8])
	f.publish(f.newModel(1, crime.Place{Lon: -104.98, Lat: 39.74}))
	untrainable := f.newModel(2)
	untrainable.Settings.K, untrainable.Status, untrainable.Reason = 5, model.Untrainable, "3 distinct places, 5 clusters wanted"
	untrainable.Iterations, untrainable.Inertia, untrainable.Silhouette = 0, 0, nil
	untrainable.Clusters = []model.Cluster{}
	f.publish(untrainable)
	s := loaded(t, f.dir)
	for path, want := range map[string]string{
		"/model1/2018174723/cluster": `"cluster":0,"in_training":true,"distance_m":0,"second":null,"centroid":{"lon":-104.98,"lat":39.74}`,
		"/model2/2018174723/cluster": `"cluster":null,"reason":"untrainable","in_training":false,"distance_m":null,"second":null,"centroid":null`,
		"/models/2":                  `"status":"untrainable","inertia_km2":0,"silhouette":null`,
		"/models/2/clusters":         `"k":5,"rows":4,"reported":{"first":"2019-01-06T00:13:00","last":"2019-01-09T00:13:00"},"clusters":[]}`,
	} {
		if w := get(s, path); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s\nwant …%s…", path, w.Code, w.Body, want)
		}
	}
}

func TestWithoutAUsablePlaceTheModelsBatchTellsTheReason(t *testing.T) {
	f := emptyFolder(t, 2)
	nowhere := row{"9", "90", "a", "b", "", ""}
	outside := row{"9", "91", "a", "b", "10", "50"}
	other := rows[1]
	f.publishBatch([]row{nowhere, other})
	f.publishBatch([]row{outside, other})
	for n := 1; n <= 2; n++ {
		f.publish(f.newModel(n, places[0], places[1]))
	}
	s := loaded(t, f.dir)
	for path, want := range map[string]string{
		"/model1/9/cluster": `"reason":"no_location"`,
		"/model2/9/cluster": `"reason":"out_of_area"`,
	} {
		if w := get(s, path); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %s, want %s", path, w.Body, want)
		}
	}
}

func TestAnIncidentMayHaveAnyNumberOfOffenses(t *testing.T) {
	const offenses = 40
	f := emptyFolder(t, offenses)
	var all []row
	for i := range offenses {
		all = append(all, row{"7", fmt.Sprint(700 + i), "a", "b", "-104.95", "39.74"})
	}
	f.publishBatch(all)
	f.publishModel(1)
	w := get(loaded(t, f.dir), "/model1/7/cluster")
	last := `{"offense_id":"739","offense":"a","category":"b","cluster":0,"batch":1,"row":40}]}`
	if got := strings.Count(w.Body.String(), "offense_id"); got != offenses || !strings.Contains(w.Body.String(), last) {
		t.Errorf("%d offenses, want %d and at the end %s\n%s", got, offenses, last, w.Body)
	}
}

func TestAnUnknownCrimeTellsWhatWaits(t *testing.T) {
	f := newFolder(t, 3)
	s := loaded(t, f.dir)
	const unknown = "/model1/6/cluster"
	for _, tt := range []struct {
		batch, rows int
		want        string
	}{
		{0, 0, `"detail":"No crime 6 in 3 batches.","waiting_rows":0}`},
		{4, 3412, `"detail":"No crime 6 in 3 batches; 3412 rows are waiting.","waiting_rows":3412}`},
		{4, 1, `"detail":"No crime 6 in 3 batches; 1 row is waiting.","waiting_rows":1}`},
		{3, 2, `"detail":"No crime 6 in 3 batches.","waiting_rows":0}`}, // older than batch 3
	} {
		if tt.batch > 0 {
			f.openStatus(tt.batch, tt.rows, "reading")
		}
		load(t, s)
		if w := get(s, unknown); w.Code != 404 || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("open batch %d with %d rows: %d %s\nwant …%s", tt.batch, tt.rows, w.Code, w.Body, tt.want)
		}
	}
}

func TestHeadAndNotModified(t *testing.T) {
	f := newFolder(t, 2)
	s := loaded(t, f.dir)
	const path = "/model1/2018174723/cluster"
	tag := get(s, path).Header().Get("ETag")
	ask := func(value string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost"
		r.Header.Set("If-None-Match", value)
		s.ServeHTTP(w, r)
		return w
	}
	for value, want := range map[string]int{
		tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "": 200, strings.Trim(tag, `"`): 200,
	} {
		w := ask(value)
		if w.Code != want || w.Header().Get("ETag") != tag || (want == 304) != (w.Body.Len() == 0) {
			t.Errorf("If-None-Match %s: %d with ETag %s and %d bytes, want %d", value, w.Code, w.Header().Get("ETag"), w.Body.Len(), want)
		}
	}
	if f.publishBatch(rows[8:]); tag != get(s, path).Header().Get("ETag") {
		t.Error("the ETag changed before anything was loaded")
	}
	load(t, s)
	if w := ask(tag); w.Code != 200 || w.Header().Get("ETag") == tag {
		t.Errorf("after another batch: %d with the old ETag %s", w.Code, tag)
	}
	replica := loaded(t, f.dir)
	if a, b := get(s, path).Header().Get("ETag"), get(replica, path).Header().Get("ETag"); a != b {
		t.Errorf("two servers of the same files say %s and %s", a, b)
	}
}
