package metrics_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"hotspot/internal/platform/metrics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestReadyzFollowsTheHealth(t *testing.T) {
	h := metrics.NewHealth()
	tests := []struct {
		name   string
		do     func()
		status int
		body   string
	}{
		{"at the start", func() {}, 503, "starting"},
		{"working", h.Ready, 200, `"ready":true`},
		{"broker away", func() { h.NotReady("broker_away") }, 503, "broker_away"},
		{"working again", h.Ready, 200, `"reason":""`},
	}
	handler := metrics.Handler(h, prometheus.NewRegistry())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.do()
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.body) {
				t.Errorf("readyz = %d %s, want %d with %s", w.Code, w.Body, tt.status, tt.body)
			}
			w = httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
			if w.Code != 200 {
				t.Errorf("healthz = %d, want 200 in any state", w.Code)
			}
		})
	}
}

func TestMetricsShowWhatTheRoleCounts(t *testing.T) {
	reg := prometheus.NewRegistry()
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: "hotspot_rows_total", Help: "rows"})
	reg.MustRegister(c)
	c.Add(3)
	w := httptest.NewRecorder()
	metrics.Handler(metrics.NewHealth(), reg).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if body, _ := io.ReadAll(w.Body); !strings.Contains(string(body), "hotspot_rows_total 3") {
		t.Errorf("metrics = %s", body)
	}
}

func TestListenEndsWithItsContextAndNamesATakenAddress(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	err = metrics.Listen(t.Context(), taken.Addr().String(), metrics.NewHealth(), prometheus.NewRegistry(), log)
	if err == nil || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("Listen on a taken port: %v, want an error that names it", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- metrics.Listen(ctx, "127.0.0.1:0", metrics.NewHealth(), prometheus.NewRegistry(), log) }()
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Listen after its context = %v, want nil", err)
	}
}
