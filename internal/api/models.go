package api

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"hotspot/internal/batch"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// served is a model and what its answers are put together from, made once when
// the file is read.
type served struct {
	model     *model.Model
	sha256    string // of the whole file
	published time.Time
	features  feature.Set
	head      []byte   // of an answer about a crime, up to the id
	centroid  [][]byte // of each cluster: {"lon":-104.98,"lat":39.74}
	entry     []byte   // in /models
	detail    []byte   // /models/{n}
	clusters  []byte   // /models/{n}/clusters
}

// newServed prepares the answers of a model, whose file has the given SHA-256.
func newServed(m *model.Model, sha256 string, shown places) *served {
	s := &served{model: m, sha256: sha256, features: feature.Set(m.Settings.Features)}
	s.head = append(s.appendNumber(nil), `,"crime_id":"`...)
	for _, c := range m.Clusters {
		s.centroid = append(s.centroid, append(shown.appendPlace([]byte{'{'}, c.Centroid.Lon, c.Centroid.Lat), '}'))
	}
	e := newEntry(m, sha256)
	s.entry = encode(e)
	s.entry = s.entry[:len(s.entry)-1] // it stands in a list
	s.detail = encode(detail{e, m.Settings, m.Rows, m.Frame, m.AlignedTo, m.Quality})
	s.clusters = encode(newClusters(m, shown))
	return s
}

// appendNumber begins an object that is about the model.
func (s *served) appendNumber(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `{"model":`...), int64(s.model.Model), 10)
	if s.model.Provisional {
		dst = append(dst, `,"provisional":true`...)
	}
	return dst
}

// isOf reports whether there is a model and it was trained on that batch.
func (s *served) isOf(b *batch.Manifest) bool {
	if s == nil {
		return false
	}
	of := &s.model.Batch
	return of.Number == b.Batch && of.SHA256 == b.CSV.SHA256 && of.FirstRow == b.FirstRow &&
		of.LastRow == b.LastRow && of.ChainAfter == b.ChainAfter
}

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
	Reported    model.Reported `json:"reported"`
	Clusters    string         `json:"clusters"`
}

func newEntry(m *model.Model, sha256 string) entry {
	e := entry{
		Model: m.Model, Provisional: m.Provisional, SHA256: sha256, Name: model.Words(sha256),
		Engine: m.Settings.Engine, Features: m.Settings.Features, K: m.Settings.K, Status: m.Status,
		InertiaKm2: model.Round(m.Inertia, 1),
		FirstRow:   m.Batch.FirstRow, LastRow: m.Batch.LastRow, Trained: m.Rows.Trained, Reported: m.Batch.Reported,
		Clusters: "/models/" + strconv.Itoa(m.Model) + "/clusters",
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
	Model       int            `json:"model"`
	Provisional bool           `json:"provisional,omitempty"`
	K           int            `json:"k"`
	Rows        int            `json:"rows"` // that were trained on
	Reported    model.Reported `json:"reported"`
	Clusters    []cluster      `json:"clusters"`
}

// cluster is the file's, with places as answers show them.
type cluster struct {
	model.Cluster
	PerDay float64 `json:"crimes_per_day"`
}

func newClusters(m *model.Model, shown places) clusters {
	all := clusters{m.Model, m.Provisional, m.Settings.K, m.Rows.Trained, m.Batch.Reported, []cluster{}}
	days := daysOf(m.Batch.Reported)
	for _, c := range m.Clusters {
		c.Centroid.Lon, c.Centroid.Lat = shown.degrees(c.Centroid.Lon), shown.degrees(c.Centroid.Lat)
		if c.Densest != nil {
			d := *c.Densest
			d.Lon, d.Lat = shown.degrees(d.Lon), shown.degrees(d.Lat)
			c.Densest = &d
		}
		all.Clusters = append(all.Clusters, cluster{c, model.Round(float64(c.Size)/days, 1)})
	}
	return all
}

// daysOf is the time that a batch spans, one day at least.
func daysOf(r model.Reported) float64 {
	first, last := parseDate(r.First), parseDate(r.Last)
	if first == noDate || last == noDate {
		return 1
	}
	const day = 24 * 60 * 60 // local time: no zone, every day 24 h
	return max(1, float64(last-first)/day)
}

// listModels is GET /models.
func (s *Server) listModels(w http.ResponseWriter, r *http.Request) error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	send(w, r, snap, append(snap.appendModels(nil), '\n'))
	return nil
}

// source is what the data is: the batches say it, before the first one the
// status of the open batch. The title is "" before the first row.
func (s *snapshot) source() (title string, invented bool) {
	if len(s.chunks) == s.before {
		return s.open.Title, s.open.Invented
	}
	return s.title, s.invented
}

// appendModels appends the body of /models.
func (s *snapshot) appendModels(data []byte) []byte {
	title, invented := s.source()
	data = appendString(append(data, `{"title":`...), title)
	data = strconv.AppendBool(append(data, `,"invented":`...), invented)
	data = append(data, `,"latest":`...)
	if n := s.newest(); n > 0 {
		data = strconv.AppendInt(data, int64(n), 10)
	} else {
		data = append(data, `null`...)
	}
	data = appendString(append(data, `,"generation":`...), s.generation)
	data = strconv.AppendInt(append(data, `,"waiting":{"rows":`...), int64(s.waiting()), 10)
	data = strconv.AppendInt(append(data, `,"batch_size":`...), int64(cmp.Or(s.batchSize, s.open.BatchSize)), 10)
	data = appendString(append(data, `,"state":`...), string(s.open.State))
	if s.gone > s.before {
		data = strconv.AppendInt(append(data, `},"gone":`...), int64(s.gone), 10)
		data = append(data, `,"models":[`...)
	} else {
		data = append(data, `},"models":[`...)
	}
	for i, m := range s.served() {
		if i > 0 {
			data = append(data, ',')
		}
		data = append(data, m.entry...)
	}
	return append(data, "]}"...)
}

// named returns the model of /models/{n}, which latest is a name of, too.
func (s *Server) named(r *http.Request) (*snapshot, *served, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, nil, err
	}
	m, err := snap.named(chi.URLParam(r, "n"))
	return snap, m, err
}

// named is model, or the newest one when number is latest.
func (s *snapshot) named(number string) (*served, error) {
	if number == "latest" && s.newest() > 0 {
		return s.models[s.newest()-1], nil
	}
	return s.model(number)
}

// oneModel is GET /models/{n}.
func (s *Server) oneModel(w http.ResponseWriter, r *http.Request) error {
	snap, m, err := s.named(r)
	if err != nil {
		return err
	}
	send(w, r, snap, m.detail)
	return nil
}

// modelClusters is GET /models/{n}/clusters.
func (s *Server) modelClusters(w http.ResponseWriter, r *http.Request) error {
	snap, m, err := s.named(r)
	if err != nil {
		return err
	}
	send(w, r, snap, m.clusters)
	return nil
}
