package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
)

// send writes a JSON answer that depends on the view alone, or 304 when the
// client has it.
func send(w http.ResponseWriter, r *http.Request, v *catalog.View, data []byte) {
	if !sendNotModified(w, r, etag(v.Generation, "")) {
		sendBody(w, http.StatusOK, data)
	}
}

// sendNotModified answers 304 when the client has what tag stands for. If it
// does not, the headers are set for the answer.
func sendNotModified(w http.ResponseWriter, r *http.Request, tag string) bool {
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	if !matches(r.Header["If-None-Match"], tag) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// etag is the ETag of an answer from the digest of what it is made of. form,
// which may be empty, is that of the answer: a cache that has one form must not
// take it for another.
func etag(digest, form string) string { return `"` + digest + form + `"` }

// digest is the beginning of the SHA-256 of data, 16 hex digits.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// gzipForm is the form of what is sent with gzip.
const gzipForm = "-gzip"

// sendBody writes a JSON answer.
func sendBody(w http.ResponseWriter, status int, data []byte) {
	sendAs(w, status, "application/json", data)
}

// maxUncounted is the longest answer of which net/http finds out the length by
// itself.
const maxUncounted = 2000

// sendAs writes an answer of any type.
func sendAs(w http.ResponseWriter, status int, contentType string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	if len(data) > maxUncounted {
		h.Set("Content-Length", strconv.Itoa(len(data)))
	}
	if status != http.StatusOK {
		w.WriteHeader(status)
	}
	w.Write(data)
}

// matches reports whether an If-None-Match names tag, by the weak comparison
// of RFC 9110.
func matches(tags []string, tag string) bool {
	for one := range strings.SplitSeq(strings.Join(tags, ","), ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
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

// meters is a distance of km as answers show it: with one decimal.
func meters(km float64) float64 { return math.Round(km*1e4) / 10 }

// degrees is a longitude or latitude as answers show it.
type degrees float64

// MarshalJSON writes null for NaN, and never an exponent.
func (d degrees) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(d)) {
		return []byte("null"), nil
	}
	return d.append(nil), nil
}

func (d degrees) append(dst []byte) []byte { return strconv.AppendFloat(dst, float64(d), 'f', -1, 64) }

// place is a place as answers show it; both are null when it is not known.
type place struct {
	Lon degrees `json:"lon"`
	Lat degrees `json:"lat"`
}

// rounding says how answers show places: exactly, or rounded to 4 decimals,
// which is about 10 m.
type rounding struct{ exact bool }

func (r rounding) degrees(v float64) degrees {
	if !r.exact {
		v = math.Round(v*1e4) / 1e4
	}
	return degrees(v + 0) // not -0
}

// round makes of a longitude and a latitude what answers show.
func (r rounding) round(lon, lat *float64) {
	*lon, *lat = float64(r.degrees(*lon)), float64(r.degrees(*lat))
}

func (r rounding) place(p crime.Place) place { return place{r.degrees(p.Lon), r.degrees(p.Lat)} }
