package api

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"hotspot/internal/catalog"
)

// kind is what can be wrong with a request, as a client sees it.
type kind struct {
	name   string // the last part of the problem's type (RFC 9457)
	status int
	title  string
}

// The problems of docs/formats.md.
var (
	invalidRequest       = kind{"invalid-request", http.StatusBadRequest, "Invalid request"}
	invalidCrimeID       = kind{"invalid-crime-id", http.StatusBadRequest, "Invalid crime id"}
	invalidJSON          = kind{"invalid-json", http.StatusBadRequest, "Invalid JSON"}
	unauthorized         = kind{"unauthorized", http.StatusUnauthorized, "Unauthorized"}
	notFound             = kind{"not-found", http.StatusNotFound, "Not found"}
	modelNotFound        = kind{"model-not-found", http.StatusNotFound, "Model not found"}
	crimeNotFound        = kind{"crime-not-found", http.StatusNotFound, "Crime not found"}
	clusterNotFound      = kind{"cluster-not-found", http.StatusNotFound, "Cluster not found"}
	modelGone            = kind{"model-gone", http.StatusGone, "Model gone"}
	invalidField         = kind{"invalid-field", http.StatusUnprocessableEntity, "Invalid field"}
	notComparable        = kind{"not-comparable", http.StatusUnprocessableEntity, "Not comparable"}
	methodNotAllowed     = kind{"method-not-allowed", http.StatusMethodNotAllowed, "Method not allowed"}
	bodyTooLarge         = kind{"body-too-large", http.StatusRequestEntityTooLarge, "Body too large"}
	unsupportedMediaType = kind{"unsupported-media-type", http.StatusUnsupportedMediaType, "Unsupported media type"}
	misdirected          = kind{"misdirected", http.StatusMisdirectedRequest, "Misdirected request"}
	internal             = kind{"internal", http.StatusInternalServerError, "Internal error"}
	notImplemented       = kind{"not-implemented", http.StatusNotImplemented, "Not implemented"}
	noModels             = kind{"no-models", http.StatusServiceUnavailable, "No models yet"}
	loading              = kind{"loading", http.StatusServiceUnavailable, "Loading"}
	folderUnreadable     = kind{"folder-unreadable", http.StatusServiceUnavailable, "Folder unreadable"}
	busy                 = kind{"busy", http.StatusServiceUnavailable, "Busy"}
)

// problem is an error that a client may read, as problem+json. Its detail holds no
// input that was not quoted and cut, no path and no text of a Go error.
type problem struct {
	kind    kind
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail"`
	Allow   string `json:"allow,omitempty"`        // of method-not-allowed and not-implemented
	Field   string `json:"field,omitempty"`        // of invalid-field: locations[0].lat
	Waiting *int   `json:"waiting_rows,omitempty"` // rows of the open batch, of crime-not-found
}

func newProblem(k kind, detail string) *problem {
	return &problem{kind: k, Type: "/problems/" + k.name, Title: k.title, Status: k.status, Detail: detail}
}

// badField is the error for one part of a request.
func badField(field, want string) error {
	p := newProblem(invalidField, field+": "+want+".")
	p.Field = field
	return p
}

func (p *problem) Error() string { return p.kind.name + ": " + p.Detail }

// problemPolicy is that of an answer which repeats words of the request: it loads
// nothing and is framed nowhere.
const problemPolicy = "default-src 'none'; frame-ancestors 'none'"

// fail answers with err. It is the one place from error to status, body and
// log line.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	var unread *catalog.LoadingError
	var folder *catalog.FolderError
	switch {
	case errors.As(err, &unread):
		p = newProblem(loading, unread.Error()+"; ask again in a moment.")
	case errors.As(err, &folder):
		p = newProblem(folderUnreadable, folder.Error()+". It is tried again until it can.")
	case !errors.As(err, &p):
		p = newProblem(internal, "Something is wrong in this server; its log says more.")
	}
	w.(*responseWriter).problem = p.kind.name
	attrs := append(requestAttrs(w, r),
		slog.Int("status", p.Status), slog.String("problem", p.kind.name), slog.String("remote", r.RemoteAddr))
	if p.kind == internal {
		attrs = append(attrs, slog.Any("error", err)) // the others say it all
	}
	if !s.config.AccessLog || p.kind == internal { // else it has its line there
		s.log.LogAttrs(r.Context(), levelOf(p.kind), "request refused", attrs...)
	}

	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", problemPolicy)
	h.Del("ETag")
	if r.Method == http.MethodPost { // of a body that was not read to its end nothing that follows can be told
		h.Set("Connection", "close")
	}
	if p.Allow != "" {
		h.Set("Allow", p.Allow)
	}
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client went away: nothing to do
}

// levelOf is how much an operator wants to hear of a problem: what is missing
// is asked for all day, a malformed or refused request rarely.
func levelOf(k kind) slog.Level {
	switch k {
	case internal:
		return slog.LevelError
	case notFound, modelNotFound, crimeNotFound, clusterNotFound, modelGone, noModels, loading, folderUnreadable:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// maxBrief is how much of a client's text is said again.
const maxBrief = 60

// brief cuts a text that came from outside. It does not quote it.
func brief(text string) string {
	if len(text) <= maxBrief {
		return text
	}
	return text[:maxBrief] + "…"
}

// count says a number of things in English: 1 row, 2 rows.
func count(n int, thing, things string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + things
}
