package api

import (
	"iter"
	"net/http"
	"strconv"
	"strings"
)

// preferences are what a header such as Accept or Accept-Encoding names, in
// lower letters and in its order, each with its q: 1 without one, 0 for one that is
// no number of 0 to 1.
func preferences(lines []string) iter.Seq2[string, float64] {
	return func(yield func(string, float64) bool) {
		for one := range strings.SplitSeq(strings.Join(lines, ","), ",") {
			name, parameters, _ := strings.Cut(one, ";")
			if !yield(strings.ToLower(strings.TrimSpace(name)), parseQuality(parameters)) {
				return
			}
		}
	}
}

func parseQuality(parameters string) float64 {
	for one := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(one, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil || !(q >= 0 && q <= 1) {
				return 0
			}
			return q
		}
	}
	return 1
}

// named returns the q of the first preference with this name, and whether there is one.
func named(lines []string, wanted string) (q float64, ok bool) {
	for name, q := range preferences(lines) {
		if name == wanted {
			return q, true
		}
	}
	return 0, false
}

// wantsHTML reports whether the client named text/html, as browsers do and
// programs do not.
func wantsHTML(r *http.Request) bool {
	_, ok := named(r.Header["Accept"], "text/html")
	return ok
}

// takesGzip reports whether the client named gzip and did not refuse it.
func takesGzip(r *http.Request) bool {
	q, _ := named(r.Header["Accept-Encoding"], "gzip")
	return q > 0
}

// chooseType returns the type of ours that the client wants most (RFC 9110,
// 12.5.1), the first of those that it wants equally, and the first of all when it
// wants none: an answer that was not asked for is better than none.
func chooseType(r *http.Request, ours []string) string {
	best, most := ours[0], 0.0
	for _, t := range ours {
		kind, _, _ := strings.Cut(t, "/")
		fits := map[string]int{"*/*": 0, kind + "/*": 1, t: 2}
		wanted, narrow := 0.0, -1
		for name, q := range preferences(r.Header["Accept"]) {
			if n, ok := fits[name]; ok && n > narrow {
				wanted, narrow = q, n
			}
		}
		if wanted > most {
			best, most = t, wanted
		}
	}
	return best
}
