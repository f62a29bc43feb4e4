package api

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"io/fs"
	"net/http"
	"path"

	"github.com/go-chi/chi/v5"
)

// pageFile is a file of the page, made ready once.
type pageFile struct {
	kind   string // Content-Type
	plain  []byte
	small  []byte // the same with gzip
	digest string
}

// pagePolicy lets the page load from this server only.
const pagePolicy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// The values of Vary: what the answer depends on.
const (
	varyCoding = "Accept-Encoding"
	varyBoth   = "Accept, Accept-Encoding"
)

// pageKinds are the types of the page's files. The system's, which package mime
// knows, differ from one machine to another.
var pageKinds = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// readPage reads an embedded page. Only what cannot fail can: it is memory.
func readPage(files fs.ReadFileFS, dir string) map[string]*pageFile {
	page := map[string]*pageFile{}
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		data, err := files.ReadFile(dir + "/" + e.Name())
		if err != nil {
			panic(err)
		}
		page[e.Name()] = &pageFile{
			kind: pageKinds[path.Ext(e.Name())], plain: data, small: compress(data, gzip.BestCompression),
			digest: digest(data),
		}
	}
	return page
}

// compress is data with gzip at one of its levels.
func compress(data []byte, level int) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, level)
	if err == nil {
		_, err = z.Write(data)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err) // memory takes it, and the level is one of gzip's
	}
	return b.Bytes()
}

// sendFile answers with the file {file} of a page, the page itself without one.
func (s *Server) sendFile(page map[string]*pageFile) http.HandlerFunc {
	return s.adapt(func(w http.ResponseWriter, r *http.Request) error {
		f := page[cmp.Or(chi.URLParam(r, "file"), "index.html")]
		if f == nil {
			return newProblem(notFound, noSuchRoute)
		}
		f.send(w, r, varyCoding)
		return nil
	})
}

// getHome is GET /: the page for a browser, the list of routes for a program.
func (s *Server) getHome(w http.ResponseWriter, r *http.Request) error {
	if !wantsHTML(r) {
		if err := s.token.check(r); err != nil { // the list says what the data is
			return err
		}
		w.Header().Add("Vary", varyBoth)
		return s.getLinks(w, r)
	}
	s.pages["index.html"].send(w, r, varyBoth)
	return nil
}

// send answers with the file, or says that the client has it.
func (f *pageFile) send(w http.ResponseWriter, r *http.Request, vary string) {
	h := w.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Add("Vary", vary)
	h.Set("Referrer-Policy", "no-referrer")
	if !takesGzip(r) {
		if !sendNotModified(w, r, etag(f.digest, "")) {
			sendAs(w, http.StatusOK, f.kind, f.plain)
		}
	} else if !sendNotModified(w, r, etag(f.digest, gzipForm)) {
		h.Set("Content-Encoding", "gzip")
		sendAs(w, http.StatusOK, f.kind, f.small)
	}
}
