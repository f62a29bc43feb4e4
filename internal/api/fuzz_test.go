package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hotspot/internal/testkit/memtest"
)

// FuzzPath asks under any path: no answer is an error of the server, every
// body is JSON, and what is answered about a crime is answered under one
// spelling of its URL alone.
func FuzzPath(f *testing.F) {
	s := loaded(f, newFolder(f, 3).dir)
	for _, path := range []string{
		"/", "/models", "/models/latest", "/models/1/clusters", "/model1/2018174723/cluster", "/model3/0/cluster",
		"/model%31/0/cluster", "/model1/%30/cluster", "//model1/0/cluster", "/model1/../model1/0/cluster", "/model1/0/cluster?x=%zz",
		"/model01/0/cluster", "/model1/9223372036854775808/cluster", "/model1/\xff/cluster", "http://localhost/models", "*", "/readyz", "/x%00",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")))
		if err != nil || r.Host != "localhost" {
			return // net/http answers, or the Host check
		}
		w := httptest.NewRecorder()
		memtest.Bounded(t, func() { s.ServeHTTP(w, r) })
		if w.Code != 200 && w.Code != 400 && w.Code != 404 || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%q: %d %s", path, w.Code, w.Body)
		}
		var crime struct {
			Model int
			ID    string `json:"crime_id"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &crime); err != nil || crime.ID == "" {
			return
		}
		target, _, _ := strings.Cut(strings.TrimPrefix(r.RequestURI, "http://localhost"), "?")
		if want := fmt.Sprintf("/model%d/%s/cluster", crime.Model, crime.ID); target != want {
			t.Errorf("%q was answered as %s", path, want)
		}
	})
}
