package api

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"hotspot/internal/catalog"
	"hotspot/internal/feature"
)

// The size of a page of crimes.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

// clusterCrimes is GET /models/{n}/clusters/{c}/crimes: the rows that were
// trained on and got that cluster, a page at a time.
func (s *Server) clusterCrimes(w http.ResponseWriter, r *http.Request) error {
	v, m, err := s.named(r)
	if err != nil {
		return err
	}
	number, ok := parseCluster(chi.URLParam(r, "c"))
	if !ok || number >= len(m.Clusters) {
		return newProblem(clusterNotFound, "No cluster "+strconv.Quote(brief(chi.URLParam(r, "c")))+" in model "+strconv.Itoa(m.Model.Model)+
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
	var data []byte // the crimes
	total, shown, last, more := 0, 0, int64(0), false
	for row, x := range rows.Trained(m.Model) {
		if m.Nearest(x).Cluster != number {
			continue
		}
		total++
		if row.Number() <= after {
			continue
		}
		if shown == limit {
			more = true
			continue
		}
		if shown > 0 {
			data = append(data, ',')
		}
		shown, last = shown+1, row.Number()
		data = strconv.AppendInt(append(data, `{"crime_id":"`...), row.Incident(), 10)
		data = strconv.AppendInt(append(data, `","offense_id":"`...), row.OffenseID(), 10)
		data = appendKind(append(data, `",`...), row)
		data = appendDate(append(data, `,"reported":`...), row.Reported())
		data = s.rounding.appendPlace(append(data, ','), row.Place())
		data = strconv.AppendInt(append(data, `,"row":`...), last, 10)
		data = append(appendMetres(append(data, `,"distance_m":`...), m.Clusters[number].Centroid.OnGround(x)), '}')
	}
	head := appendModel(nil, m)
	head = strconv.AppendInt(append(head, `,"cluster":`...), int64(number), 10)
	head = strconv.AppendInt(append(head, `,"total":`...), int64(total), 10)
	data = append(append(append(head, `,"crimes":[`...), data...), `],"next":`...)
	if more {
		data = appendString(data, "/models/"+strconv.Itoa(m.Model.Model)+"/clusters/"+strconv.Itoa(number)+
			"/crimes?after="+strconv.FormatInt(last, 10)+"&limit="+strconv.Itoa(limit))
	} else {
		data = append(data, `null`...)
	}
	send(w, r, v, append(data, "}\n"...))
	return nil
}

// parsePage reads the query after=ROW&limit=N. What else it holds is ignored.
func parsePage(u *url.URL) (after int64, limit int, err error) {
	limit = defaultLimit
	query := u.Query()
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

// oneCrime is GET /crimes/{id}: the whole way of a crime, from its line in the
// source to its cluster in every model.
func (s *Server) oneCrime(w http.ResponseWriter, r *http.Request) error {
	v, err := s.catalog.View()
	if err != nil {
		return err
	}
	id, err := parseCrime(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	rows, err := findCrime(v, id)
	if err != nil {
		return err
	}
	models := v.Served()
	offenses := make([][]catalog.Offense, len(models)) // by model and row
	for i, m := range models {
		offenses[i] = m.Offenses(rows)
	}
	data := append(strconv.AppendInt([]byte(`{"crime_id":"`), id, 10), `","offenses":[`...)
	for i, row := range rows {
		if i > 0 {
			data = append(data, ',')
		}
		data = s.appendRow(data, row)
		reason := feature.Usable // the last model's; all of a folder have one frame
		clusters := []byte(`,"clusters":[`)
		for n, m := range models {
			if n > 0 {
				clusters = append(clusters, ',')
			}
			o := &offenses[n][i]
			reason = o.Skip
			clusters = appendModel(clusters, m)
			if o.Skip != feature.Usable {
				clusters = append(clusters, `,"cluster":null,"distance_m":null,"second":null`...)
			} else {
				clusters = strconv.AppendInt(append(clusters, `,"cluster":`...), int64(o.Nearest.Cluster), 10)
				clusters = appendDistances(clusters, &o.Nearest)
			}
			clusters = append(strconv.AppendBool(append(clusters, `,"in_training":`...), o.Trained), '}')
		}
		data = append(data, `,"reason":`...)
		if reason == feature.Usable {
			data = append(data, `null`...)
		} else {
			data = appendString(data, string(reason))
		}
		data = append(append(data, clusters...), "]}"...)
	}
	send(w, r, v, appendLoading(append(data, ']'), v))
	return nil
}

// appendRow begins an element of "offenses" of /crimes/{id}: the way of a row
// from its line in the source to its batch.
func (s *Server) appendRow(dst []byte, r catalog.Row) []byte {
	partition, offset := r.Batch.Message(r.Number())
	dst = strconv.AppendInt(append(dst, `{"offense_id":"`...), r.OffenseID(), 10)
	dst = appendKind(append(dst, `",`...), r)
	dst = appendDate(append(dst, `,"reported":`...), r.Reported())
	dst = appendDate(append(dst, `,"occurred":`...), r.Occurred())
	dst = appendString(append(dst, `,"neighborhood":`...), r.Neighborhood())
	dst = s.rounding.appendPlace(append(dst, ','), r.Place())
	dst = strconv.AppendInt(append(dst, `,"line":`...), r.Batch.Line(r.Number()), 10)
	dst = strconv.AppendInt(append(dst, `,"row":`...), r.Number(), 10)
	dst = strconv.AppendInt(append(dst, `,"batch":`...), int64(r.Batch.Manifest.Batch), 10)
	dst = appendString(append(dst, `,"topic":`...), r.Batch.Transport.Topic)
	dst = strconv.AppendInt(append(dst, `,"partition":`...), partition, 10)
	return strconv.AppendInt(append(dst, `,"offset":`...), offset, 10)
}
