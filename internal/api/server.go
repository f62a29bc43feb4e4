package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"
	"golang.org/x/sync/errgroup"

	"hotspot/internal/api/web"
	"hotspot/internal/platform/connlimit"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
)

// Server answers requests from the newest snapshot of a folder. As a handler
// it may be used concurrently.
type Server struct {
	log      *slog.Logger
	config   Config
	hosts    hosts
	token    token
	router   *chi.Mux
	links    routeLinks // of GET /
	metrics  *instruments
	compared *comparisons
	pages    map[string]*pageFile // by name; immutable
	viewer   map[string]*pageFile // the same

	loading sync.Mutex // held while the folder is polled
	loader  *loader    // guarded by loading
	told    int        // guarded by loading: what OnModels was told last
	current atomic.Pointer[snapshot]
	grounds grounds

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
	dir, err := durable.Open(c.Dir)
	if err != nil {
		return nil, usage.Wrap(err)
	}
	t, err := readToken(c.TokenFile)
	if err != nil {
		return nil, usage.Errorf("--token-file %s: %w", c.TokenFile, err)
	}
	s := &Server{log: log, config: c, hosts: newHosts(c), token: t, compared: newComparisons(), loader: newLoader(log, dir, places{c.Exact}, c.KeepModels), pages: readPage(web.Files, "page"), viewer: readPage(viewerFiles, "viewer"), ending: make(chan struct{})}
	s.metrics = newInstruments(s)
	s.router = s.newRouter()
	s.metrics.begin(s.router)
	return s, nil
}

// Load looks once at the folder and serves what it finds from then on. The
// error is that of ctx, or of listing the folder; what was served stays.
func (s *Server) Load(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	snap, err := s.loader.poll(ctx, s.current.Load(), s.show)
	if err != nil {
		return fmt.Errorf("api: load %s: %w", s.config.Dir, err)
	}
	s.show(snap)
	return nil
}

// show answers from snap from now on. The caller holds s.loading.
func (s *Server) show(snap *snapshot) {
	old := s.current.Swap(snap)
	if old == snap {
		return
	}
	if old != nil {
		close(old.replaced)
	}
	if n := snap.newest(); s.config.OnModels != nil && snap.unread == 0 && n != s.told {
		s.told = n
		s.config.OnModels(n)
	}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }

// snapshot is what a request is answered from.
func (s *Server) snapshot() (*snapshot, error) {
	if snap := s.current.Load(); snap != nil {
		return snap, nil
	}
	return nil, newProblem(loading, "The folder is being read; ask again in a moment.")
}

// watch loads the folder now and whenever it has changed, until ctx ends.
func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	failing := false
	for {
		err := s.Load(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failing:
			s.log.Error("folder not read, trying again", "error", err)
		case err == nil && failing:
			s.log.Info("folder read again")
		}
		failing = err != nil
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Run serves c.Dir until ctx ends, then answers what is in flight and returns
// nil. The error is one of Validate, a *PortError, or that of a listener.
//
//	ctx -> watch (one goroutine) -> Server.current <- requests <- listeners
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
		s.watch(gctx)
		return nil
	})
	api, web := urls(listeners)
	log.Info("listening", "api", api, "web", web, "dir", c.Dir)
	if c.OnListen != nil {
		c.OnListen(api, web)
	}
	return g.Wait()
}
