package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
)

// maxBody is the longest body of a request.
const maxBody = 64 << 10

// readBody reads a JSON body as it is, or says why it does not take it.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return nil, newProblem(unsupportedMediaType, "Send the body as it is, without Content-Encoding.")
	}
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, newProblem(unsupportedMediaType, "Send Content-Type: application/json.")
	}
	if charset, ok := parameters["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return nil, newProblem(unsupportedMediaType, "JSON is UTF-8; leave the charset out.")
	}
	if r.ContentLength > maxBody {
		return nil, newProblem(bodyTooLarge, "A body may have 64 KiB at most.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, newProblem(bodyTooLarge, "A body may have 64 KiB at most.")
	case err != nil:
		return nil, newProblem(invalidRequest, "The body ended too early.")
	}
	return body, nil
}

// predict is POST /models/{n}/predict: places and ids, and the cluster of each.
func (s *Server) predict(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseQuery(body, feature.Set(m.Settings.Features).Asks())
	if err != nil {
		return err
	}
	if len(q.crimes) > 0 && v.Unread > 0 {
		return v.Loading("Batches")
	}
	answer := predictAnswer{Model: m.Number()}
	for _, at := range q.places {
		answer.Results = append(answer.Results, predictPlace(m, at))
	}
	for _, id := range q.crimes {
		answer.Results = append(answer.Results, predictCrime(v, m, id))
	}
	w.Header().Set("ETag", etag(v.Generation, ""))
	w.Header().Set("Cache-Control", "no-store")
	sendBody(w, http.StatusOK, encode(answer))
	return nil
}

// predictAnswer is the body of POST /models/{n}/predict.
type predictAnswer struct {
	Model   int   `json:"model"`
	Results []any `json:"results"` // a predictedPlace, predictedCrime or unknownCrime for each that was asked for
}

type predictedPlace struct {
	place
	Hour *int `json:"hour,omitempty"`
	membership
	distances
	Outside bool `json:"outside_training_range"`
}

type predictedCrime struct {
	CrimeID int64 `json:"crime_id,string"`
	membership
	distances
	InTraining bool `json:"in_training"`
}

type unknownCrime struct {
	CrimeID int64  `json:"crime_id,string"`
	Error   string `json:"error"`
}

// predictPlace gives a place that lies outside of what the model was trained on
// its nearest cluster all the same.
func predictPlace(m *catalog.Model, at location) predictedPlace {
	in := feature.InputAt(crime.Place{Lon: at.lon, Lat: at.lat}, at.hour)
	frame := m.Frame
	outside := !frame.Bounds.Contains(in.Place)
	frame.Bounds = crime.Earth
	skip, n := m.Locate(in, frame)
	cluster, away := describeNearest(skip, &n)
	return predictedPlace{place{degrees(at.lon), degrees(at.lat)}, at.hour, cluster, away, outside}
}

// predictCrime is about the deciding offense of a crime.
func predictCrime(v *catalog.View, m *catalog.Model, id int64) any {
	rows, err := v.Crime(id)
	if err != nil {
		return unknownCrime{id, crimeNotFound.name}
	}
	o := m.Deciding(m.Offenses(rows))
	in, away := describeNearest(o.Skip, &o.Nearest)
	return predictedCrime{id, in, away, o.Trained}
}
