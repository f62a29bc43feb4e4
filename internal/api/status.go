package api

import (
	"net/http"
	"runtime"
)

// links are the routes, for one who begins at /.
type links struct {
	Models   string `json:"models"`
	Model    string `json:"model"`
	Latest   string `json:"latest"`
	Clusters string `json:"clusters"`
	Crimes   string `json:"crimes"`
	Points   string `json:"points"`
	GeoJSON  string `json:"geojson"`
	Predict  string `json:"predict"`
	Cluster  string `json:"cluster"`
	Crime    string `json:"crime"`
	Compare  string `json:"compare"`
	Events   string `json:"events"`
	Health   string `json:"health"`
	Ready    string `json:"ready"`
	Version  string `json:"version"`
	Metrics  string `json:"metrics"`
	OpenAPI  string `json:"openapi"`
	Docs     string `json:"docs"`
}

// root is GET /. Before the first row the title is "".
func (s *Server) root(w http.ResponseWriter, r *http.Request, _ params) error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	title, invented := snap.source()
	send(w, r, snap, encode(struct {
		Title    string `json:"title"`
		Invented bool   `json:"invented"`
		Models   []int  `json:"models"`
		Links    links  `json:"links"`
	}{title, invented, snap.numbers(), links{
		Models: "/models", Model: "/models/{n}", Latest: "/models/latest", Clusters: "/models/{n}/clusters",
		Crimes: "/models/{n}/clusters/{c}/crimes", Points: "/models/{n}/points", GeoJSON: "/models/{n}.geojson", Predict: "/models/{n}/predict",
		Cluster: "/model{n}/{crime_id}/cluster", Crime: "/crimes/{id}", Compare: "/models/{a}/compare/{b}", Events: "/events", Health: "/healthz", Ready: "/readyz", Version: "/version", Metrics: "/metrics", OpenAPI: "/openapi.json", Docs: "/docs",
	}}))
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
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request, _ params) error {
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
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request, _ params) error {
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
		len(snap.served()) > 0 && !s.draining.Load(), snap.numbers(),
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
func (s *Server) version(w http.ResponseWriter, _ *http.Request, _ params) error {
	w.Header()["Cache-Control"] = noStore
	sendBody(w, http.StatusOK, encode(struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Go      string `json:"go"`
	}{"hotspot", s.config.Version, runtime.Version()}))
	return nil
}
