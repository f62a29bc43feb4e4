package api

import (
	"compress/gzip"
	"net/http"

	"hotspot/internal/catalog"
)

// getBackdrop is GET /ground.
func (s *Server) getBackdrop(w http.ResponseWriter, r *http.Request, v *catalog.View) error {
	b, err := v.Backdrop()
	if err != nil {
		return err
	}
	w.Header().Add("Vary", varyCoding)
	form := ""
	if takesGzip(r) {
		form = gzipForm
	}
	if sendNotModified(w, r, etag(v.Generation, form)) {
		return nil
	}
	data := encode(b)
	if form == gzipForm {
		w.Header().Set("Content-Encoding", "gzip")
		data = compress(data, gzip.BestCompression)
	}
	sendBody(w, http.StatusOK, data)
	return nil
}
