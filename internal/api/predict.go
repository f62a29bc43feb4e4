package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// maxBody is the longest body of a request.
const maxBody = 64 << 10

// readBody reads a JSON body as it is, or says why it does not take it.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return nil, unread(w, unsupportedMediaType, "Send the body as it is, without Content-Encoding.")
	}
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, unread(w, unsupportedMediaType, "Send Content-Type: application/json.")
	}
	if charset, ok := parameters["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return nil, unread(w, unsupportedMediaType, "JSON is UTF-8; leave the charset out.")
	}
	if r.ContentLength > maxBody {
		return nil, unread(w, bodyTooLarge, "A body has 64 KiB at most.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, unread(w, bodyTooLarge, "A body has 64 KiB at most.")
	case err != nil:
		return nil, unread(w, invalidRequest, "The body did not come to its end.")
	}
	return body, nil
}

// unread is the error for a body that was not read to its end: nothing that
// follows on the connection can be told from the rest of it.
func unread(w http.ResponseWriter, k kind, detail string) error {
	w.Header()["Connection"] = closing
	return newProblem(k, detail)
}

// predict is POST /models/{n}/predict: places and ids, and the cluster of each.
func (s *Server) predict(w http.ResponseWriter, r *http.Request) error {
	v, m, err := s.named(r)
	if err != nil {
		w.Header()["Connection"] = closing
		return err
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseQuestion(body, feature.Set(m.Settings.Features).Timed())
	if err != nil {
		return err
	}
	if len(q.crimes) > 0 && v.Unread > 0 {
		return v.Loading("Batches")
	}
	data := strconv.AppendInt([]byte(`{"model":`), int64(m.Model.Model), 10)
	data = append(data, `,"results":[`...)
	for i := range q.places {
		if i > 0 {
			data = append(data, ',')
		}
		data = appendPredicted(data, m, &q.places[i])
	}
	for i, id := range q.crimes {
		if i+len(q.places) > 0 {
			data = append(data, ',')
		}
		data = appendKnown(data, v, m, id)
	}
	h := w.Header()
	h["Etag"], h["Cache-Control"] = []string{etag(v.Generation, "")}, noStore
	sendBody(w, http.StatusOK, append(data, "]}\n"...))
	return nil
}

// world is where a place can lie at all.
var world = crime.Bounds{Lon: [2]float64{-180, 180}, Lat: [2]float64{-90, 90}}

// appendPredicted appends the result of a place. One that lies outside of what
// the model was trained on gets its nearest cluster all the same.
func appendPredicted(dst []byte, m *catalog.Model, at *location) []byte {
	record := crime.Record{Place: crime.Place{Lon: at.lon, Lat: at.lat}, Located: true}
	if at.hour >= 0 {
		record.Text[crime.ColFirstOccurrence] = (catalog.Date(at.hour) * 60 * 60).String()
	}
	dst = strconv.AppendFloat(append(dst, `{"lon":`...), at.lon, 'f', -1, 64)
	dst = strconv.AppendFloat(append(dst, `,"lat":`...), at.lat, 'f', -1, 64)
	if at.hour >= 0 {
		dst = strconv.AppendInt(append(dst, `,"hour":`...), int64(at.hour), 10)
	}
	frame := m.Frame
	outside := !frame.Bounds.Contains(record.Place)
	frame.Bounds = world
	skip, n := m.Locate(&record, frame)
	dst = appendNearest(dst, skip, &n)
	return append(strconv.AppendBool(append(dst, `,"outside_training_range":`...), outside), '}')
}

// appendKnown appends the result of a crime: that of its deciding offense.
func appendKnown(dst []byte, v *catalog.View, m *catalog.Model, id int64) []byte {
	dst = append(strconv.AppendInt(append(dst, `{"crime_id":"`...), id, 10), '"')
	rows, err := v.Crime(id)
	if err != nil {
		return append(dst, `,"error":"crime-not-found"}`...)
	}
	o := m.Deciding(m.Offenses(rows))
	dst = appendNearest(dst, o.Skip, &o.Nearest)
	return append(strconv.AppendBool(append(dst, `,"in_training":`...), o.Trained), '}')
}

// appendNearest appends the members cluster, reason, distance_m and second.
func appendNearest(dst []byte, skip feature.Skip, n *model.Nearest) []byte {
	if skip != feature.Usable {
		dst = appendString(append(dst, `,"cluster":null,"reason":`...), string(skip))
		return append(dst, `,"distance_m":null,"second":null`...)
	}
	dst = strconv.AppendInt(append(dst, `,"cluster":`...), int64(n.Cluster), 10)
	return appendDistances(dst, n)
}
