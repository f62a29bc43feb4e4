package api

import (
	"fmt"
	"net/http"

	"hotspot/internal/analysis/past"
	"hotspot/internal/catalog"
)

// listChanges is GET /models/{n}/changes: what is more or fewer in its batch than
// the batches before let expect.
func (s *Server) listChanges(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	query, err := parseParameters(r.URL, "past")
	if err != nil {
		return err
	}
	before := int64(past.Usual)
	if text, ok := query["past"]; ok {
		if before, ok = parseNumber(text[0]); !ok || before < past.Least || before > past.Most {
			return badField("past", fmt.Sprintf("want %d to %d", past.Least, past.Most))
		}
	}
	result, err := past.Compare(v, m.Number(), int(before))
	if err != nil {
		return err
	}
	send(w, r, v, encode(result))
	return nil
}
