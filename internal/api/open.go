package api

import (
	"slices"
	"strings"

	"hotspot/internal/catalog"
)

// encodeStatus is the status of the open batch as clients may see it, nil when
// there is none.
func (s *Server) encodeStatus(v *catalog.View) []byte {
	if v.Status.Batch == 0 {
		return nil
	}
	status := *v.Status
	status.Detail = withoutPaths(status.Detail)
	status.Recent = slices.Clone(status.Recent)
	for i := range status.Recent {
		if r := &status.Recent[i]; r.Located {
			s.rounding.round(&r.Lon, &r.Lat)
		}
	}
	return status.Encode()
}

// withoutPaths puts file for each word that may be a path: the reasons of the
// consumer are for its log, too, and where the folder lies is nobody's
// business who only reads the api.
func withoutPaths(text string) string {
	words := strings.Fields(text)
	for i, word := range words {
		if strings.ContainsAny(word, `/\`) {
			words[i] = "file"
			if strings.HasSuffix(word, ":") {
				words[i] += ":"
			}
		}
	}
	return strings.Join(words, " ")
}
