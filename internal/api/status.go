package api

import (
	"encoding/json"
	"net/http"
	"runtime"
	"strings"

	"hotspot/internal/catalog"
)

// getLinks is GET /. Before the first row the title is "".
func (s *Server) getLinks(w http.ResponseWriter, r *http.Request) error {
	v, err := s.catalog.View()
	if err != nil {
		return err
	}
	send(w, r, v, encode(struct {
		Title    string          `json:"title"`
		Invented bool            `json:"invented"`
		Models   []int           `json:"models"`
		Links    json.RawMessage `json:"links"`
	}{v.Title, v.Invented, numbers(v), json.RawMessage("{" + strings.Join(s.links, ",") + "}")}))
	return nil
}

// numbers are the models that are served.
func numbers(v *catalog.View) []int {
	numbers := make([]int, len(v.Served()))
	for i := range numbers {
		numbers[i] = v.Oldest + i
	}
	return numbers
}

// getHealth is GET /healthz: the process answers.
func (s *Server) getHealth(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	sendBody(w, http.StatusOK, []byte("{\"ok\":true}\n"))
	return nil
}

// folder says whether the folder can be read now. While it cannot, answers are of
// what it held before.
type folder struct {
	Stale  bool   `json:"stale"`
	Folder string `json:"folder"` // the system's reason, "" when it can be read
}

func newFolder(v *catalog.View) folder {
	if v.Outage == nil {
		return folder{}
	}
	return folder{true, v.Outage.Why}
}

// ingest is the consumer's state in /readyz.
type ingest struct {
	State  string `json:"state"`
	Detail string `json:"detail"`
}

// getReadiness is GET /readyz: 200 once a model is served, else 503, with the same
// body.
func (s *Server) getReadiness(w http.ResponseWriter, _ *http.Request) error {
	v, _ := s.catalog.View() // an empty one before the first
	ready := struct {
		Ready   bool              `json:"ready"`
		Models  []int             `json:"models"`
		Missing []int             `json:"missing"`
		Unread  int               `json:"unread_batches,omitempty"`
		Refused []catalog.Refusal `json:"refused"`
		folder
		Ingest ingest `json:"ingest"`
	}{
		len(v.Served()) > 0 && !s.isEnding(), numbers(v),
		append([]int{}, v.Missing...), v.Unread, append([]catalog.Refusal{}, v.Refused...), newFolder(v),
		ingest{string(v.Status.State), withoutPaths(v.Status.Detail)},
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	status := http.StatusOK
	if !ready.Ready {
		status = http.StatusServiceUnavailable
		h.Set("Retry-After", "1")
	}
	sendBody(w, status, encode(ready))
	return nil
}

// getVersion is GET /version.
func (s *Server) getVersion(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	sendBody(w, http.StatusOK, encode(struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Go      string `json:"go"`
	}{"hotspot", s.config.Version, runtime.Version()}))
	return nil
}
