package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"path"
	"strings"

	"hotspot/internal/platform/secret"
)

// token is the SHA-256 of what a client has to know, nil when nothing is asked
// for. Comparing hashes takes the same time whatever the length.
type token []byte

// readToken reads the token from path, without the white space around it. No
// path is no token.
func readToken(path string) (token, error) {
	if path == "" {
		return nil, nil
	}
	text, err := secret.Read(path)
	if err != nil {
		return nil, err
	}
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return nil, errors.New("is not one word of ASCII; head -c 24 /dev/urandom | base64 makes a token")
	}
	sum := sha256.Sum256([]byte(text))
	return sum[:], nil
}

// checkToken refuses requests without the token. Probes need none, nor does the
// shell of the page, which holds no data: a browser has no token before it shows
// the page.
func (s *Server) checkToken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.token.check(r); err != nil && !isProbe(r) && !isShell(r) {
			s.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isShell(r *http.Request) bool {
	folder, _ := path.Split(r.URL.EscapedPath())
	return r.URL.EscapedPath() == "/" || folder == "/page/"
}

// check compares the request's bearer token in constant time.
func (t token) check(r *http.Request) error {
	if t == nil {
		return nil
	}
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(strings.TrimSpace(given)))
	if subtle.ConstantTimeCompare(sum[:], t) == 1 && strings.EqualFold(scheme, "Bearer") {
		return nil
	}
	return newProblem(unauthorized, "Send the header Authorization: Bearer TOKEN.")
}
