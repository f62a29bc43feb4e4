package api

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// clusterAnswer is the body of GET /model{n}/{crime_id}/cluster.
type clusterAnswer struct {
	modelName
	CrimeID    int64 `json:"crime_id,string"`
	membership       // of the deciding offense, as what follows
	InTraining bool  `json:"in_training"`
	distances
	Centroid *place             `json:"centroid"`
	Offenses []offenseInCluster `json:"offenses"`
	Loading  bool               `json:"loading,omitempty"`
}

// modelName says which model an answer is about.
type modelName struct {
	Model       int  `json:"model"`
	Provisional bool `json:"provisional,omitempty"`
}

func nameModel(m *catalog.Model) modelName { return modelName{m.Number(), m.Provisional} }

// membership is the cluster of a place, or the reason why it has none.
type membership struct {
	Cluster *int         `json:"cluster"`
	Reason  feature.Skip `json:"reason,omitempty"`
}

// distances are those to the centroids of the nearest and the second nearest
// cluster, null without.
type distances struct {
	DistanceM *float64 `json:"distance_m"`
	Second    *second  `json:"second"`
}

type second struct {
	Cluster   int     `json:"cluster"`
	DistanceM float64 `json:"distance_m"`
}

// describeNearest says where a place lies among the clusters of a model. skip is
// why it lies nowhere.
func describeNearest(skip feature.Skip, n *model.Nearest) (membership, distances) {
	if skip != feature.Usable {
		return membership{Reason: skip}, distances{}
	}
	away := meters(n.Distance)
	d := distances{DistanceM: &away}
	if n.Second >= 0 {
		d.Second = &second{n.Second, meters(n.SecondDistance)}
	}
	return membership{Cluster: &n.Cluster}, d
}

// offenseKind says what an offense was.
type offenseKind struct {
	OffenseID int64  `json:"offense_id,string"`
	Offense   string `json:"offense"`
	Category  string `json:"category"`
}

func describeOffense(r catalog.Row) offenseKind {
	return offenseKind{r.OffenseID(), r.Offense(), r.Category()}
}

type offenseInCluster struct {
	offenseKind
	Cluster *int  `json:"cluster"`
	Batch   int   `json:"batch"`
	Row     int64 `json:"row"`
}

// getCluster is GET /model{n}/{crime_id}/cluster, the route that is asked most.
func (s *Server) getCluster(w http.ResponseWriter, r *http.Request, v *catalog.View) error {
	if chi.URLParam(r, "crime_id") == "" {
		return newProblem(notFound, noSuchRoute)
	}
	m, err := findModelByNumber(v, chi.URLParam(r, "n"))
	if err != nil {
		return err
	}
	id, err := parseCrime(chi.URLParam(r, "crime_id"))
	if err != nil {
		return err
	}
	rows, err := findCrime(v, id)
	if err != nil {
		return err
	}
	offenses := m.Offenses(rows)
	o := m.Deciding(offenses) // of all usable offenses one in the batch decides, so it says whether it was trained on
	answer := clusterAnswer{modelName: nameModel(m), CrimeID: id, InTraining: o.Trained, Loading: v.Unread > 0}
	answer.membership, answer.distances = describeNearest(o.Skip, &o.Nearest)
	if answer.Cluster != nil {
		centroid := &m.Clusters[*answer.Cluster].Centroid
		answer.Centroid = new(s.rounding.place(crime.Place{Lon: centroid.Lon, Lat: centroid.Lat}))
	}
	for i := range offenses {
		o := &offenses[i]
		in, _ := describeNearest(o.Skip, &o.Nearest)
		answer.Offenses = append(answer.Offenses, offenseInCluster{describeOffense(o.Row), in.Cluster, o.Batch.Number(), o.Number()})
	}
	send(w, r, v, encode(answer))
	return nil
}

// findCrime returns the rows of a crime, or the problem that it is not known.
func findCrime(v *catalog.View, id int64) ([]catalog.Row, error) {
	rows, err := v.Crime(id)
	return rows, missingCrime(v, strconv.FormatInt(id, 10), err)
}

// missingCrime is err, or the problem that is shown for it.
func missingCrime(v *catalog.View, id string, err error) error {
	if !errors.Is(err, catalog.ErrNotFound) {
		return err
	}
	waiting := v.Waiting()
	detail := "No crime " + id + " in " + count(len(v.Batches), "batch", "batches")
	if waiting > 0 {
		detail += "; " + count(waiting, "row is", "rows are") + " waiting"
	}
	p := newProblem(crimeNotFound, detail+".")
	p.Waiting = &waiting
	return p
}
