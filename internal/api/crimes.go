package api

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

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
	snap, m, err := s.named(r)
	if err != nil {
		return err
	}
	number, ok := parseCluster(chi.URLParam(r, "c"))
	if !ok || number >= len(m.model.Clusters) {
		return newProblem(clusterNotFound, "No cluster "+strconv.Quote(brief(chi.URLParam(r, "c")))+" in model "+strconv.Itoa(m.model.Model)+
			"; it has "+count(len(m.model.Clusters), "cluster", "clusters")+", from 0.")
	}
	after, limit, err := parsePage(r.URL)
	if err != nil {
		return err
	}
	c, err := snap.rowsOf(m)
	if err != nil {
		return err
	}
	var data []byte // the crimes
	total, shown, last, more := 0, 0, int64(0), false
	m.each(c, func(i, cluster int, v []float64) {
		if cluster != number {
			return
		}
		total++
		row := c.manifest.FirstRow + int64(i)
		if row <= after {
			return
		}
		if shown == limit {
			more = true
			return
		}
		if shown > 0 {
			data = append(data, ',')
		}
		shown, last = shown+1, row
		data = strconv.AppendInt(append(data, `{"crime_id":"`...), c.incidents[i], 10)
		data = strconv.AppendInt(append(data, `","offense_id":"`...), c.offenses[i], 10)
		data = append(append(data, `",`...), c.fragments[c.kinds[i]]...)
		data = c.reported[i].append(append(data, `,"reported":`...))
		data = snap.shown.appendPlace(append(data, ','), c.lon[i], c.lat[i])
		data = strconv.AppendInt(append(data, `,"row":`...), row, 10)
		data = append(appendMetres(append(data, `,"distance_m":`...), m.ground(cluster, v)), '}')
	})
	head := m.appendNumber(nil)
	head = strconv.AppendInt(append(head, `,"cluster":`...), int64(number), 10)
	head = strconv.AppendInt(append(head, `,"total":`...), int64(total), 10)
	data = append(append(append(head, `,"crimes":[`...), data...), `],"next":`...)
	if more {
		data = appendString(data, "/models/"+strconv.Itoa(m.model.Model)+"/clusters/"+strconv.Itoa(number)+
			"/crimes?after="+strconv.FormatInt(last, 10)+"&limit="+strconv.Itoa(limit))
	} else {
		data = append(data, `null`...)
	}
	send(w, r, snap, append(data, "}\n"...))
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
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	id, err := parseCrime(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	rows := snap.index.find(nil, id)
	if len(rows) == 0 {
		return snap.unknown(id)
	}
	data := append(strconv.AppendInt([]byte(`{"crime_id":"`), id, 10), `","offenses":[`...)
	for i, row := range rows {
		if i > 0 {
			data = append(data, ',')
		}
		data = snap.appendWay(data, row)
	}
	send(w, r, snap, snap.appendLoading(append(data, ']')))
	return nil
}

// appendWay appends an element of "offenses" of /crimes/{id}.
func (s *snapshot) appendWay(dst []byte, row uint32) []byte {
	c, i := s.chunks[int(row)/s.batchSize], int(row)%s.batchSize
	partition, offset := c.manifest.Message(int64(row) + 1)
	dst = strconv.AppendInt(append(dst, `{"offense_id":"`...), c.offenses[i], 10)
	dst = append(append(dst, `",`...), c.fragments[c.kinds[i]]...)
	dst = c.reported[i].append(append(dst, `,"reported":`...))
	dst = c.occurred[i].append(append(dst, `,"occurred":`...))
	dst = append(append(dst, `,"neighborhood":`...), c.neighborhoods[c.parts[i]]...)
	dst = s.shown.appendPlace(append(dst, ','), c.lon[i], c.lat[i])
	dst = strconv.AppendInt(append(dst, `,"line":`...), c.manifest.Line(int64(row)+1), 10)
	dst = strconv.AppendInt(append(dst, `,"row":`...), int64(row)+1, 10)
	dst = strconv.AppendInt(append(dst, `,"batch":`...), int64(c.manifest.Batch), 10)
	dst = appendString(append(dst, `,"topic":`...), c.manifest.Transport.Topic)
	dst = strconv.AppendInt(append(dst, `,"partition":`...), partition, 10)
	dst = strconv.AppendInt(append(dst, `,"offset":`...), offset, 10)

	var reason feature.Skip // the last model's; all of a folder have one frame
	clusters := []byte(`,"clusters":[`)
	for n, m := range s.served() {
		if n > 0 {
			clusters = append(clusters, ',')
		}
		o := s.locate(m, row)
		reason = o.skip
		clusters = m.appendNumber(clusters)
		if o.skip != feature.Usable {
			clusters = append(clusters, `,"cluster":null,"distance_m":null,"second":null`...)
		} else {
			clusters = strconv.AppendInt(append(clusters, `,"cluster":`...), int64(o.nearest.Cluster), 10)
			clusters = appendMetres(append(clusters, `,"distance_m":`...), o.nearest.Distance)
			clusters = appendSecond(append(clusters, `,"second":`...), &o.nearest)
		}
		clusters = append(strconv.AppendBool(append(clusters, `,"in_training":`...), o.trained), '}')
	}
	dst = append(dst, `,"reason":`...)
	if reason == feature.Usable {
		dst = append(dst, `null`...)
	} else {
		dst = appendString(dst, string(reason))
	}
	return append(append(dst, clusters...), "]}"...)
}
