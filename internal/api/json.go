package api

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
)

// Values of headers, made once: net/http does not change them.
var (
	jsonType     = []string{"application/json"}
	noCache      = []string{"no-cache"}
	noStore      = []string{"no-store"}
	nosniff      = []string{"nosniff"}
	closing      = []string{"close"}
	maxUnsetSize = 2000 // net/http counts an answer below 2 KiB by itself

	// errorPolicy is that of an answer which repeats words of the request: it loads
	// nothing and is framed nowhere.
	errorPolicy = []string{"default-src 'none'; frame-ancestors 'none'"}
)

// buffers are for answers that are put together anew for each request.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4<<10); return &b }}

// maxKeptBuffer is the largest buffer that is kept for another answer.
const maxKeptBuffer = 64 << 10

// send writes a JSON answer that depends on the view alone, or 304 when the
// client has it.
func send(w http.ResponseWriter, r *http.Request, v *catalog.View, data []byte) {
	if !unchanged(w, r, v) {
		sendBody(w, http.StatusOK, data)
	}
}

// unchanged sets the headers of an answer that depends on the view alone, and
// answers 304 when the client has it.
func unchanged(w http.ResponseWriter, r *http.Request, v *catalog.View) bool {
	return cached(w, r, etag(v.Generation, ""))
}

// cached is unchanged for an answer with an ETag of its own.
func cached(w http.ResponseWriter, r *http.Request, tag string) bool {
	h := w.Header()
	h["Etag"], h["Cache-Control"] = []string{tag}, noCache
	if tags, ok := r.Header["If-None-Match"]; ok && matches(tags, tag) {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	return false
}

// etag is the ETag of an answer from the digest of what it is made of. form,
// which may be empty, is that of the answer: a cache that has one form must not
// take it for another.
func etag(digest, form string) string { return `"` + digest + form + `"` }

// gzipForm is the form of what is sent with gzip.
const gzipForm = "-gzip"

// sendBody writes a JSON answer. It does not keep data.
func sendBody(w http.ResponseWriter, status int, data []byte) {
	sendAs(w, status, jsonType, data)
}

// sendAs writes an answer of any type. It does not keep data.
func sendAs(w http.ResponseWriter, status int, contentType []string, data []byte) {
	h := w.Header()
	h["Content-Type"] = contentType
	if len(data) > maxUnsetSize {
		h.Set("Content-Length", strconv.Itoa(len(data)))
	}
	if status != http.StatusOK {
		w.WriteHeader(status)
	}
	w.Write(data) // a client that has gone is no error of ours
}

// matches reports whether an If-None-Match names tag, by the weak comparison
// of RFC 9110.
func matches(tags []string, tag string) bool {
	for _, line := range tags {
		for line != "" {
			var one string
			one, line, _ = strings.Cut(line, ",")
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == tag {
				return true
			}
		}
	}
	return false
}

// encode is encoding/json without HTML escaping, with one final newline. Only
// what cannot fail is given to it.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// appendString appends s as a JSON string. s must be valid UTF-8.
func appendString(dst []byte, s string) []byte {
	dst, err := jsontext.AppendQuote(dst, s)
	if err != nil {
		panic(err)
	}
	return dst
}

// appendMetres appends a distance in km as metres with one decimal, without a
// zero behind the point.
func appendMetres(dst []byte, km float64) []byte {
	tenths := int64(math.Round(km * 1e4))
	dst = strconv.AppendInt(dst, tenths/10, 10)
	if d := tenths % 10; d != 0 {
		dst = append(dst, '.', byte('0'+d))
	}
	return dst
}

// rounding says how answers show places: exactly, or rounded to 4 decimals,
// which is about 10 m.
type rounding struct{ exact bool }

// degrees is a longitude or latitude as answers show it.
func (r rounding) degrees(v float64) float64 {
	if !r.exact {
		v = math.Round(v*1e4) / 1e4
	}
	return v + 0 // not -0
}

func (r rounding) append(dst []byte, v float64) []byte {
	return strconv.AppendFloat(dst, r.degrees(v), 'f', -1, 64)
}

// appendPlace appends the members lon and lat, both null when they are NaN.
func (r rounding) appendPlace(dst []byte, at crime.Place) []byte {
	if math.IsNaN(at.Lon) {
		return append(dst, `"lon":null,"lat":null`...)
	}
	dst = r.append(append(dst, `"lon":`...), at.Lon)
	return r.append(append(dst, `,"lat":`...), at.Lat)
}

// appendDate appends a date as a JSON string, "" for none.
func appendDate(dst []byte, d catalog.Date) []byte {
	return append(d.Append(append(dst, '"')), '"')
}
