package api

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// exchange is a request's answer, and what is told of it afterwards: in the
// log, in the metrics, and to the client in X-Request-Id.
type exchange struct {
	http.ResponseWriter
	id      string
	path    string    // as the URL spells it
	res     *resource // nil when there is none
	status  int       // 0 until the header is written, which is 200
	problem kind      // "" when it was answered
}

var exchanges = sync.Pool{New: func() any { return new(exchange) }}

func (e *exchange) WriteHeader(status int) {
	if e.status == 0 {
		e.status = status
	}
	e.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (e *exchange) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// ServeHTTP answers one request, counts it and logs it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	e := exchanges.Get().(*exchange)
	*e = exchange{ResponseWriter: w, path: r.URL.EscapedPath()}
	w.Header()["Date"] = s.clock.date(start)
	e.setID(r, s.ids)
	s.answer(e, r)
	if e.status == 0 {
		e.status = http.StatusOK
	}
	took := time.Since(start)
	s.metrics.count(e.res, e.status, took)
	s.logAccess(e, r, start.Add(took), took)
	*e = exchange{}
	exchanges.Put(e) // not after a panic that goes on
}

// logAccess writes a line about a request: with --access-log for each, else
// for those that were answered, while debugging; fail has told of the others.
func (s *Server) logAccess(e *exchange, r *http.Request, now time.Time, took time.Duration) {
	level, log := slog.LevelInfo, s.access
	if !s.config.AccessLog {
		log = s.log
		if level = slog.LevelDebug; e.problem != "" {
			return
		}
	}
	ctx := r.Context()
	if !log.Enabled(ctx, level) {
		return
	}
	// Without the caller's place in the source, which costs as much as the rest.
	line := slog.NewRecord(now, level, "request answered", 0)
	line.AddAttrs(
		slog.String("request", e.id), slog.String("method", brief(r.Method)), slog.String("path", brief(e.path)),
		slog.Int("status", e.status), slog.Duration("took", took),
	)
	if e.problem != "" {
		line.AddAttrs(slog.String("problem", string(e.problem)))
	}
	_ = log.Handler().Handle(ctx, line) // a log that fails is no error of the request
}

// clock makes the header Date, which net/http would make for each answer anew.
type clock struct {
	second atomic.Pointer[second]
}

type second struct {
	unix int64
	date []string
}

func (c *clock) date(now time.Time) []string {
	s := c.second.Load()
	if unix := now.Unix(); s == nil || s.unix != unix {
		s = &second{unix, []string{now.UTC().Format(http.TimeFormat)}}
		c.second.Store(s)
	}
	return s.date
}

// requestIDs are the beginning of the ids of a server's requests; next is the
// number of the last one.
type requestIDs struct {
	prefix [4]byte
	next   atomic.Uint32
}

func newRequestIDs() *requestIDs {
	n := new(requestIDs)
	rand.Read(n.prefix[:]) // never fails: see crypto/rand
	return n
}

// requestIDHeader is as net/http spells it.
const requestIDHeader = "X-Request-Id"

// setID names the request as its client does, if that is a short word of
// letters and digits, else anew, and tells the client.
func (e *exchange) setID(r *http.Request, ids *requestIDs) {
	if given := r.Header[requestIDHeader]; len(given) == 1 && isWord(given[0]) {
		e.id = given[0]
		e.Header()[requestIDHeader] = given
		return
	}
	n := ids.next.Add(1)
	raw := [8]byte{4: byte(n >> 24), 5: byte(n >> 16), 6: byte(n >> 8), 7: byte(n)}
	copy(raw[:], ids.prefix[:])
	var text [16]byte
	hex.Encode(text[:], raw[:])
	e.id = string(text[:])
	e.Header()[requestIDHeader] = []string{e.id}
}

// isWord reports whether s may go into logs and headers as it is.
func isWord(s string) bool {
	if len(s) < 1 || len(s) > 64 {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}
