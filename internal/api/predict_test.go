package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hotspot/internal/api"
	"hotspot/internal/testkit/memtest"
)

// post asks predict with a JSON body.
func post(s http.Handler, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/json")
	s.ServeHTTP(w, r)
	return w
}

func TestPredict(t *testing.T) {
	s := loaded(t, newFolder(t, 2).dir)
	for _, tt := range []struct{ body, want string }{
		{`{"lon":-104.98,"lat":39.74}`, `{"model":1,"results":[{"lon":-104.98,"lat":39.74,"cluster":0,"distance_m":0,"second":{"cluster":1,"distance_m":8159.2},"outside_training_range":false}]}`},
		{` {"lon":-104.9799999,"lat":39.74} `, `{"model":1,"results":[{"lon":-104.9799999,"lat":39.74,"cluster":0,"distance_m":0,"second":{"cluster":1,"distance_m":8159.2},"outside_training_range":false}]}`},
		{
			`{"crime_ids":["5","6","2018174723","77"],"locations":[{"lat":39.78,"lon":-104.9},{"lon":0,"lat":-0.0}]}`,
			`{"model":1,"results":[{"lon":-104.9,"lat":39.78,"cluster":1,"distance_m":0,"second":{"cluster":0,"distance_m":8159.2},"outside_training_range":false},` +
				`{"lon":0,"lat":0,"cluster":2,"distance_m":9986578.6,"second":{"cluster":1,"distance_m":10000761.2},"outside_training_range":true},` +
				`{"crime_id":"5","cluster":null,"reason":"no_location","distance_m":null,"second":null,"in_training":false},` +
				`{"crime_id":"6","error":"crime-not-found"},` +
				`{"crime_id":"2018174723","cluster":0,"distance_m":0,"second":{"cluster":1,"distance_m":8159.2},"in_training":true},` +
				`{"crime_id":"77","cluster":null,"reason":"out_of_area","distance_m":null,"second":null,"in_training":false}]}`,
		},
	} {
		w := post(s, "/models/1/predict", tt.body)
		if w.Code != 200 || w.Body.String() != tt.want+"\n" {
			t.Errorf("%s: %d\n got %s\nwant %s", tt.body, w.Code, w.Body, tt.want)
		}
	}
	if w := post(s, "/models/3/predict", `{"lon":-104.98,"lat":39.74}`); w.Code != 404 {
		t.Errorf("model 3: %d", w.Code)
	}
	places := strings.TrimSuffix(strings.Repeat(`{"lon":-104.98,"lat":39.74},`, 1000), ",")
	w := post(s, "/models/latest/predict", `{"locations":[`+places+`]}`)
	var a struct{ Results []any }
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || len(a.Results) != 1000 {
		t.Errorf("1,000 places: %d, %d results, %v", w.Code, len(a.Results), err)
	}
}

// TestBadBodies is H54 to H62 of the design, and what lies beside.
func TestBadBodies(t *testing.T) {
	s := run(t, config(newFolder(t, 1).dir))
	s.waitModels(1)
	send := func(header, body string) string {
		return "POST /models/1/predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header +
			fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	body := func(body string) string { return send("Content-Type: application/json\r\n", body) }
	const fine = `{"lon":-104.98,"lat":39.74}`
	large := `{"lon":-104.98,"lat":39.74` + strings.Repeat(" ", 64<<10) + "}"
	many := `{"crime_ids":[` + strings.TrimSuffix(strings.Repeat(`"5",`, 1001), ",") + `]}`
	for _, tt := range []struct {
		name, request string
		status        int
		problem       string
		field         string
	}{
		{"fine", body(fine), 200, "", ""},
		{"charset", send("Content-Type: Application/JSON; charset=UTF-8\r\n", fine), 200, "", ""},
		{"chunks", "POST /models/1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1b\r\n" + fine + "\r\n0\r\n\r\n", 200, "", ""},
		{"H54 text/plain", send("Content-Type: text/plain\r\n", fine), 415, "unsupported-media-type", ""},
		{"H54 missing", send("", fine), 415, "unsupported-media-type", ""},
		{"H54 utf-16", send("Content-Type: application/json; charset=utf-16\r\n", fine), 415, "unsupported-media-type", ""},
		{"H54 malformed", send("Content-Type: application/json; =\r\n", fine), 415, "unsupported-media-type", ""},
		{"H55", send("Content-Type: application/json\r\nContent-Encoding: gzip\r\n", fine), 415, "unsupported-media-type", ""},
		{"H56 declared", "POST /models/1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n", 413, "body-too-large", ""},
		{"H56 chunked", "POST /models/1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
			fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(large), large), 413, "body-too-large", ""},
		{"H57 empty", body(""), 400, "invalid-json", ""},
		{"H57 {", body("{"), 400, "invalid-json", ""},
		{"H57 BOM", body("\ufeff" + fine), 400, "invalid-json", ""},
		{"H57 comment", body(`{"lon":-104.98,/* */"lat":39.74}`), 400, "invalid-json", ""},
		{"H57 NaN", body(`{"lon":NaN,"lat":39.74}`), 400, "invalid-json", ""},
		{"H57 Infinity", body(`{"lon":-Infinity,"lat":39.74}`), 400, "invalid-json", ""},
		{"H57 [", body(strings.Repeat("[", 20000)), 400, "invalid-json", ""},
		{"H57 [ inside", body(`{"lon":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`), 400, "invalid-json", ""},
		{"H58 null", body("null"), 400, "invalid-json", ""},
		{"H58 []", body("[]"), 400, "invalid-json", ""},
		{"H58 text", body(`"x"`), 400, "invalid-json", ""},
		{"H59 missing", body(`{"lon":-104.98}`), 422, "invalid-field", "lat"},
		{"H59 null", body(`{"lon":-104.98,"lat":null}`), 422, "invalid-field", "lat"},
		{"H59 text", body(`{"lon":-104.98,"lat":"39"}`), 422, "invalid-field", "lat"},
		{"H59 in a list", body(`{"locations":[{"lon":-104.98,"lat":39},{"lon":-104.98}]}`), 422, "invalid-field", "locations[1].lat"},
		{"H60 1e309", body(`{"lon":-104.98,"lat":1e309}`), 422, "invalid-field", "lat"},
		{"H60 lat 91", body(`{"lon":-104.98,"lat":91}`), 422, "invalid-field", "lat"},
		{"H60 lon 181", body(`{"lon":181,"lat":39}`), 422, "invalid-field", "lon"},
		{"H60 zeros", body(`{"lon":1` + strings.Repeat("0", 60000) + `,"lat":39}`), 422, "invalid-field", "lon"},
		{"H61 twice", body(`{"lon":-104.98,"lat":39,"lat":39}`), 400, "invalid-json", ""},
		{"H61 twice, escaped", body(`{"lon":-104.98,"lat":39,"l\u0061t":39}`), 400, "invalid-json", ""},
		{"H61 unknown", body(`{"lon":-104.98,"lat":39,"x":1}`), 400, "invalid-json", ""},
		{"H61 unknown in a list", body(`{"locations":[{"lon":-104.98,"lat":39,"x":1}]}`), 400, "invalid-json", ""},
		{"H61 LAT", body(`{"lon":-104.98,"LAT":39}`), 400, "invalid-json", ""},
		{"H61 behind", body(fine + "{}"), 400, "invalid-json", ""},
		{"H62 UTF-8", body("{\"lon\":-104.98,\"lat\":39,\"crime_ids\":[\"\xff\"]}"), 400, "invalid-json", ""},
		{"H62 a surrogate", body(`{"crime_ids":["\ud800"]}`), 400, "invalid-json", ""},
		{"H62 UTF-16", body("{\x00\"\x00"), 400, "invalid-json", ""},
		{"H63", body(`{"lon":-100,"lat":39}`), 200, "", ""},
		{"nothing asked", body(`{}`), 422, "invalid-field", "lon"},
		{"an empty list", body(`{"locations":[]}`), 422, "invalid-field", "locations"},
		{"an empty list beside one that is not", body(`{"locations":[{"lon":-104.98,"lat":39}],"crime_ids":[]}`), 422, "invalid-field", "crime_ids"},
		{"no list", body(`{"locations":{}}`), 422, "invalid-field", "locations"},
		{"null for a list", body(`{"locations":[{"lon":1,"lat":2}],"crime_ids":null}`), 422, "invalid-field", "crime_ids"},
		{"null for a place", body(`{"locations":[null]}`), 422, "invalid-field", "locations[0]"},
		{"half an hour", body(`{"lon":-104.98,"lat":39,"hour":3.5}`), 422, "invalid-field", "hour"},
		{"text in a list", body(`{"locations":[{"lon":-104.98,"lat":39},{"lon":"x","lat":1}]}`), 422, "invalid-field", "locations[1].lon"},
		{"no objects", body(`{"locations":[1]}`), 422, "invalid-field", "locations[0]"},
		{"too many", body(many), 422, "invalid-field", "crime_ids"},
		{"a number as id", body(`{"crime_ids":["5",5]}`), 422, "invalid-field", "crime_ids[1]"},
		{"a bad id", body(`{"crime_ids":["05"]}`), 422, "invalid-field", "crime_ids[0]"},
		{"both forms", body(`{"lon":1,"crime_ids":["5"]}`), 422, "invalid-field", "lon"},
		{"an hour that is not asked for", body(`{"lon":-104.98,"lat":39,"hour":3}`), 422, "invalid-field", "hour"},
		{"GET", request("/models/1/predict"), 405, "method-not-allowed", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := raw(t, s.api, tt.request)
			if err != nil {
				t.Fatal(err)
			}
			var p struct{ Field string }
			if tt.problem != "" {
				json.Unmarshal([]byte(a.body), &p)
			}
			if a.status != tt.status || a.problem() != tt.problem || p.Field != tt.field {
				t.Errorf("%d %s %q, want %d %s %q\n%.300s", a.status, a.problem(), p.Field, tt.status, tt.problem, tt.field, a.body)
			}
			if len(a.body) > 2000 {
				t.Errorf("the answer says the body again: %.300s", a.body)
			}
			if tt.status == 405 && a.header.Get("Allow") != "POST, OPTIONS" {
				t.Errorf("Allow: %q", a.header.Get("Allow"))
			}
		})
	}
}

// TestAFeatureThatAPlaceCannotBeGivenIsNotGuessed: a model that was trained with
// one answers about crimes, which have it, and not about places.
func TestAFeatureThatAPlaceCannotBeGivenIsNotGuessed(t *testing.T) {
	for body, want := range map[string]string{
		`{"lon":-104.98,"lat":39.74}`:                 "victims: is a feature",
		`{"locations":[{"lon":-104.98,"lat":39.74}]}`: "locations[0].victims: is a feature",
		`{"crime_ids":["5"]}`:                         "",
	} {
		err := api.ParseQuery(body, "victims")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}

func FuzzPredict(f *testing.F) {
	s := loaded(f, newFolder(f, 1).dir)
	for _, seed := range []string{
		`{"lon":-104.98,"lat":39.74}`, `{"locations":[{"lon":1e5,"lat":39,"hour":3}],"crime_ids":["5","x"]}`, `{"lat":null}`, `[]`, "{\"\xff\":1}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var w *httptest.ResponseRecorder
		memtest.Bounded(t, func() { w = post(s, "/models/1/predict", body) })
		switch w.Code {
		case 200, 400, 413, 422:
		default:
			t.Errorf("%q: %d %s", body, w.Code, w.Body)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: no JSON: %s", body, w.Body)
		}
	})
}
