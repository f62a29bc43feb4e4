package api

import (
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"hotspot/internal/platform/ports"
)

// hosts are the names under which the api may be asked, without port. A page
// of a stranger that makes its own name point to 127.0.0.1 (DNS rebinding)
// sends that name, and is refused by it.
type hosts []string

func newHosts(c Config) hosts {
	h := hosts{"127.0.0.1", "localhost", "::1"}
	for _, l := range c.addresses() {
		if host, _, err := ports.Split(l.address); err == nil && host != "" && !isUnspecified(host) {
			h = append(h, canonical(host))
		}
	}
	for _, name := range c.AllowHost {
		h = append(h, canonical(name))
	}
	return h
}

// canonical is the one spelling of a name or an address: in small letters,
// without a final dot and without brackets, and an IPv4 address as such where
// IPv6 wraps it.
func canonical(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if bare, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(bare, "]")
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().String()
	}
	return host
}

func isUnspecified(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsUnspecified()
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
	return slices.Contains(h, canonical(host))
}

// isOwnAddress reports whether r names the address of this machine at which it
// arrived. Who has made a name point here sends that name.
func isOwnAddress(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && hosts{canonical(local.IP.String())}.allow(r.Host)
}

// checkHost refuses requests under another name, but for the probes of whoever
// looks after the process and, where a token is asked for, the machine's own
// addresses.
func (s *Server) checkHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.hosts.allow(r.Host) && !isProbe(r) && (s.token == nil || !isOwnAddress(r)) {
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
	return net.ParseIP(canonical(name)) != nil || hostName.MatchString(name)
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,253}$`)
