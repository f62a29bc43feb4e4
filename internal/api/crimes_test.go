package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hotspot/internal/testkit"
)

func TestTheWayOfACrime(t *testing.T) {
	s := loaded(t, newFolder(t, 2).dir)
	for _, tt := range []struct{ id, golden string }{{"2018174723", "crime.json"}, {"77", "crime-out-of-area.json"}, {"31", "crime-once-without-a-place.json"}} {
		w := get(s, "/crimes/"+tt.id)
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", tt.id, w.Code)
		}
		testkit.Golden(t, "testdata/"+tt.golden, w.Body.String())
	}
	for _, tt := range []struct {
		id      string
		status  int
		problem string
	}{{"6", 404, "crime-not-found"}, {"06", 400, "invalid-crime-id"}, {"x", 400, "invalid-crime-id"}} {
		w := get(s, "/crimes/"+tt.id)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), `"/problems/`+tt.problem+`"`) {
			t.Errorf("%s: %d %s", tt.id, w.Code, w.Body)
		}
	}
}

func TestTheCitysOwnIdFindsACrime(t *testing.T) {
	s := loaded(t, newFolder(t, 2).dir)
	way := strings.TrimSpace(get(s, "/crimes/2018174723").Body.String())
	if w := get(s, "/crimes?ref=GO-2018174723"); w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"ref":"GO-2018174723","total":1,"crimes":[`+way+`]}` {
		t.Errorf("%d %s, want %s in it", w.Code, w.Body, way)
	}
	for query, want := range map[string]string{
		"?ref=2018174723": `No crime \"2018174723\" in 2 batches.`, "?ref=GO-201817472": "/problems/crime-not-found",
		"": `"field":"ref"`, "?ref=GO-2018174723&x=%zz": `"field":"query"`, "?ref=": `"field":"ref"`,
	} {
		if w := get(s, "/crimes"+query); w.Code == 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("/crimes%s: %d %s", query, w.Code, w.Body)
		}
	}
}

func TestTheWayWithoutAModel(t *testing.T) {
	f := emptyFolder(t, batchSize)
	f.publishBatch(rows[:batchSize])
	s := loaded(t, f.dir)
	w := get(s, "/crimes/31")
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"line":5,"row":4,"batch":1,"topic":"test","partition":0,"offset":3,"reason":null,"clusters":[]`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

type page struct {
	Total  int
	Crimes []struct {
		Row   int
		Crime string `json:"crime_id"`
	}
	Next *string
}

func TestCrimesOfAClusterComeInPages(t *testing.T) {
	f := emptyFolder(t, 250)
	var all []row
	for i := range 250 {
		p := places[i%2]
		all = append(all, row{fmt.Sprint(1000 + i), fmt.Sprint(5000 + i), "theft-other", "larceny", fmt.Sprint(p.Lon), fmt.Sprint(p.Lat)})
	}
	f.publishBatch(all)
	f.publishModel(1)
	s := loaded(t, f.dir)
	for _, limit := range []int{1, 7, 100, 124, 125, 126, 1000} {
		path, seen, pages := fmt.Sprintf("/models/latest/clusters/1/crimes?limit=%d", limit), 0, 0
		for path != "" {
			w := get(s, path)
			var p page
			if err := json.Unmarshal(w.Body.Bytes(), &p); w.Code != 200 || err != nil || p.Total != 125 || len(p.Crimes) > limit {
				t.Fatalf("%s: %d %v %s", path, w.Code, err, w.Body)
			}
			for _, c := range p.Crimes {
				seen++
				if want := 2 * seen; c.Row != want || c.Crime != fmt.Sprint(999+want) {
					t.Fatalf("%s: crime %d is %+v, want row %d", path, seen, c, want)
				}
			}
			pages++
			path = ""
			if p.Next != nil {
				path = *p.Next
			}
		}
		if seen != 125 || pages != (125+limit-1)/limit {
			t.Errorf("limit %d: %d crimes on %d pages", limit, seen, pages)
		}
	}
	testkit.Golden(t, "testdata/crimes.json", get(s, "/models/1/clusters/0/crimes?after=4&limit=2").Body.String())
	for _, tt := range []struct {
		path    string
		status  int
		problem string
	}{
		{"/models/1/clusters/3/crimes", 404, "cluster-not-found"},
		{"/models/1/clusters/00/crimes", 404, "cluster-not-found"},
		{"/models/1/clusters/-1/crimes", 404, "cluster-not-found"},
		{"/models/1/clusters/%31/crimes", 404, "cluster-not-found"},
		{"/models/2/clusters/9/crimes", 404, "model-not-found"},
		{"/models/1/clusters/0/crimes?limit=0", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?limit=1001", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?limit=+5", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?after=-1", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?after=", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?after=9223372036854775808", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?x=%zz&limit=5", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?limit=%z1", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?after=4;limit=1", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?after=0&limit=%35", 200, ""},
		{"/models/1/clusters/0/crimes?limt=5", 422, "invalid-field"},
		{"/models/1/clusters/0/crimes?after=9223372036854775807", 200, ""},
	} {
		w := get(s, tt.path)
		if w.Code != tt.status || tt.problem != "" && !strings.Contains(w.Body.String(), `"/problems/`+tt.problem+`"`) {
			t.Errorf("%s: %d %s", tt.path, w.Code, w.Body)
		}
	}
}
