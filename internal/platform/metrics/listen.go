package metrics

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"hotspot/internal/platform/ports"
	"hotspot/internal/platform/usage"
)

// drain is how long open requests may take once the role has ended.
const drain = time.Second

// Listen serves /healthz, /readyz and /metrics on addr until ctx ends, and
// then returns nil. An empty addr means that nobody asked: it returns nil at
// once. It returns an error when addr cannot be bound.
//
// /healthz is 200 as long as the process answers; /readyz is 200 or 503 with
// the reason, as h says; /metrics is Prometheus' text form of reg.
func Listen(ctx context.Context, addr string, h *Health, reg *prometheus.Registry, log *slog.Logger) error {
	if addr == "" {
		return nil
	}
	if _, _, err := ports.Split(addr); err != nil {
		return usage.Errorf("--metrics-listen %q: %w", addr, err)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return ports.Explain(err, "--metrics-listen", addr)
	}
	log.Info("health and metrics served", "url", "http://"+l.Addr().String()+"/metrics")
	srv := &http.Server{
		Handler:           Handler(h, reg),
		ReadHeaderTimeout: 2 * time.Second,
		ReadTimeout:       5 * time.Second,
		IdleTimeout:       30 * time.Second,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	drained := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(drained)
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		if srv.Shutdown(end) != nil {
			srv.Close()
		}
	})
	err = srv.Serve(l)
	if stop() {
		return fmt.Errorf("metrics: serve %s: %w", addr, err)
	}
	<-drained // Serve returns when the shutdown begins
	return nil
}

// Handler answers /healthz, /readyz and /metrics.
func Handler(h *Health, reg *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"ok": true})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		ready, reason := h.State()
		status := http.StatusOK
		if !ready {
			status = http.StatusServiceUnavailable
		}
		answer(w, status, map[string]any{"ready": ready, "reason": reason})
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	return mux
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client went away: nothing to do
}
