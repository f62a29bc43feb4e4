package api

import (
	"maps"
	"slices"
)

// Patterns are the patterns of all routes, sorted.
func (s *Server) Patterns() []string { return slices.Sorted(maps.Keys(s.routes.byPath)) }
