package api

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
)

const requestIDHeader = "X-Request-Id"

// requestID is what may go into logs and headers as it is.
var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// setRequestID gives the request the id that its client sent, if that is a short
// word, or else 16 random digits. The id stands in a header of the answer, where
// the log finds it.
func setRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := fmt.Sprintf("%016x", rand.Uint64())
		if given := r.Header[requestIDHeader]; len(given) == 1 && requestID.MatchString(given[0]) {
			id = given[0]
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r)
	})
}

// recoverPanic answers 500 when a handler panics, and has it logged.
func (s *Server) recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v == http.ErrAbortHandler { //nolint:errorlint // as net/http compares it
				panic(v)
			} else if v != nil {
				s.fail(w, r, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// closeAtEnd has clients close their connections once the server has begun to end.
func (s *Server) closeAtEnd(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.isEnding() {
			w.Header().Set("Connection", "close")
			s.lateRequest.Store(time.Now().UnixNano())
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) isEnding() bool {
	select {
	case <-s.ending:
		return true
	default:
		return false
	}
}

// routeEscaped has chi match the path as the URL spells it: %31 is not 1.
func routeEscaped(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chi.RouteContext(r.Context()).RoutePath = r.URL.EscapedPath()
		next.ServeHTTP(w, r)
	})
}

// refuseChunked refuses a body in chunks where none is wanted, and ends the
// connection where one is. net/http drops the Content-Length beside a
// Transfer-Encoding; a proxy that believes the length sees other requests on
// this connection than we do.
func (s *Server) refuseChunked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
			if _, allow := lookUp(r); r.Method != http.MethodPost || !strings.HasPrefix(allow, http.MethodPost) {
				s.fail(w, r, newProblem(invalidRequest, "This path takes no body."))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
