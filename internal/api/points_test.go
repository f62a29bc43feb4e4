package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"hotspot/internal/api"
)

// asked is get with headers, given as name, value, …
func asked(s http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, path, nil)
	r.Host = "127.0.0.1:6000"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	s.ServeHTTP(w, r)
	return w
}

func TestPoints(t *testing.T) {
	s := loaded(t, newFolder(t, 2).dir)
	for _, tt := range []struct{ accept, contentType, body string }{
		{"application/json", "application/json", `{"model":1,"points":[[-104.98,39.74,0],[-104.9,39.78,1]]}` + "\n"},
		{"text/csv", "text/csv; charset=utf-8", "lon,lat,cluster\n-104.98,39.74,0\n-104.9,39.78,1\n"},
	} {
		w := asked(s, http.MethodGet, "/models/1/points", "Accept", tt.accept)
		if w.Code != 200 || w.Header().Get("Content-Type") != tt.contentType || w.Body.String() != tt.body || w.Header().Get("Vary") != "Accept, Accept-Encoding" {
			t.Errorf("Accept: %s: %d %v\n%s\nwant %s", tt.accept, w.Code, w.Header(), w.Body, tt.body)
		}
	}
	w := asked(s, http.MethodGet, "/models/latest/points")
	if w.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("without Accept: %v", w.Header())
	}
	var got []float32
	for b := w.Body.Bytes(); len(b) >= 4; b = b[4:] {
		got = append(got, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	// Row 5 of batch 2 lies out of the area, so it was not trained on.
	want := []float32{-104.67, 39.85, 2, -104.95, 39.74, 0, -104.97, 39.73, 0}
	if len(got) != len(want) {
		t.Fatalf("%d numbers %v, want %v", len(got), got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("number %d is %v, want %v", i, got[i], want[i])
		}
	}
	w = asked(s, http.MethodGet, "/models/1/points", "If-None-Match", get(s, "/models").Header().Get("ETag"))
	if w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("with the ETag: %d %q", w.Code, w.Body)
	}
	// A browser that has the points of the map must not take them for the CSV.
	for _, kind := range []string{"text/csv", "application/json"} {
		binary := asked(s, http.MethodGet, "/models/1/points").Header().Get("ETag")
		w := asked(s, http.MethodGet, "/models/1/points", "Accept", kind, "If-None-Match", binary)
		if w.Code != http.StatusOK {
			t.Errorf("%s with the ETag of the binary form: %d, want 200", kind, w.Code)
		}
		if w = asked(s, http.MethodGet, "/models/1/points", "Accept", kind, "If-None-Match", w.Header().Get("ETag")); w.Code != http.StatusNotModified {
			t.Errorf("%s with its own ETag: %d, want 304", kind, w.Code)
		}
	}
}

// crowd is a folder of one batch of that many rows, all with a place in the area.
func crowd(t *testing.T, size int) *folder {
	t.Helper()
	f := emptyFolder(t, size)
	all := make([]row, size)
	for i := range all {
		all[i] = row{fmt.Sprint(1000 + i), fmt.Sprint(1000 + i), "theft", "larceny", fmt.Sprintf("-104.%04d", 8000+i%997), fmt.Sprintf("39.%04d", 7000+i%991)}
	}
	f.publishBatch(all)
	f.publishModel(1)
	return f
}

func TestManyPointsAreSentWithGzipToWhoTakesIt(t *testing.T) {
	many := loaded(t, crowd(t, 10_000).dir)
	few := loaded(t, crowd(t, 9_999).dir)
	tags := map[string]string{} // ETag by what it stands for
	for _, kind := range []string{"application/octet-stream", "application/json", "text/csv"} {
		ask := func(s http.Handler, headers ...string) *httptest.ResponseRecorder {
			return asked(s, http.MethodGet, "/models/1/points", append(headers, "Accept", kind)...)
		}
		plain, small := ask(many), ask(many, "Accept-Encoding", "br, gzip")
		if length := small.Header().Get("Content-Length"); length != strconv.Itoa(small.Body.Len()) || small.Body.Len() >= plain.Body.Len() {
			t.Errorf("%s: %d bytes with gzip, %d without, Content-Length %s", kind, small.Body.Len(), plain.Body.Len(), length)
		}
		z, err := gzip.NewReader(small.Body)
		if err != nil {
			t.Fatalf("%s: %v, headers %v", kind, err, small.Header())
		}
		if data, err := io.ReadAll(z); err != nil || !bytes.Equal(data, plain.Body.Bytes()) {
			t.Errorf("%s: gzip holds %d bytes, %v, want the %d of the plain form", kind, len(data), err, plain.Body.Len())
		}
		for form, w := range map[string]*httptest.ResponseRecorder{"": plain, "gzip": small, "refused": ask(many, "Accept-Encoding", "gzip;q=0"), "few": ask(few, "Accept-Encoding", "gzip")} {
			want := ""
			if form == "gzip" {
				want = "gzip"
			}
			if got := w.Header().Get("Content-Encoding"); w.Code != http.StatusOK || got != want {
				t.Errorf("%s %s: %d, Content-Encoding %q, want %q", kind, form, w.Code, got, want)
			}
			if vary := w.Header().Get("Vary"); vary != "Accept, Accept-Encoding" {
				t.Errorf("%s %s: Vary %q", kind, form, vary)
			}
		}
		for what, w := range map[string]*httptest.ResponseRecorder{kind: plain, kind + " gzip": small} {
			tag := w.Header().Get("ETag")
			for other, of := range tags {
				if of == tag {
					t.Errorf("%s and %s have the ETag %s in common", what, other, tag)
				}
			}
			tags[what] = tag
		}
		// Each form is kept by its own ETag, and not by that of the other.
		for _, tt := range []struct {
			tag, coding string
			want        int
		}{
			{tags[kind], "identity", 304},
			{tags[kind+" gzip"], "gzip", 304},
			{tags[kind], "gzip", 200},
			{tags[kind+" gzip"], "identity", 200},
		} {
			if w := ask(many, "Accept-Encoding", tt.coding, "If-None-Match", tt.tag); w.Code != tt.want {
				t.Errorf("%s, Accept-Encoding %s, If-None-Match %s: %d, want %d", kind, tt.coding, tt.tag, w.Code, tt.want)
			}
		}
	}
}

func TestWhichTypeIsChosen(t *testing.T) {
	s := loaded(t, newFolder(t, 1).dir)
	const binary, json, csv = "application/octet-stream", "application/json", "text/csv; charset=utf-8"
	for _, tt := range []struct{ accept, want string }{
		{"", binary},
		{"*/*", binary},
		{"text/html", binary},
		{"text/*", csv},
		{"application/*", binary},
		{"application/json, */*", binary},
		{"application/json, */*;q=0.5", json},
		{"application/json;q=0.5, text/csv;q=0.8", csv},
		{"APPLICATION/JSON ; charset=utf-8", json},
		{"application/octet-stream;q=0, */*", json},
		{"application/json;q=x", binary},
		{"application/json;q=2, text/csv;q=0.1", csv},
		{";;q=x, zip,,", binary},
	} {
		if got := asked(s, http.MethodGet, "/models/1/points", "Accept", tt.accept).Header().Get("Content-Type"); got != tt.want {
			t.Errorf("Accept: %q: %s, want %s", tt.accept, got, tt.want)
		}
	}
}

func TestPlacesAreExactOnlyWhenAskedFor(t *testing.T) {
	f := emptyFolder(t, batchSize)
	some := append([]row{}, rows[:batchSize]...)
	some[1].lon, some[1].lat = "-104.98004999", "39.74001234"
	f.publishBatch(some)
	f.publishModel(1)
	c := config(f.dir)
	c.Exact = true
	s, err := api.New(quiet(), c)
	if err != nil {
		t.Fatal(err)
	}
	load(t, s)
	rounded := loaded(t, f.dir)
	for _, tt := range []struct {
		s    *api.Server
		want string
	}{{s, "-104.98004999,39.74001234,0"}, {rounded, "-104.98,39.74,0"}} {
		if got := asked(tt.s, http.MethodGet, "/models/1/points", "Accept", "text/csv").Body.String(); got != "lon,lat,cluster\n"+tt.want+"\n-104.9,39.78,1\n" {
			t.Errorf("points %s, want %s", got, tt.want)
		}
	}
}
