package api

import (
	"math"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// reasonUntrainable says that a model has no clusters at all; the other
// reasons for "cluster":null are those of feature.Skip.
const reasonUntrainable feature.Skip = "untrainable"

// offense is one row of an incident and where it lies in a model.
type offense struct {
	row     int64
	chunk   *chunk
	i       int // in chunk
	trained bool
	skip    feature.Skip
	nearest model.Nearest // its distances are on the ground, km
}

// cluster is GET /model{n}/{crime_id}/cluster, the route that is asked most:
// it allocates nothing of its own.
func (s *Server) cluster(w http.ResponseWriter, r *http.Request) error {
	if chi.URLParam(r, "crime_id") == "" {
		return newProblem(notFound, noSuchRoute)
	}
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	m, err := snap.model(chi.URLParam(r, "n"))
	if err != nil {
		return err
	}
	id, err := parseCrime(chi.URLParam(r, "crime_id"))
	if err != nil {
		return err
	}
	var rowSpace [8]uint32 // as many as an incident of the city has
	rows := snap.index.find(rowSpace[:0], id)
	if len(rows) == 0 {
		return snap.unknown(id)
	}
	var space [8]offense
	offenses := space[:0]
	for _, row := range rows {
		offenses = append(offenses, snap.locate(m, row))
	}
	buffer := buffers.Get().(*[]byte)
	data := m.appendAnswer((*buffer)[:0], id, offenses)
	data = snap.appendLoading(data)
	send(w, r, snap, data)
	if cap(data) <= maxKeptBuffer {
		*buffer = data
		buffers.Put(buffer)
	}
	return nil
}

// appendLoading ends an answer about a crime. While older batches are being
// read it says so: the incident may have offenses in them.
func (s *snapshot) appendLoading(dst []byte) []byte {
	if s.unread > 0 {
		dst = append(dst, `,"loading":true`...)
	}
	return append(dst, "}\n"...)
}

// unknown is the error for a crime that is in no batch that has been read.
func (s *snapshot) unknown(id int64) error {
	if s.unread > 0 {
		return s.stillLoading("Batches are")
	}
	waiting := s.waiting()
	detail := "No crime " + strconv.FormatInt(id, 10) + " in " + count(len(s.chunks)-s.before, "batch", "batches")
	if waiting > 0 {
		detail += "; " + count(waiting, "row is", "rows are") + " waiting"
	}
	p := newProblem(crimeNotFound, detail+".")
	p.waiting = &waiting
	return p
}

// locate asks m about a row, given as its number - 1.
func (s *snapshot) locate(m *served, row uint32) offense {
	o := offense{row: int64(row) + 1, chunk: s.chunks[int(row)/s.batchSize], i: int(row) % s.batchSize}
	var record crime.Record
	o.chunk.record(&record, o.i, m.features)
	var space [4]float64 // more than any set of features has
	var v []float64
	if len(m.model.Clusters) == 0 {
		o.skip = reasonUntrainable
		return o
	}
	if v, o.skip = m.model.Frame.Vector(space[:0], m.features, &record); o.skip != feature.Usable {
		return o
	}
	o.trained = m.model.Batch.FirstRow <= o.row && o.row <= m.model.Batch.LastRow &&
		(m.model.Settings.Weight == model.Offense || s.stands(m, row))
	o.nearest = m.nearest(v)
	return o
}

// stands reports whether a row stands for its incident where each counts once
// (model.Choice): no earlier row of it in the model's batch can be used.
func (s *snapshot) stands(m *served, row uint32) bool {
	c := s.chunks[int(row)/s.batchSize]
	var record crime.Record
	for _, other := range s.index.find(nil, c.incidents[int(row)%s.batchSize]) {
		if other >= row || int64(other)+1 < m.model.Batch.FirstRow {
			continue
		}
		c.record(&record, int(other)%s.batchSize, m.features)
		if _, skip := m.model.Frame.Vector(nil, m.features, &record); skip == feature.Usable {
			return false
		}
	}
	return true
}

// nearest is the model's answer about a vector, its distances on the ground.
func (s *served) nearest(v []float64) model.Nearest {
	n := s.model.Nearest(v)
	n.Distance = s.ground(n.Cluster, v)
	if n.Second >= 0 {
		n.SecondDistance = s.ground(n.Second, v)
	}
	return n
}

// ground is the distance on the ground, in km, of a vector to the centroid of
// cluster c. The first two features are km east and north, whatever follows.
func (s *served) ground(c int, v []float64) float64 {
	centroid := &s.model.Clusters[c].Centroid
	east, north := v[0]-centroid.EastKm, v[1]-centroid.NorthKm
	return math.Sqrt(float64(east*east) + float64(north*north))
}

// deciding picks the offense whose cluster is the crime's: among those with a
// usable place the one with the least row in the model's batch, else the one
// with the least row of all. Without a usable place the same rule picks whose
// reason is told. The offenses are in the order of rows, at least one.
func (s *served) deciding(offenses []offense) *offense {
	var best *offense
	for i := range offenses {
		o := &offenses[i]
		switch {
		case best == nil,
			o.skip == feature.Usable && best.skip != feature.Usable,
			(o.skip == feature.Usable) == (best.skip == feature.Usable) && s.holds(o) && !s.holds(best):
			best = o
		}
	}
	return best
}

// holds reports whether the offense is in the batch that the model is of.
func (s *served) holds(o *offense) bool { return o.chunk.manifest.Batch == s.model.Batch.Number }

// appendAnswer appends the answer about a crime (docs/formats.md), but for its
// end.
func (s *served) appendAnswer(dst []byte, id int64, offenses []offense) []byte {
	o := s.deciding(offenses)
	dst = strconv.AppendInt(append(dst, s.head...), id, 10)
	dst = append(dst, `","cluster":`...)
	if o.skip != feature.Usable {
		dst = append(append(dst, `null,"reason":"`...), o.skip...)
		dst = append(dst, `","in_training":false,"distance_m":null,"second":null,"centroid":null`...)
	} else {
		dst = strconv.AppendInt(dst, int64(o.nearest.Cluster), 10)
		// Of all usable offenses one in the batch decides, so it tells.
		dst = strconv.AppendBool(append(dst, `,"in_training":`...), o.trained)
		dst = appendMetres(append(dst, `,"distance_m":`...), o.nearest.Distance)
		dst = appendSecond(append(dst, `,"second":`...), &o.nearest)
		dst = append(append(dst, `,"centroid":`...), s.centroid[o.nearest.Cluster]...)
	}
	dst = append(dst, `,"offenses":[`...)
	for i := range offenses {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = offenses[i].append(dst)
	}
	return append(dst, ']')
}

func appendSecond(dst []byte, n *model.Nearest) []byte {
	if n.Second < 0 {
		return append(dst, `null`...)
	}
	dst = strconv.AppendInt(append(dst, `{"cluster":`...), int64(n.Second), 10)
	dst = appendMetres(append(dst, `,"distance_m":`...), n.SecondDistance)
	return append(dst, '}')
}

// append appends one element of "offenses".
func (o *offense) append(dst []byte) []byte {
	c := o.chunk
	dst = strconv.AppendInt(append(dst, `{"offense_id":"`...), c.offenses[o.i], 10)
	dst = append(append(dst, `",`...), c.fragments[c.kinds[o.i]]...)
	dst = append(dst, `,"cluster":`...)
	if o.skip != feature.Usable {
		dst = append(dst, `null`...)
	} else {
		dst = strconv.AppendInt(dst, int64(o.nearest.Cluster), 10)
	}
	dst = strconv.AppendInt(append(dst, `,"batch":`...), int64(c.manifest.Batch), 10)
	dst = strconv.AppendInt(append(dst, `,"row":`...), o.row, 10)
	return append(dst, '}')
}
