package api

import (
	"net/http"

	"hotspot/internal/analysis/report"
	"hotspot/internal/model"
)

var (
	htmlType     = []string{"text/html; charset=utf-8"}
	reportPolicy = []string{report.Policy}
)

// report is GET /report/{n}: the sheet of a model, to read and to print.
func (s *Server) report(w http.ResponseWriter, r *http.Request) error {
	snap, m, err := s.named(r)
	if err != nil {
		return err
	}
	// A 304, too, tells the policy that the browser shows the sheet under.
	w.Header()["Content-Security-Policy"] = reportPolicy
	if cached(w, r, []string{`"` + snap.generation + "-" + report.Form + `"`}) {
		return nil
	}
	var models []*model.Model
	for _, m := range snap.models[snap.before:m.model.Model] {
		models = append(models, m.model)
	}
	data, err := report.HTML(models, model.Words(m.sha256))
	if err != nil {
		return err
	}
	sendAs(w, http.StatusOK, htmlType, data)
	return nil
}
