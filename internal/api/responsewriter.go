package api

import (
	"cmp"
	"log/slog"
	"net/http"
	"time"
)

// responseWriter remembers of an answer what is told of it afterwards, in the
// metrics and the log.
type responseWriter struct {
	http.ResponseWriter
	status  int    // 0 until WriteHeader is called; without that call it is 200
	problem string // the name of its kind, "" when it was answered
}

// WriteHeader is http.ResponseWriter's.
func (w *responseWriter) WriteHeader(status int) {
	w.status = cmp.Or(w.status, status)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observe counts every request and logs it when it has been answered.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rw := &responseWriter{ResponseWriter: w}
		next.ServeHTTP(rw, r)
		rw.status = cmp.Or(rw.status, http.StatusOK)
		took := time.Since(start)
		s.metrics.count(r, rw.status, took)
		s.logAccess(rw, r, took)
	})
}

// logAccess writes a line about a request: with --access-log for each, else
// for those that were answered, while debugging; fail has told of the others.
func (s *Server) logAccess(w *responseWriter, r *http.Request, took time.Duration) {
	level := slog.LevelInfo
	if !s.config.AccessLog {
		if level = slog.LevelDebug; w.problem != "" {
			return
		}
	}
	if !s.log.Enabled(r.Context(), level) {
		return
	}
	attrs := append(requestAttrs(w, r), slog.Int("status", w.status), slog.Duration("took", took))
	if w.problem != "" {
		attrs = append(attrs, slog.String("problem", w.problem))
	}
	s.log.LogAttrs(r.Context(), level, "request answered", attrs...)
}

// requestAttrs says in a line of the log which request it is about.
func requestAttrs(w http.ResponseWriter, r *http.Request) []slog.Attr {
	return append(make([]slog.Attr, 0, 8), slog.String("request", w.Header().Get(requestIDHeader)),
		slog.String("method", brief(r.Method)), slog.String("path", brief(r.URL.EscapedPath())))
}
