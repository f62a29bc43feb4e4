package api

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"hotspot/internal/batch"
	"hotspot/internal/catalog"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// entry is a model in /models.
type entry struct {
	Model       int            `json:"model"`
	Provisional bool           `json:"provisional"`
	SHA256      string         `json:"sha256"`
	Name        string         `json:"name"`
	Engine      string         `json:"engine"`
	Features    string         `json:"features"`
	K           int            `json:"k"`
	Status      model.Status   `json:"status"`
	InertiaKm2  float64        `json:"inertia_km2"`
	Silhouette  *float64       `json:"silhouette"`
	FirstRow    int64          `json:"first_row"`
	LastRow     int64          `json:"last_row"`
	Trained     int            `json:"trained"`
	Window      batch.Window   `json:"window,omitzero"` // by the calendar
	Reported    model.Reported `json:"reported"`
	Clusters    string         `json:"clusters"`
}

func newEntry(m *catalog.Model) entry {
	e := entry{
		Model: m.Number(), Provisional: m.Provisional, SHA256: m.SHA256, Name: model.NameInWords(m.SHA256),
		Engine: m.Settings.Engine, Features: m.Settings.Features, K: m.Settings.K, Status: m.Status,
		InertiaKm2: model.Round(m.Inertia, 1),
		FirstRow:   m.Batch.FirstRow, LastRow: m.Batch.LastRow, Trained: m.Rows.Trained, Window: m.Batch.Window, Reported: m.Batch.Reported,
		Clusters: "/models/" + strconv.Itoa(m.Number()) + "/clusters",
	}
	if m.Silhouette != nil {
		e.Silhouette = &m.Silhouette.Value
	}
	return e
}

// detail is /models/{n}.
type detail struct {
	entry
	Settings  model.Settings `json:"settings"`
	Rows      model.Rows     `json:"rows"`
	Frame     feature.Frame  `json:"frame"`
	AlignedTo *int           `json:"aligned_to"`
	Quality   *model.Quality `json:"quality,omitempty"`
}

// clusters is /models/{n}/clusters.
type clusters struct {
	modelName
	K        int            `json:"k"`
	Rows     int            `json:"rows"` // that were trained on
	Reported model.Reported `json:"reported"`
	Clusters []cluster      `json:"clusters"`
}

// cluster is the file's, with places as answers show them.
type cluster struct {
	model.Cluster
	PerDay float64 `json:"crimes_per_day"`
}

func (s *Server) newClusters(m *catalog.Model) clusters {
	all := clusters{nameModel(m), m.Settings.K, m.Rows.Trained, m.Batch.Reported, []cluster{}}
	days := m.Days()
	for _, c := range m.Clusters {
		s.rounding.round(&c.Centroid.Lon, &c.Centroid.Lat)
		all.Clusters = append(all.Clusters, cluster{c, model.Round(float64(c.Size)/days, 1)})
	}
	return all
}

// modelList is /models, and what /events begins with.
type modelList struct {
	Title      string  `json:"title"`
	Invented   bool    `json:"invented"`
	MaskedM    int     `json:"masked_m,omitempty"` // distances below mean nothing
	Latest     *int    `json:"latest"`
	Generation string  `json:"generation"`
	Waiting    waiting `json:"waiting"`
	Gone       int     `json:"gone,omitempty"` // the newest model that is no longer served
	Models     []entry `json:"models"`
}

// waiting is what is in no batch yet.
type waiting struct {
	Rows      int          `json:"rows"`
	BatchSize int          `json:"batch_size"`      // 0 by the calendar
	Window    batch.Window `json:"window,omitzero"` // by the calendar, of the open batch
	State     batch.State  `json:"state"`
}

func newList(v *catalog.View) modelList {
	l := modelList{
		Title: v.Title, Invented: v.Invented, MaskedM: v.MaskedM(), Generation: v.Generation,
		Waiting: waiting{v.Waiting(), v.BatchSize, v.Status.Window, v.Status.State}, Models: []entry{},
	}
	if n := v.Newest(); n > 0 {
		l.Latest = &n
	}
	if v.Oldest > v.First {
		l.Gone = v.Oldest - 1
	}
	for _, m := range v.Served() {
		l.Models = append(l.Models, newEntry(m))
	}
	return l
}

// listModels is GET /models.
func (s *Server) listModels(w http.ResponseWriter, r *http.Request, v *catalog.View) error {
	send(w, r, v, encode(newList(v)))
	return nil
}

// findModelByName is findModelByNumber, or the newest model when name is latest.
func findModelByName(v *catalog.View, name string) (*catalog.Model, error) {
	if n := v.Newest(); name == "latest" && n > 0 {
		name = strconv.Itoa(n)
	}
	return findModelByNumber(v, name)
}

// findModelByNumber returns the model with a number as it stands in a URL: model 1 has
// one name, "1". The error is the problem to answer with.
func findModelByNumber(v *catalog.View, number string) (*catalog.Model, error) {
	n, _ := parseCluster(number) // 0, which no model has, when it is none
	m, err := v.Model(n)
	switch {
	case errors.Is(err, catalog.ErrNoModels) && len(v.Refused) > 0:
		return nil, newProblem(noModels, "No model can be served: "+v.RefusedError().Error()+".")
	case errors.Is(err, catalog.ErrNoModels):
		return nil, newProblem(noModels, "No model has been trained yet; "+
			count(v.Waiting(), "row is", "rows are")+" waiting for the first batch to be full.")
	case errors.Is(err, catalog.ErrGone):
		return nil, newProblem(modelGone, "Model "+number+" is no longer served; the oldest is "+strconv.Itoa(v.Oldest)+".")
	case errors.Is(err, catalog.ErrNotFound):
		return nil, newProblem(modelNotFound, fmt.Sprintf("No model %s; the oldest is %d, the newest %d.", brief(number), v.First, v.LastModel()))
	}
	return m, err
}

// getModel is GET /models/{n}.
func (s *Server) getModel(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	send(w, r, v, encode(detail{newEntry(m), m.Settings, m.Rows, m.Frame, m.AlignedTo, m.Quality}))
	return nil
}

// listClusters is GET /models/{n}/clusters.
func (s *Server) listClusters(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	send(w, r, v, encode(s.newClusters(m)))
	return nil
}
