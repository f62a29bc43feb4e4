package api

import (
	"compress/gzip"
	"encoding/binary"
	"math"
	"net/http"
	"strconv"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// The types of /points, the first one when Accept does not choose.
var (
	binaryType = []string{"application/octet-stream"}
	csvType    = []string{"text/csv; charset=utf-8"}
	pointTypes = []string{"application/octet-stream", "application/json", "text/csv"}
)

// manyPoints is the least number of rows whose points are sent with gzip to who
// takes it. The binary form of fewer has 120 kB at most: what gzip would spare of
// it is not worth a processor's time on every answer.
const manyPoints = 10_000

// points is GET /models/{n}/points: place and cluster of each trained row, in
// the order of rows.
func (s *Server) points(w http.ResponseWriter, r *http.Request) error {
	snap, m, err := s.named(r)
	if err != nil {
		return err
	}
	c, err := snap.rowsOf(m)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Vary"] = varyBoth
	kind := choose(r.Header["Accept"], pointTypes)
	form := ""
	if kind != pointTypes[0] {
		_, name, _ := strings.Cut(kind, "/")
		form = "-" + name
	}
	small := m.model.Rows.Trained >= manyPoints && takesGzip(r)
	if small {
		form += gzipForm
	}
	if cached(w, r, formed(snap.etag, form)) {
		return nil
	}
	contentType, data := snap.pointsAs(kind, m, c)
	if small {
		h["Content-Encoding"] = gzipCoding
		data = compress(data, gzip.BestSpeed)
	}
	sendAs(w, http.StatusOK, contentType, data)
	return nil
}

// pointsAs is the body of one of the pointTypes.
func (s *snapshot) pointsAs(kind string, m *served, c *chunk) (contentType []string, data []byte) {
	switch kind {
	case "application/json":
		data = append(m.appendNumber(nil), `,"points":[`...)
		first := len(data)
		m.each(c, func(i, cluster int, _ []float64) {
			if len(data) > first {
				data = append(data, ',')
			}
			data = s.shown.append(append(data, '['), c.lon[i])
			data = s.shown.append(append(data, ','), c.lat[i])
			data = append(strconv.AppendInt(append(data, ','), int64(cluster), 10), ']')
		})
		return jsonType, append(data, "]}\n"...)
	case "text/csv":
		data = []byte("lon,lat,cluster\n")
		m.each(c, func(i, cluster int, _ []float64) {
			data = append(s.shown.append(data, c.lon[i]), ',')
			data = append(s.shown.append(data, c.lat[i]), ',')
			data = append(strconv.AppendInt(data, int64(cluster), 10), '\n')
		})
		return csvType, data
	default:
		data = make([]byte, 0, 12*m.model.Rows.Trained)
		m.each(c, func(i, cluster int, _ []float64) {
			for _, v := range [...]float64{s.shown.degrees(c.lon[i]), s.shown.degrees(c.lat[i]), float64(cluster)} {
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
			}
		})
		return binaryType, data
	}
}

// each calls do for every row of c that m was trained on, in order, with the
// cluster that it got and its vector, which is do's until it returns.
func (s *served) each(c *chunk, do func(i, cluster int, v []float64)) {
	if len(s.model.Clusters) == 0 {
		return
	}
	choice := model.NewChoice(s.model.Settings, s.model.Frame)
	var record crime.Record
	var v []float64
	for i := range c.lon {
		c.record(&record, i, s.features)
		var skip feature.Skip
		if v, skip = choice.Vector(v[:0], &record); skip == feature.Usable {
			do(i, s.model.Nearest(v).Cluster, v)
		}
	}
}

// choose returns the type of ours that the Accept headers want most (RFC 9110,
// 12.5.1), the first of those that they want equally, and the first of all
// when they want none: an answer that was not asked for is better than none.
func choose(accept, ours []string) string {
	best, most := ours[0], 0.0
	if len(accept) == 0 {
		return best
	}
	for _, t := range ours {
		wanted, narrow := 0.0, -1
		for one := range strings.SplitSeq(strings.Join(accept, ","), ",") {
			name, rest, _ := strings.Cut(one, ";")
			name = strings.ToLower(strings.TrimSpace(name))
			kind, _, _ := strings.Cut(t, "/")
			fits := map[string]int{"*/*": 0, kind + "/*": 1, t: 2}
			if n, ok := fits[name]; ok && n > narrow {
				wanted, narrow = quality(rest), n
			}
		}
		if wanted > most {
			best, most = t, wanted
		}
	}
	return best
}

// quality is the q among the parameters of a type in Accept, 1 without one.
func quality(parameters string) float64 {
	for one := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(one, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil || !(q >= 0 && q <= 1) {
				return 0
			}
			return q
		}
	}
	return 1
}
