package api

import (
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
)

// handler answers a request or returns the error that fail answers with.
type handler func(w http.ResponseWriter, r *http.Request, p params) error

// params are the parts of a path that its pattern names, in their order, as the
// URL spells them: %31 is not 1. No pattern names more than two.
type params [2]string

func (p params) get(i int) string { return p[i] }

// resource is what has one pattern of paths, and its methods.
type resource struct {
	pattern string
	get     handler // also for HEAD
	post    handler // instead of get
	free    bool    // asked without token and under any name of the host
	shell   bool    // holds no data: asked without token, for a browser has none before it shows the page
	tally   *tally
	allow   string // the value of the header Allow
}

// routes finds the resource of a path. chi's tree does the finding; its
// ServeHTTP would copy each request for the sake of middleware, and decide on
// methods itself. The route that is asked most does without the tree.
type routes struct {
	tree     *chi.Mux
	cluster  *resource
	byPath   map[string]*resource // by pattern
	contexts sync.Pool            // of *chi.Context
}

func newRoutes(s *Server) *routes {
	t := &routes{tree: chi.NewRouter(), byPath: map[string]*resource{}}
	t.contexts.New = func() any { return chi.NewRouteContext() }
	for _, r := range []resource{
		{pattern: "/", get: s.home, shell: true},
		{pattern: "/page/{file}", get: s.page, shell: true},
		{pattern: "/ground", get: s.ground},
		{pattern: clusterPattern, get: s.cluster},
		{pattern: "/models", get: s.listModels},
		{pattern: "/models/{n}", get: s.oneModel},
		{pattern: "/models/{n}/clusters", get: s.modelClusters},
		{pattern: "/models/{n}/clusters/{c}/crimes", get: s.clusterCrimes},
		{pattern: "/models/{n}/points", get: s.points},
		{pattern: "/models/{n}/predict", post: s.predict},
		{pattern: "/models/{n}.geojson", get: s.geojson},
		{pattern: "/models/{a}/compare/{b}", get: s.compareModels},
		{pattern: "/crimes/{id}", get: s.oneCrime},
		{pattern: "/report/{n}", get: s.report},
		{pattern: "/events", get: s.events},
		{pattern: "/healthz", get: s.healthz, free: true},
		{pattern: "/readyz", get: s.readyz, free: true},
		{pattern: "/version", get: s.version},
		{pattern: "/metrics", get: s.showMetrics},
		{pattern: "/openapi.json", get: s.openAPI},
		{pattern: "/docs", get: s.showViewer},
		{pattern: "/docs/{file}", get: s.viewerFile},
	} {
		r.allow = "GET, HEAD, OPTIONS"
		if r.post != nil {
			r.allow = "POST, OPTIONS"
		}
		r.tally = s.metrics.tally(r.pattern)
		t.byPath[r.pattern] = &r
		t.tree.Method(http.MethodGet, r.pattern, http.NotFoundHandler())
	}
	t.cluster = t.byPath[clusterPattern]
	return t
}

// find returns the resource of a path in its escaped form, nil when there is
// none.
func (t *routes) find(path string) (r *resource, p params) {
	if p, ok := clusterPath(path); ok {
		return t.cluster, p
	}
	return t.search(path)
}

// search is find by the tree.
func (t *routes) search(path string) (r *resource, p params) {
	if path == "" { // CONNECT
		path = "/"
	}
	c := t.contexts.Get().(*chi.Context)
	defer t.contexts.Put(c)
	c.Reset()
	r = t.byPath[t.tree.Find(c, http.MethodGet, path)]
	copy(p[:], c.URLParams.Values)
	return r, p
}

const clusterPattern = "/model{n}/{crime_id}/cluster"

// clusterPath takes a path of clusterPattern apart as the tree does, in a tenth
// of its time.
func clusterPath(path string) (p params, ok bool) {
	rest, ok := strings.CutPrefix(path, "/model")
	if !ok {
		return p, false
	}
	if rest, ok = strings.CutSuffix(rest, "/cluster"); !ok {
		return p, false
	}
	n, id, ok := strings.Cut(rest, "/")
	if !ok || n == "" || id == "" || strings.Contains(id, "/") {
		return p, false
	}
	return params{n, id}, true
}

// methods are those that HTTP knows; any other one is answered with 501.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPost, http.MethodPut,
	http.MethodPatch, http.MethodDelete, http.MethodTrace, http.MethodConnect,
	"QUERY", // to be: draft-ietf-httpbis-safe-method-w-body
}

const noSuchRoute = "There is nothing under this path; GET / lists what there is."

// answer answers one request.
func (s *Server) answer(w *exchange, r *http.Request) {
	h := w.Header()
	h["X-Content-Type-Options"] = nosniff
	if s.draining.Load() {
		h["Connection"] = closing
		s.lateRequest.Store(time.Now().UnixNano())
	}
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.fail(w, r, &panicError{v, debug.Stack()})
		}
	}()
	if err := s.handle(w, r); err != nil {
		s.fail(w, r, err)
	}
}

// handle finds out what is asked for and whether it may be.
func (s *Server) handle(w *exchange, r *http.Request) error {
	res, p := s.routes.find(w.path)
	w.res = res
	if res == nil || !res.free {
		if err := s.hosts.check(r); err != nil {
			return err
		}
		if res == nil || !res.shell {
			if err := s.token.check(r); err != nil {
				return err
			}
		}
	}
	switch {
	case r.Method == http.MethodPost && res != nil && res.post != nil:
		if len(r.TransferEncoding) > 0 { // as below, but a body is wanted
			w.Header()["Connection"] = closing
		}
		return res.post(w, r, p)
	case len(r.TransferEncoding) > 0:
		// Where the body ends is said by a second header, too, which net/http
		// drops. Who reads that one sees other requests behind this one.
		w.Header()["Connection"] = closing
		return newProblem(invalidRequest, "This path takes no body.")
	case (r.Method == http.MethodGet || r.Method == http.MethodHead) && res != nil && res.get != nil:
		return res.get(w, r, p)
	case !slices.Contains(methods, r.Method):
		e := newProblem(notImplemented, "HTTP has no such method.")
		if res != nil {
			e.allow = res.allow
		}
		return e
	case res == nil:
		return newProblem(notFound, noSuchRoute)
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", res.allow)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	e := newProblem(methodNotAllowed, "This path takes "+strings.ReplaceAll(res.allow, ", OPTIONS", " and OPTIONS")+".")
	e.allow = res.allow
	return e
}
