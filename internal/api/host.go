package api

import (
	"net"
	"net/http"
	"regexp"
	"strings"

	"hotspot/internal/platform/ports"
)

// hosts are the names under which the api may be asked, without port. A page
// of a stranger that makes its own name point to 127.0.0.1 (DNS rebinding)
// sends that name, and is refused by it.
type hosts []string

func newHosts(c Config) hosts {
	h := hosts{"127.0.0.1", "localhost", "[::1]"}
	for _, l := range c.addresses() {
		if host, _, err := ports.Split(l.address); err == nil && host != "" && !isUnspecified(host) {
			h = append(h, bracketed(host))
		}
	}
	for _, name := range c.AllowHost {
		h = append(h, bracketed(name))
	}
	return h
}

func isUnspecified(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsUnspecified()
}

// bracketed is host as it stands in a URL.
func bracketed(host string) string {
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		return "[" + host + "]"
	}
	return host
}

// allow reports whether the Host header, with or without port, is one of h.
// HTTP/1.0 can do without the header; no browser does.
func (h hosts) allow(host string) bool {
	if host == "" {
		return true
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		for _, c := range []byte(host[i+1:]) {
			if c < '0' || c > '9' {
				return false
			}
		}
		host = host[:i]
	}
	for _, name := range h {
		if strings.EqualFold(name, host) {
			return true
		}
	}
	return false
}

// checkHost refuses requests under another name, but for the probes of whoever
// looks after the process.
func (s *Server) checkHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.hosts.allow(r.Host) && !isProbe(r) {
			s.fail(w, r, newProblem(misdirected, "This server does not answer to the name in the request's Host header; --allow-host adds a name."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isProbe(r *http.Request) bool {
	path := r.URL.EscapedPath()
	return path == "/healthz" || path == "/readyz"
}

// isHostName reports whether name can stand in a Host header without a port.
func isHostName(name string) bool {
	return net.ParseIP(strings.Trim(name, "[]")) != nil || hostName.MatchString(name)
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,253}$`)
