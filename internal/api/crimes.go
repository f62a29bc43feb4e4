package api

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"hotspot/internal/catalog"
	"hotspot/internal/feature"
)

// The size of a page of crimes.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

// crimesAnswer is the body of GET /models/{n}/clusters/{c}/crimes.
type crimesAnswer struct {
	modelName
	Cluster int           `json:"cluster"`
	Total   int           `json:"total"`
	Crimes  []memberCrime `json:"crimes"`
	Next    *string       `json:"next"` // the path of the next page
}

type memberCrime struct {
	CrimeID int64 `json:"crime_id,string"`
	offenseKind
	Reported string `json:"reported"`
	place
	Row       int64   `json:"row"`
	DistanceM float64 `json:"distance_m"`
}

// listCrimes is GET /models/{n}/clusters/{c}/crimes: the rows that were
// trained on and got that cluster, a page at a time.
func (s *Server) listCrimes(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	number, ok := parseCluster(chi.URLParam(r, "c"))
	if !ok || number >= len(m.Clusters) {
		return newProblem(clusterNotFound, "No cluster "+strconv.Quote(brief(chi.URLParam(r, "c")))+" in model "+strconv.Itoa(m.Number())+
			"; it has "+count(len(m.Clusters), "cluster", "clusters")+", from 0.")
	}
	after, limit, err := parsePage(r.URL)
	if err != nil {
		return err
	}
	rows, err := v.Rows(m)
	if err != nil {
		return err
	}
	answer := crimesAnswer{modelName: nameModel(m), Cluster: number, Crimes: []memberCrime{}}
	for row, x := range rows.Trained(m.Model) {
		if m.Nearest(x).Cluster != number {
			continue
		}
		answer.Total++
		switch n := len(answer.Crimes); {
		case row.Number() <= after:
		case n < limit:
			answer.Crimes = append(answer.Crimes, memberCrime{
				row.Incident(), describeOffense(row), row.Reported().String(), s.rounding.place(row.Place()),
				row.Number(), meters(m.Clusters[number].Centroid.OnGround(x)),
			})
		case answer.Next == nil:
			answer.Next = new(fmt.Sprintf("/models/%d/clusters/%d/crimes?after=%d&limit=%d", answer.Model, number, answer.Crimes[n-1].Row, limit))
		}
	}
	send(w, r, v, encode(answer))
	return nil
}

// parseParameters reads the query, of which u.Query passes over what it cannot read.
// When there are names, it refuses any other: a limit that is misspelled is none.
func parseParameters(u *url.URL, names ...string) (url.Values, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, badField("query", "want NAME=VALUE, several with & between them, and % only before two hex digits")
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if len(names) > 0 && !slices.Contains(names, name) {
			return nil, badField(brief(name), "is no parameter here; want "+strings.Join(names, " or "))
		}
	}
	return query, nil
}

// parsePage reads the query after=ROW&limit=N.
func parsePage(u *url.URL) (after int64, limit int, err error) {
	limit = defaultLimit
	query, err := parseParameters(u, "after", "limit")
	if err != nil {
		return 0, 0, err
	}
	if text, ok := query["after"]; ok {
		if after, ok = parseNumber(text[0]); !ok {
			return 0, 0, badField("after", "want the number of a row")
		}
	}
	if text, ok := query["limit"]; ok {
		n, ok := parseNumber(text[0])
		if !ok || n < 1 || n > maxLimit {
			return 0, 0, badField("limit", "want 1 to "+strconv.Itoa(maxLimit))
		}
		limit = int(n)
	}
	return after, limit, nil
}

// crimeAnswer is the body of GET /crimes/{id}.
type crimeAnswer struct {
	CrimeID  int64          `json:"crime_id,string"`
	Offenses []offenseTrace `json:"offenses"`
	Loading  bool           `json:"loading,omitempty"`
}

// offenseTrace is the way of a row from its line in the source to its cluster in
// every model.
type offenseTrace struct {
	offenseKind
	Reported     string `json:"reported"`
	Occurred     string `json:"occurred"`
	Neighborhood string `json:"neighborhood"`
	place
	Line      int64            `json:"line"`
	Row       int64            `json:"row"`
	Batch     int              `json:"batch"`
	Topic     string           `json:"topic"`
	Partition int64            `json:"partition"`
	Offset    int64            `json:"offset"`
	Reason    *feature.Skip    `json:"reason"` // the last model's; all of a folder have one frame
	Clusters  []offenseInModel `json:"clusters"`
}

type offenseInModel struct {
	modelName
	Cluster *int `json:"cluster"`
	distances
	InTraining bool `json:"in_training"`
}

// getCrime is GET /crimes/{id}.
func (s *Server) getCrime(w http.ResponseWriter, r *http.Request, v *catalog.View) error {
	id, err := parseCrime(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	answer, err := s.traceCrime(v, id)
	if err != nil {
		return err
	}
	send(w, r, v, encode(answer))
	return nil
}

// refAnswer is the body of GET /crimes?ref=ID.
type refAnswer struct {
	Ref    string        `json:"ref"`
	Total  int           `json:"total"`
	Crimes []crimeAnswer `json:"crimes"` // the first ones, if there are many
}

// listByRef is GET /crimes?ref=ID: the crimes that the city itself calls so.
func (s *Server) listByRef(w http.ResponseWriter, r *http.Request, v *catalog.View) error {
	query, err := parseParameters(r.URL)
	if err != nil {
		return err
	}
	answer := refAnswer{Ref: query.Get("ref")}
	if answer.Ref == "" {
		return badField("ref", "want the id that the city gave to the crime")
	}
	ids, err := v.ByCityID(answer.Ref)
	if err != nil {
		return missingCrime(v, strconv.Quote(brief(answer.Ref)), err)
	}
	answer.Total = len(ids)
	for _, id := range ids[:min(len(ids), defaultLimit)] {
		crime, err := s.traceCrime(v, id)
		if err != nil {
			return err
		}
		answer.Crimes = append(answer.Crimes, crime)
	}
	send(w, r, v, encode(answer))
	return nil
}

// traceCrime is the way of a crime to its clusters.
func (s *Server) traceCrime(v *catalog.View, id int64) (crimeAnswer, error) {
	rows, err := findCrime(v, id)
	if err != nil {
		return crimeAnswer{}, err
	}
	answer := crimeAnswer{CrimeID: id, Loading: v.Unread > 0}
	for _, row := range rows {
		answer.Offenses = append(answer.Offenses, s.traceRow(row))
	}
	for _, m := range v.Served() {
		for i, o := range m.Offenses(rows) {
			to := &answer.Offenses[i]
			in, away := describeNearest(o.Skip, &o.Nearest)
			if to.Reason = nil; in.Cluster == nil {
				to.Reason = &in.Reason
			}
			to.Clusters = append(to.Clusters, offenseInModel{nameModel(m), in.Cluster, away, o.Trained})
		}
	}
	return answer, nil
}

// traceRow is the way of a row up to its batch.
func (s *Server) traceRow(r catalog.Row) offenseTrace {
	partition, offset := r.Batch.Message(r.Number())
	return offenseTrace{
		offenseKind: describeOffense(r), Reported: r.Reported().String(), Occurred: r.Occurred().String(),
		Neighborhood: r.Neighborhood(), place: s.rounding.place(r.Place()),
		Line: r.Batch.Line(r.Number()), Row: r.Number(), Batch: r.Batch.Number(),
		Topic: r.Batch.Transport.Topic, Partition: partition, Offset: offset, Clusters: []offenseInModel{},
	}
}
