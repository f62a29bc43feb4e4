package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// fetch asks with headers, given in pairs.
func fetch(t *testing.T, h http.Handler, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func all(t *testing.T, r io.Reader) []byte {
	t.Helper()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

const browserAccepts = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

func TestBrowsersGetThePageAndProgramsTheRoutes(t *testing.T) {
	s := loaded(t, newFolder(t, 1).dir)
	for _, tt := range []struct{ accept, kind string }{
		{browserAccepts, "text/html; charset=utf-8"},
		{"*/*", "application/json"},
		{"application/json", "application/json"},
		{"", "application/json"},
	} {
		res := fetch(t, s, "/", "Accept", tt.accept)
		if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || got != tt.kind {
			t.Errorf("GET / with Accept %q: %d %s, want %s", tt.accept, res.StatusCode, got, tt.kind)
		}
		if !strings.Contains(res.Header.Get("Vary"), "Accept") {
			t.Errorf("GET / with Accept %q: Vary %q; a cache would mix the two up", tt.accept, res.Header.Get("Vary"))
		}
	}
}

// TestEveryFileOfThePageIsThere follows the page's own links and imports.
func TestEveryFileOfThePageIsThere(t *testing.T) {
	s := loaded(t, newFolder(t, 1).dir)
	index := all(t, fetch(t, s, "/", "Accept", browserAccepts).Body)
	links := regexp.MustCompile(`(?:src|href)="(page/[^"]+)"`).FindAllSubmatch(index, -1)
	imports := regexp.MustCompile(`from "\./([^"]+)"`)
	seen, queue := map[string]bool{}, []string{}
	for _, m := range links {
		queue = append(queue, "/"+string(m[1]))
	}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		res := fetch(t, s, path)
		data := all(t, res.Body)
		if res.StatusCode != 200 || res.Header.Get("Content-Security-Policy") == "" || res.Header.Get("Content-Type") == "" {
			t.Errorf("GET %s: %d, %v", path, res.StatusCode, res.Header)
		}
		for _, m := range imports.FindAllSubmatch(data, -1) {
			queue = append(queue, "/page/"+string(m[1]))
		}
		for _, bad := range []string{"http://", "https://", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
			text := strings.ReplaceAll(string(data), `"http://www.w3.org/2000/svg"`, "")
			if strings.Contains(text, bad) {
				t.Errorf("%s holds %q; the page asks no other host, and text of the data goes through textContent", path, bad)
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d files found: %v", len(seen), seen)
	}
	if res := fetch(t, s, "/page/no-such.js"); res.StatusCode != 404 {
		t.Errorf("GET /page/no-such.js: %d", res.StatusCode)
	}
}

func TestPageIsSmallAndKept(t *testing.T) {
	s := loaded(t, newFolder(t, 1).dir)
	plain := all(t, fetch(t, s, "/page/app.js").Body)
	res := fetch(t, s, "/page/app.js", "Accept-Encoding", "br, gzip;q=0.8")
	small := all(t, res.Body)
	z, err := gzip.NewReader(bytes.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	if got := all(t, z); !bytes.Equal(got, plain) || len(small) >= len(plain) {
		t.Errorf("gzip gives %d bytes for %d, %d after it", len(small), len(plain), len(got))
	}
	if res := fetch(t, s, "/page/app.js", "Accept-Encoding", "gzip;q=0"); res.Header.Get("Content-Encoding") != "" {
		t.Error("gzip was sent to a client that refuses it")
	}
	for _, path := range []string{"/page/app.js", "/ground"} {
		for _, tt := range []struct {
			had, takes string
			want       int
		}{{"gzip", "gzip", 304}, {"identity", "identity", 304}, {"gzip", "identity", 200}, {"identity", "gzip", 200}} {
			tag := fetch(t, s, path, "Accept-Encoding", tt.had).Header.Get("Etag")
			again := fetch(t, s, path, "Accept-Encoding", tt.takes, "If-None-Match", tag)
			if again.StatusCode != tt.want {
				t.Errorf("GET %s, Accept-Encoding %s, by who has it as %s: %d, want %d", path, tt.takes, tt.had, again.StatusCode, tt.want)
			}
		}
	}
}

func TestGroundIsMadeOfTheCrimes(t *testing.T) {
	type ground struct {
		Width, Height int
		Names         []struct{ ID string }
		Cells         []int
	}
	ask := func(h http.Handler) (g ground) {
		res := fetch(t, h, "/ground")
		if res.StatusCode != 200 {
			t.Fatalf("GET /ground: %d", res.StatusCode)
		}
		if err := json.Unmarshal(all(t, res.Body), &g); err != nil {
			t.Fatal(err)
		}
		return g
	}
	if g := ask(loaded(t, newFolder(t, 0).dir)); g.Cells == nil || len(g.Cells) != 0 || g.Names == nil {
		t.Errorf("without a batch: %+v, want empty lists", g)
	}
	f := emptyFolder(t, batchSize)
	f.publishBatch([]row{
		{"1", "1", "theft", "larceny", "-104.98", "39.74"},
		{"2", "2", "theft", "larceny", "-104.98", "39.74"},
		{"3", "3", "theft", "larceny", "-104.95", "39.76"},
		{"4", "4", "theft", "larceny", "", ""},
	})
	g := ask(loaded(t, f.dir))
	if len(g.Names) != 0 || len(g.Cells) != 0 {
		t.Errorf("rows without a neighborhood make %+v", g)
	}
}

func TestReportIsServedUnderItsOwnPolicy(t *testing.T) {
	s := loaded(t, newFolder(t, 2).dir)
	for path, status := range map[string]int{"/report/2": 200, "/report/latest": 200, "/report/3": 404, "/report/02": 404} {
		res := fetch(t, s, path)
		if res.StatusCode != status {
			t.Errorf("GET %s: %d, want %d", path, res.StatusCode, status)
		}
		if policy := res.Header.Get("Content-Security-Policy"); status == 200 && !strings.Contains(policy, "style-src 'sha256-") {
			t.Errorf("GET %s: policy %q", path, policy)
		}
		if status != 200 {
			continue
		}
		// A browser shows what it has kept under the headers of the last answer.
		again := fetch(t, s, path, "If-None-Match", res.Header.Get("Etag"))
		if again.StatusCode != http.StatusNotModified || again.Header.Get("Content-Security-Policy") != res.Header.Get("Content-Security-Policy") {
			t.Errorf("GET %s again: %d under the policy %q, want the first one", path, again.StatusCode, again.Header.Get("Content-Security-Policy"))
		}
	}
}
