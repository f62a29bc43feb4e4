package api

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestABugIsAnsweredAndLoggedAndNotShown(t *testing.T) {
	for name, bug := range map[string]handler{
		"panic": func(http.ResponseWriter, *http.Request) error { panic("open /etc/secret") },
		"error": func(http.ResponseWriter, *http.Request) error { return errors.New("open /etc/secret") },
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			s, err := New(slog.New(slog.NewTextHandler(&log, nil)), Config{Options: Options{Listen: "127.0.0.1:0"}, Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			s.router.Get("/bug", s.adapt(bug))
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, "/bug", nil)
			r.Host = "localhost"
			s.ServeHTTP(w, r)
			if w.Code != 500 || !strings.Contains(w.Body.String(), `"/problems/internal"`) || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%d %s, want 500 that says nothing of the inside", w.Code, w.Body)
			}
			if line := log.String(); !strings.Contains(line, "level=ERROR") || !strings.Contains(line, "open /etc/secret") || strings.Count(line, "\n") != 1 {
				t.Errorf("the log: %s\nwant one line with the cause", line)
			}
		})
	}
}
