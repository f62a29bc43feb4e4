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

// cluster is GET /model{n}/{crime_id}/cluster, the route that is asked most.
func (s *Server) cluster(w http.ResponseWriter, r *http.Request) error {
	if chi.URLParam(r, "crime_id") == "" {
		return newProblem(notFound, noSuchRoute)
	}
	v, err := s.catalog.View()
	if err != nil {
		return err
	}
	m, err := numbered(v, chi.URLParam(r, "n"))
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
	buffer := buffers.Get().(*[]byte)
	data := s.appendAnswer((*buffer)[:0], m, id, m.Offenses(rows))
	data = appendLoading(data, v)
	send(w, r, v, data)
	if cap(data) <= maxKeptBuffer {
		*buffer = data
		buffers.Put(buffer)
	}
	return nil
}

// findCrime returns the rows of a crime, or the problem that it is not known.
func findCrime(v *catalog.View, id int64) ([]catalog.Row, error) {
	rows, err := v.Crime(id)
	if !errors.Is(err, catalog.ErrNotFound) {
		return rows, err
	}
	waiting := v.Waiting()
	detail := "No crime " + strconv.FormatInt(id, 10) + " in " + count(len(v.Batches), "batch", "batches")
	if waiting > 0 {
		detail += "; " + count(waiting, "row is", "rows are") + " waiting"
	}
	p := newProblem(crimeNotFound, detail+".")
	p.waiting = &waiting
	return nil, p
}

// appendLoading ends an answer about a crime. While older batches are being
// read it says so: the crime may have offenses in them.
func appendLoading(dst []byte, v *catalog.View) []byte {
	if v.Unread > 0 {
		dst = append(dst, `,"loading":true`...)
	}
	return append(dst, "}\n"...)
}

// appendModel begins an object that is about a model.
func appendModel(dst []byte, m *catalog.Model) []byte {
	dst = strconv.AppendInt(append(dst, `{"model":`...), int64(m.Model.Model), 10)
	if m.Provisional {
		dst = append(dst, `,"provisional":true`...)
	}
	return dst
}

// appendAnswer appends the answer about a crime (docs/formats.md), but for its
// end.
func (s *Server) appendAnswer(dst []byte, m *catalog.Model, id int64, offenses []catalog.Offense) []byte {
	o := m.Deciding(offenses)
	dst = strconv.AppendInt(append(appendModel(dst, m), `,"crime_id":"`...), id, 10)
	dst = append(dst, `","cluster":`...)
	if o.Skip != feature.Usable {
		dst = append(append(dst, `null,"reason":"`...), o.Skip...)
		dst = append(dst, `","in_training":false,"distance_m":null,"second":null,"centroid":null`...)
	} else {
		dst = strconv.AppendInt(dst, int64(o.Nearest.Cluster), 10)
		// Of all usable offenses one in the batch decides, so it tells.
		dst = strconv.AppendBool(append(dst, `,"in_training":`...), o.Trained)
		dst = appendDistances(dst, &o.Nearest)
		centroid := &m.Clusters[o.Nearest.Cluster].Centroid
		dst = append(s.rounding.appendPlace(append(dst, `,"centroid":{`...), crime.Place{Lon: centroid.Lon, Lat: centroid.Lat}), '}')
	}
	dst = append(dst, `,"offenses":[`...)
	for i := range offenses {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendOffense(dst, &offenses[i])
	}
	return append(dst, ']')
}

// appendDistances appends the members distance_m and second.
func appendDistances(dst []byte, n *model.Nearest) []byte {
	dst = append(appendMetres(append(dst, `,"distance_m":`...), n.Distance), `,"second":`...)
	if n.Second < 0 {
		return append(dst, `null`...)
	}
	dst = strconv.AppendInt(append(dst, `{"cluster":`...), int64(n.Second), 10)
	return append(appendMetres(append(dst, `,"distance_m":`...), n.SecondDistance), '}')
}

// appendOffense appends one element of "offenses".
func appendOffense(dst []byte, o *catalog.Offense) []byte {
	dst = strconv.AppendInt(append(dst, `{"offense_id":"`...), o.OffenseID(), 10)
	dst = appendKind(append(dst, `",`...), o.Row)
	dst = append(dst, `,"cluster":`...)
	if o.Skip != feature.Usable {
		dst = append(dst, `null`...)
	} else {
		dst = strconv.AppendInt(dst, int64(o.Nearest.Cluster), 10)
	}
	dst = strconv.AppendInt(append(dst, `,"batch":`...), int64(o.Batch.Manifest.Batch), 10)
	dst = strconv.AppendInt(append(dst, `,"row":`...), o.Number(), 10)
	return append(dst, '}')
}

// appendKind appends the members offense and category.
func appendKind(dst []byte, r catalog.Row) []byte {
	dst = appendString(append(dst, `"offense":`...), r.Offense())
	return appendString(append(dst, `,"category":`...), r.Category())
}
