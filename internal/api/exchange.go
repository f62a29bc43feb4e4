package api

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
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
	line    []byte    // what a line of the access log is put together in
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
	*e = exchange{ResponseWriter: w, path: r.URL.EscapedPath(), line: e.line}
	e.setID(r, s.ids)
	s.answer(e, r)
	if e.status == 0 {
		e.status = http.StatusOK
	}
	took := time.Since(start)
	s.metrics.count(e.res, e.status, took)
	s.logAccess(e, r, start.Add(took), took)
	*e = exchange{line: e.line}
	exchanges.Put(e) // not after a panic that goes on
}

// requestIDs are the ids of a server's requests: 8 digits of the server and 8 of
// the request. They are made by the block, so that the processors do not wait
// for each other's count.
type requestIDs struct {
	server [4]byte
	next   atomic.Uint32 // block
	blocks sync.Pool     // of *idBlock
}

// idBlock is ids that nobody has got yet.
type idBlock struct{ ids []string }

const idsPerBlock = 64

func newRequestIDs() *requestIDs {
	n := new(requestIDs)
	rand.Read(n.server[:]) // never fails: see crypto/rand
	return n
}

// take returns an id, alone in a slice that is the caller's.
func (n *requestIDs) take() []string {
	b, _ := n.blocks.Get().(*idBlock)
	if b == nil || len(b.ids) == 0 {
		b = n.block()
	}
	id := b.ids[:1:1]
	b.ids = b.ids[1:]
	n.blocks.Put(b)
	return id
}

func (n *requestIDs) block() *idBlock {
	const digits = 16
	first := (n.next.Add(1) - 1) * idsPerBlock
	text := make([]byte, 0, digits*idsPerBlock)
	for i := range uint32(idsPerBlock) {
		text = hex.AppendEncode(text, n.server[:])
		text = hex.AppendEncode(text, binary.BigEndian.AppendUint32(nil, first+i))
	}
	all, ids := string(text), make([]string, idsPerBlock)
	for i := range ids {
		ids[i] = all[i*digits:][:digits]
	}
	return &idBlock{ids}
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
	id := ids.take()
	e.id = id[0]
	e.Header()[requestIDHeader] = id
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
