package api

import (
	"context"
	"maps"
	"slices"
)

// Patterns are the patterns of all routes, sorted.
func (s *Server) Patterns() []string { return slices.Sorted(maps.Keys(s.routes.byPath)) }

// LoadStepwise is the first Load of a server. After each batch whose rows were
// read what there is so far is served, and seen called.
func (s *Server) LoadStepwise(ctx context.Context, seen func()) error {
	s.loader.pace = func(show func()) func() {
		return func() { show(); seen() }
	}
	return s.Load(ctx)
}
