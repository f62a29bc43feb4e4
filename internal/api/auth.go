package api

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"strings"
)

// maxTokenBytes is more than any token has; a token file is not a data file.
const maxTokenBytes = 4 << 10

// token is the SHA-256 of what a client has to know, nil when nothing is asked
// for. Comparing hashes takes the same time whatever the length.
type token []byte

// readToken reads the token from path, without the white space around it. No
// path is no token.
func readToken(path string) (token, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err) // without the path, which the caller names
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return nil, errors.New("is not a file")
	}
	data, err := io.ReadAll(io.LimitReader(f, maxTokenBytes+1))
	if err != nil {
		return nil, errors.New("cannot be read")
	}
	data = bytes.TrimSpace(data)
	switch {
	case len(data) == 0:
		return nil, errors.New("is empty; head -c 24 /dev/urandom | base64 makes a token")
	case len(data) > maxTokenBytes:
		return nil, fmt.Errorf("is longer than %d bytes", maxTokenBytes)
	}
	if bytes.ContainsFunc(data, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return nil, errors.New("holds more than one word of ASCII")
	}
	sum := sha256.Sum256(data)
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
