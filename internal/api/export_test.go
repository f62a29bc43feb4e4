package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"
)

// Patterns are the patterns of all routes, sorted.
func (s *Server) Patterns() (patterns []string) {
	chi.Walk(s.router, func(_, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		patterns = append(patterns, pattern)
		return nil
	})
	slices.Sort(patterns)
	return patterns
}

// LoadStepwise is the first Load of a server. After each batch whose rows were
// read what there is so far is served, and seen called.
func (s *Server) LoadStepwise(ctx context.Context, seen func()) error {
	s.loader.pace = func(show func()) func() {
		return func() { show(); seen() }
	}
	return s.Load(ctx)
}
