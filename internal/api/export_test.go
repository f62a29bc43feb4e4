package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"hotspot/internal/catalog"
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

// Watch looks at the folder until ctx ends, as Run does.
func (s *Server) Watch(ctx context.Context) { s.catalog.Watch(ctx) }

// LoadStepwise is the first Load of a server. After each batch whose rows were
// read what there is so far is served, and seen called.
func (s *Server) LoadStepwise(ctx context.Context, seen func()) error {
	shown := ""
	c, err := catalog.Open(s.log, s.config.Dir, catalog.Options{EachBatch: true, OnView: func(v *catalog.View) {
		if v.Generation != shown { // the last one is what the step before was
			shown = v.Generation
			seen()
		}
	}})
	if err != nil {
		return err
	}
	s.catalog = c
	return s.Load(ctx)
}

// ParseQuery says what is wrong with a body of predict, for a model that asks
// for more than lon and lat.
func ParseQuery(body, asks string) error {
	_, err := parseQuery([]byte(body), asks)
	return err
}
