package api

import (
	"net/http"
	"runtime"
)

// root is GET /. Before the first row the title is "".
func (s *Server) root(w http.ResponseWriter, r *http.Request) error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	title, invented := snap.source()
	send(w, r, snap, encode(struct {
		Title    string     `json:"title"`
		Invented bool       `json:"invented"`
		Models   []int      `json:"models"`
		Links    routeLinks `json:"links"`
	}{title, invented, snap.numbers(), s.links}))
	return nil
}

// numbers are the models that are served.
func (s *snapshot) numbers() []int {
	numbers := make([]int, len(s.served()))
	for i := range numbers {
		numbers[i] = s.gone + i + 1
	}
	return numbers
}

// healthz is GET /healthz: the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	w.Header()["Cache-Control"] = noStore
	sendBody(w, http.StatusOK, []byte("{\"ok\":true}\n"))
	return nil
}

// ingest is the consumer's state in /readyz.
type ingest struct {
	State  string `json:"state"`
	Detail string `json:"detail"`
}

// readyz is GET /readyz: 200 once a model is served, else 503, with the same
// body.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) error {
	snap := s.current.Load()
	if snap == nil {
		snap = &snapshot{open: unknownOpen}
	}
	ready := struct {
		Ready   bool      `json:"ready"`
		Models  []int     `json:"models"`
		Missing []int     `json:"missing"`
		Unread  int       `json:"unread_batches,omitempty"`
		Refused []refusal `json:"refused"`
		Ingest  ingest    `json:"ingest"`
	}{
		len(snap.served()) > 0 && !s.isEnding(), snap.numbers(),
		append([]int{}, snap.missing...), snap.unread, append([]refusal{}, snap.refused...),
		ingest{string(snap.open.State), snap.open.Detail},
	}
	h := w.Header()
	h["Cache-Control"] = noStore
	status := http.StatusOK
	if !ready.Ready {
		status = http.StatusServiceUnavailable
		h.Set("Retry-After", "1")
	}
	sendBody(w, status, encode(ready))
	return nil
}

// version is GET /version.
func (s *Server) version(w http.ResponseWriter, _ *http.Request) error {
	w.Header()["Cache-Control"] = noStore
	sendBody(w, http.StatusOK, encode(struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Go      string `json:"go"`
	}{"hotspot", s.config.Version, runtime.Version()}))
	return nil
}
