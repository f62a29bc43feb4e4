package api

import (
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
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

// getPoints is GET /models/{n}/points: place and cluster of each trained row, in
// the order of rows.
func (s *Server) getPoints(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	rows, err := v.Rows(m)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Add("Vary", varyBoth)
	kind := chooseType(r, pointTypes)
	form := ""
	if kind != pointTypes[0] {
		_, name, _ := strings.Cut(kind, "/")
		form = "-" + name
	}
	small := m.Rows.Trained >= manyPoints && takesGzip(r)
	if small {
		form += gzipForm
	}
	if sendNotModified(w, r, etag(v.Generation, form)) {
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
