package api

import (
	"embed"
	"net/http"
)

// document is the OpenAPI 3.1 description of the routes. It is kept by hand; a
// test holds it to the routes and to what they answer.
//
//go:embed openapi/openapi.json
var document []byte

// documentTag depends on the program alone, not on the folder.
var documentTag = etag(digest(document), "")

// getOpenAPI is GET /openapi.json.
func (s *Server) getOpenAPI(w http.ResponseWriter, r *http.Request) error {
	if !sendNotModified(w, r, documentTag) {
		sendBody(w, http.StatusOK, document)
	}
	return nil
}

// viewerFiles are a page that shows the document and asks what it describes. It
// needs nothing but this server. It is GET /docs.
//
//go:embed viewer
var viewerFiles embed.FS
