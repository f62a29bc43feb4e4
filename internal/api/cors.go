package api

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// isOrigin is an origin, but for its letters, as browsers send it.
var isOrigin = regexp.MustCompile(`(?i)^https?://[^/?#@\s]+$`).MatchString

// allowOrigins lets pages of the origins of --allow-origin read answers, and
// answers their preflights, which carry no token. Other pages get no header, and
// their browser keeps the answer from them.
func (s *Server) allowOrigins(next http.Handler) http.Handler {
	if len(s.config.AllowOrigin) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, origin := w.Header(), r.Header.Get("Origin")
		h.Add("Vary", "Origin")
		if slices.ContainsFunc(s.config.AllowOrigin, func(o string) bool { return strings.EqualFold(o, origin) }) {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id")
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST")
				h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match, Last-Event-ID, X-Request-Id")
				h.Set("Access-Control-Max-Age", "600")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
