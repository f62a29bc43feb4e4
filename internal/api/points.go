package api

import (
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"hotspot/internal/catalog"
)

// pointTypes are the types of /points, the first one when Accept does not
// choose.
var pointTypes = []string{"application/octet-stream", "application/json", "text/csv"}

// manyPoints is the least number of rows whose points are sent with gzip to who
// takes it. The binary form of fewer has 120 kB at most: what gzip would spare of
// it is not worth a processor's time on every answer.
const manyPoints = 10_000

// points is GET /models/{n}/points: place and cluster of each trained row, in
// the order of rows.
func (s *Server) points(w http.ResponseWriter, r *http.Request) error {
	v, m, err := s.named(r)
	if err != nil {
		return err
	}
	rows, err := v.Rows(m)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Vary", varyBoth)
	kind := choose(r.Header["Accept"], pointTypes)
	form := ""
	if kind != pointTypes[0] {
		_, name, _ := strings.Cut(kind, "/")
		form = "-" + name
	}
	small := m.Rows.Trained >= manyPoints && takesGzip(r)
	if small {
		form += gzipForm
	}
	if cached(w, r, etag(v.Generation, form)) {
		return nil
	}
	data := s.encodePoints(kind, m, rows)
	if small {
		h.Set("Content-Encoding", "gzip")
		data = compress(data, gzip.BestSpeed)
	}
	if kind == "text/csv" {
		kind += "; charset=utf-8"
	}
	sendAs(w, http.StatusOK, kind, data)
	return nil
}

// pointsAnswer is the JSON form of the body.
type pointsAnswer struct {
	modelName
	Points [][3]float64 `json:"points"` // lon, lat, number of the cluster
}

// encodePoints is the body of one of the pointTypes.
func (s *Server) encodePoints(kind string, m *catalog.Model, rows *catalog.Batch) (data []byte) {
	points := make([][3]float64, 0, m.Rows.Trained)
	for row, x := range rows.Trained(m.Model) {
		at := s.rounding.place(row.Place())
		points = append(points, [3]float64{float64(at.Lon), float64(at.Lat), float64(m.Nearest(x).Cluster)})
	}
	switch kind {
	case "application/json":
		return encode(pointsAnswer{nameModel(m), points})
	case "text/csv":
		data = []byte("lon,lat,cluster\n")
		for _, p := range points {
			data = append(degrees(p[0]).append(data), ',')
			data = append(degrees(p[1]).append(data), ',')
			data = fmt.Appendf(data, "%g\n", p[2])
		}
		return data
	}
	for _, p := range points {
		for _, v := range p {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
		}
	}
	return data
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
