package api

import (
	"net/http"

	"hotspot/internal/analysis/report"
	"hotspot/internal/catalog"
)

// getReport is GET /report/{n}: the sheet of a model, to read and to print.
func (s *Server) getReport(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	// A 304, too, tells the policy that the browser shows the sheet under.
	w.Header().Set("Content-Security-Policy", report.Policy)
	if sendNotModified(w, r, etag(v.Generation, "-"+report.Form)) {
		return nil
	}
	data, err := report.HTML(v, m.Number())
	if err != nil {
		return err
	}
	sendAs(w, http.StatusOK, "text/html; charset=utf-8", data)
	return nil
}
