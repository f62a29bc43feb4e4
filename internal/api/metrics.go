package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"hotspot/internal/catalog"
)

// instruments are what /metrics shows of the api.
type instruments struct {
	page     http.Handler
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// requestBuckets reach from what the cluster route takes to what a client
// waits for, in seconds.
var requestBuckets = []float64{5e-6, 20e-6, 100e-6, 500e-6, 2e-3, 10e-3, 50e-3, .25, 1, 5}

func newInstruments(s *Server) *instruments {
	name := func(s string) string { return "hotspot_api_" + s }
	m := &instruments{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: name("requests_total"), Help: "Requests answered, by route and status."}, []string{"route", "status"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name("request_seconds"), Help: "Time from a request's header to the end of its answer.", Buckets: requestBuckets}, []string{"route"}),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge := func(n, help string, value func(v *catalog.View) float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name(n), Help: help}, func() float64 {
			v, _ := s.catalog.View() // an empty one before the first
			return value(v)
		}))
	}
	gauge("models", "Models that are served.", func(v *catalog.View) float64 { return float64(len(v.Served())) })
	gauge("batches", "Committed batches.", func(v *catalog.View) float64 { return float64(len(v.Batches)) })
	gauge("unread_batches", "Committed batches whose rows are still being read.", func(v *catalog.View) float64 { return float64(v.Unread) })
	gauge("missing_models", "Committed batches whose model is not served.", func(v *catalog.View) float64 { return float64(len(v.Missing)) })
	gauge("refused_files", "Files of the folder that are refused now.", func(v *catalog.View) float64 { return float64(len(v.Refused)) })
	gauge("pending_rows", "Rows that are in no batch yet.", func(v *catalog.View) float64 { return float64(v.Waiting()) })
	gauge("model_age_seconds", "Time since the newest model was published; 0 without one.", func(v *catalog.View) float64 {
		if m, err := v.Model(v.Newest()); err == nil {
			return time.Since(m.Published).Seconds()
		}
		return 0
	})
	gauge("stale_seconds", "Time since the folder could not be read any longer; 0 while it can.", func(v *catalog.View) float64 {
		if v.Outage != nil {
			return time.Since(v.Outage.Since).Seconds()
		}
		return 0
	})
	gauge("event_streams", "Clients of /events.", func(*catalog.View) float64 { return float64(s.streams.Load()) })
	m.page = promhttp.HandlerFor(registry, promhttp.HandlerOpts{DisableCompression: true})
	return m
}

// showRoutes shows the routes that nobody has asked for yet.
func (m *instruments) showRoutes(routes chi.Routes) {
	m.seconds.WithLabelValues(noRoute)
	_ = chi.Walk(routes, func(_, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		m.seconds.WithLabelValues(pattern)
		return nil
	})
}

// noRoute is the route of a path that is none.
const noRoute = ""

// count counts a request that was answered.
func (m *instruments) count(r *http.Request, status int, took time.Duration) {
	route := r.Pattern
	if route == "" { // refused before it was looked for
		route, _ = lookUp(r)
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	if route != "/events" { // which has no end
		m.seconds.WithLabelValues(route).Observe(took.Seconds())
	}
}

// getMetrics is GET /metrics.
func (s *Server) getMetrics(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	s.metrics.page.ServeHTTP(w, r)
	return nil
}
