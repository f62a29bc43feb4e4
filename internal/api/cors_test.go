package api_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/api"
)

func TestPagesOfOtherOriginsReadNothingUnlessTheyAreAllowed(t *testing.T) {
	c := config(newFolder(t, 1).dir)
	c.TokenFile = filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(c.TokenFile, []byte("s3cret"), 0o600); err != nil {
		t.Fatal(err)
	}
	const mine, other = "http://localhost:3000", "http://localhost:3001"
	for _, allowed := range [][]string{nil, {"HTTP://localhost:3000", "https://map.example.org"}} {
		c.AllowOrigin = allowed
		s, err := api.New(quiet(), c)
		if err != nil {
			t.Fatal(err)
		}
		load(t, s)
		for _, origin := range []string{mine, other, "https://map.example.org", "null", ""} {
			may := allowed != nil && (origin == mine || origin == "https://map.example.org")
			for _, tt := range []struct {
				method, path, token string
				want                int
				preflight           bool
			}{
				{"GET", "/models", "Bearer s3cret", 200, false},
				{"GET", "/models", "", 401, false}, // a page has to see that it needs a token
				{"GET", "/models/99", "Bearer s3cret", 404, false},
				{"GET", "/models/1/points", "Bearer s3cret", 200, false},
				{"OPTIONS", "/models/1/predict", "", 204, true}, // browsers send no token with it
				{"OPTIONS", "/models", "", 401, false},
			} {
				r := httptest.NewRequest(tt.method, tt.path, nil)
				r.Host = "localhost"
				for name, value := range map[string]string{"Origin": origin, "Authorization": tt.token} {
					if value != "" {
						r.Header.Set(name, value)
					}
				}
				if tt.preflight {
					r.Header.Set("Access-Control-Request-Method", http.MethodPost)
					r.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
				}
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				want, h := tt.want, w.Header()
				if tt.preflight && !may {
					want = 401
				}
				granted := ""
				if may {
					granted = origin
				}
				if w.Code != want || h.Get("Access-Control-Allow-Origin") != granted {
					t.Errorf("%s %s from %q, allowed %q: %d, Access-Control-Allow-Origin %q; want %d, %q", tt.method, tt.path, origin, allowed, w.Code, h.Get("Access-Control-Allow-Origin"), want, granted)
				}
				if vary := strings.Join(h["Vary"], ", "); strings.Contains(vary, "Origin") != (allowed != nil) {
					t.Errorf("%s %s: Vary %q; a cache would give the answer for one page to another", tt.method, tt.path, vary)
				}
				if headers := h.Get("Access-Control-Allow-Headers"); tt.preflight && may && (!strings.Contains(headers, "Authorization") || !strings.Contains(headers, "Content-Type") || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "POST")) {
					t.Errorf("preflight allows %q, %q", headers, h.Get("Access-Control-Allow-Methods"))
				}
			}
		}
	}
}
