package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/go-chi/chi/v5"
	"golang.org/x/sync/errgroup"

	"hotspot/internal/api/web"
	"hotspot/internal/catalog"
	"hotspot/internal/platform/connlimit"
	"hotspot/internal/platform/usage"
)

// Server answers requests from the newest view of a folder. As a handler
// it may be used concurrently.
type Server struct {
	log      *slog.Logger
	config   Config
	hosts    hosts
	token    token
	router   *chi.Mux
	links    []string // members of the object links of GET /, in JSON
	metrics  *instruments
	compared *comparisons
	pages    map[string]*pageFile // by name; immutable
	viewer   map[string]*pageFile // the same

	catalog  *catalog.Catalog
	rounding rounding

	streams     atomic.Int32  // clients of /events
	ending      chan struct{} // closed when the end has begun
	lateRequest atomic.Int64  // the last request since then, ns
}

// New returns a server of c.Dir that has loaded nothing yet. The error is that
// of Validate; the folder need not exist.
func New(log *slog.Logger, c Config) (*Server, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	t, err := readToken(c.TokenFile)
	if err != nil {
		return nil, usage.Errorf("--token-file %s: %w", c.TokenFile, err)
	}
	s := &Server{
		log: log, config: c, hosts: newHosts(c), token: t, compared: newComparisons(), rounding: rounding{c.Exact},
		pages: readPage(web.Files, "page"), viewer: readPage(viewerFiles, "viewer"), ending: make(chan struct{}),
	}
	if s.catalog, err = catalog.Open(log, c.Dir, catalog.Options{KeepModels: c.KeepModels}); err != nil {
		return nil, usage.Wrap(err)
	}
	s.metrics = newInstruments(s)
	s.router = s.newRouter()
	s.metrics.showRoutes(s.router)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }

// Load looks once at the folder and serves what it finds from then on. The
// error is that of ctx, or of listing the folder; what was served stays.
func (s *Server) Load(ctx context.Context) error { return s.catalog.Load(ctx) }

// Run serves c.Dir until ctx ends, then answers what is in flight and returns
// nil. The error is one of Validate, or that of a listener.
//
//	ctx -> Watch (one goroutine) -> newest view <- requests <- listeners
//	  \--> stop: close listeners, drain                             (--listen, --web)
func Run(ctx context.Context, log *slog.Logger, c Config) error {
	s, err := New(log, c)
	if err != nil {
		return err
	}
	listeners, err := listen(ctx, c)
	if ctx.Err() != nil && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	limit := connlimit.New(maxConnections)
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ConnState:         limit.ConnState,
	}
	if c.InsecureNoAuth && s.token == nil {
		log.Warn("everyone who reaches the address may read", "listen", c.Listen, "web", c.Web)
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, l := range listeners {
		g.Go(func() error {
			err := srv.Serve(limit.Listener(l))
			if gctx.Err() != nil {
				return nil // stop closed it
			}
			return fmt.Errorf("api: listen on %s: %w", l.Addr(), err)
		})
	}
	g.Go(func() error {
		<-gctx.Done()
		return s.stop(gctx, srv, limit, listeners)
	})
	g.Go(func() error {
		s.catalog.Watch(gctx)
		return nil
	})
	api, web := urls(listeners)
	log.Info("listening", "api", api, "web", web, "dir", c.Dir)
	if c.OnListen != nil {
		c.OnListen(api, web)
	}
	return g.Wait()
}
