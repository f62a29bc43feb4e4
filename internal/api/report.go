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
	v, m, err := s.named(r)
	if err != nil {
		return err
	}
	// A 304, too, tells the policy that the browser shows the sheet under.
	w.Header()["Content-Security-Policy"] = reportPolicy
	if cached(w, r, etag(v.Generation, "-"+report.Form)) {
		return nil
	}
	var models []*model.Model
	for _, m := range v.Models[:m.Model.Model-v.First+1] {
		models = append(models, m.Model)
	}
	data, err := report.HTML(models, model.Words(m.SHA256))
	if err != nil {
		return err
	}
	sendAs(w, http.StatusOK, htmlType, data)
	return nil
}
