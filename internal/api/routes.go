package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"hotspot/internal/catalog"
)

// handler answers a request, or returns the error that fail answers with.
type handler func(w http.ResponseWriter, r *http.Request) error

// adapt makes an http.HandlerFunc of h.
func (s *Server) adapt(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}

// fromView is adapt for a handler that answers from the newest view, once there is one.
func (s *Server) fromView(h func(w http.ResponseWriter, r *http.Request, v *catalog.View) error) http.HandlerFunc {
	return s.adapt(func(w http.ResponseWriter, r *http.Request) error {
		v, err := s.catalog.View()
		if err != nil {
			return err
		}
		return h(w, r, v)
	})
}

// aboutModel is fromView for a handler about the model {n}, which latest is a name of,
// too.
func (s *Server) aboutModel(h func(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error) http.HandlerFunc {
	return s.fromView(func(w http.ResponseWriter, r *http.Request, v *catalog.View) error {
		m, err := findModelByName(v, chi.URLParam(r, "n"))
		if err != nil {
			return err
		}
		return h(w, r, v, m)
	})
}

// newRouter registers all middleware, which runs in this order, and all routes.
// GET / names the routes of link, under their names and in this order.
func (s *Server) newRouter() *chi.Mux {
	r := chi.NewRouter()
	r.Use(
		s.observe, // metrics and log
		setRequestID,
		s.recoverPanic,
		middleware.SetHeader("X-Content-Type-Options", "nosniff"),
		s.closeAtEnd,
		routeEscaped,
		s.checkHost,
		s.allowOrigins,
		s.checkToken,
		s.refuseChunked,
		middleware.GetHead,
	)
	r.NotFound(s.adapt(func(http.ResponseWriter, *http.Request) error { return newProblem(notFound, noSuchRoute) }))
	r.MethodNotAllowed(s.adapt(answerOtherMethod))

	link := func(name, pattern string) string {
		s.links = append(s.links, fmt.Sprintf("%q:%q", name, pattern))
		return pattern
	}
	r.Get("/", s.adapt(s.getHome))
	r.Get(link("models", "/models"), s.fromView(s.listModels))
	r.Get(link("model", "/models/{n}"), s.aboutModel(s.getModel))
	link("latest", "/models/latest")
	r.Get(link("clusters", "/models/{n}/clusters"), s.aboutModel(s.listClusters))
	r.Get(link("spots", "/models/{n}/spots"), s.aboutModel(s.listSpots))
	r.Get("/models/{n}/spots.geojson", s.aboutModel(s.getSpotsGeoJSON))
	r.Get(link("crimes", "/models/{n}/clusters/{c}/crimes"), s.aboutModel(s.listCrimes))
	r.Get(link("points", "/models/{n}/points"), s.aboutModel(s.getPoints))
	r.Get(link("geojson", "/models/{n}.geojson"), s.aboutModel(s.getGeoJSON))
	r.Post(link("predict", "/models/{n}/predict"), s.aboutModel(s.predict))
	r.Get(link("cluster", "/model{n}/{crime_id}/cluster"), s.fromView(s.getCluster))
	r.Get(link("crime", "/crimes/{id}"), s.fromView(s.getCrime))
	r.Get("/crimes", s.fromView(s.listByRef))
	link("ref", "/crimes?ref={id}")
	r.Get(link("changes", "/models/{n}/changes"), s.aboutModel(s.listChanges))
	r.Get(link("compare", "/models/{a}/compare/{b}"), s.fromView(s.compareModels))
	r.Get(link("events", "/events"), s.fromView(s.streamEvents))
	r.Get(link("health", "/healthz"), s.adapt(s.getHealth))
	r.Get(link("ready", "/readyz"), s.adapt(s.getReadiness))
	r.Get(link("version", "/version"), s.adapt(s.getVersion))
	r.Get(link("metrics", "/metrics"), s.adapt(s.getMetrics))
	r.Get(link("openapi", "/openapi.json"), s.adapt(s.getOpenAPI))
	r.Get(link("docs", "/docs"), s.sendFile(s.viewer))
	r.Get("/docs/{file}", s.sendFile(s.viewer))
	r.Get("/page/{file}", s.sendFile(s.pages))
	r.Get("/ground", s.fromView(s.getBackdrop))
	r.Get("/report/{n}", s.aboutModel(s.getReport))
	return r
}

const noSuchRoute = "There is nothing under this path; GET / lists what there is."

// lookUp returns the pattern of the request's path and the methods that it
// takes, both "" when there is no such route.
func lookUp(r *http.Request) (pattern, allow string) {
	path := r.URL.EscapedPath()
	if path == "" { // CONNECT
		path = "/"
	}
	routes := chi.RouteContext(r.Context()).Routes
	if pattern = routes.Find(chi.NewRouteContext(), http.MethodGet, path); pattern != "" {
		return pattern, "GET, HEAD, OPTIONS"
	}
	if pattern = routes.Find(chi.NewRouteContext(), http.MethodPost, path); pattern != "" {
		return pattern, "POST, OPTIONS"
	}
	return "", ""
}

// methods are those that HTTP knows; any other one is answered with 501.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPost, http.MethodPut,
	http.MethodPatch, http.MethodDelete, http.MethodTrace, http.MethodConnect,
	"QUERY", // to be: draft-ietf-httpbis-safe-method-w-body
}

// answerOtherMethod answers when the path, if there is one, does not take the
// method.
func answerOtherMethod(w http.ResponseWriter, r *http.Request) error {
	_, allow := lookUp(r)
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", allow)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	p := newProblem(methodNotAllowed, "This path takes "+strings.ReplaceAll(allow, ", OPTIONS", " and OPTIONS")+".")
	if !slices.Contains(methods, r.Method) {
		p = newProblem(notImplemented, "HTTP has no such method.")
	}
	p.Allow = allow
	return p
}
