package api_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hotspot/internal/api"
)

// watched is a loaded server with an access log.
func watched(t testing.TB, dir string, log io.Writer) *api.Server {
	t.Helper()
	c := config(dir)
	c.AccessLog = true
	s, err := api.New(slog.New(slog.NewJSONHandler(log, nil)).With("run", "k3f9qm1t"), c)
	if err != nil {
		t.Fatal(err)
	}
	load(t, s)
	return s
}

func TestAccessLogAndRequestIDs(t *testing.T) {
	var log strings.Builder
	s := watched(t, newFolder(t, 1).dir, &log)
	log.Reset()
	for _, tt := range []struct{ path, given, problem string }{
		{"/model1/2018174723/cluster", "", ""},
		{"/model1/2018174723/cluster", "from-the-client.7", ""},
		{"/model1/6/cluster", "a b", "crime-not-found"},
		{"/nothing%0A", strings.Repeat("x", 65), "not-found"},
	} {
		log.Reset()
		w := asked(s, http.MethodGet, tt.path, "X-Request-Id", tt.given)
		id := w.Header().Get("X-Request-Id")
		var line struct {
			Msg, Level, Run, Request, Method, Path, Problem string
			Status                                          int
			Took                                            time.Duration
		}
		if err := json.Unmarshal([]byte(log.String()), &line); err != nil {
			t.Fatalf("%s: not one line: %v\n%s", tt.path, err, log.String())
		}
		if line.Msg != "request answered" || line.Level != "INFO" || line.Run != "k3f9qm1t" || line.Request != id || line.Method != "GET" || line.Path != tt.path ||
			line.Problem != tt.problem || line.Status != w.Code || line.Took <= 0 {
			t.Errorf("%s: %d, id %s, logged %s", tt.path, w.Code, id, log.String())
		}
		if kept := id == tt.given; kept != (tt.given == "from-the-client.7") || !kept && len(id) != 16 {
			t.Errorf("%s: id %q of %q", tt.path, id, tt.given)
		}
	}
}

func TestNoTwoRequestsHaveOneID(t *testing.T) {
	s := loaded(t, newFolder(t, 1).dir)
	var seen sync.Map
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range 500 {
				id := get(s, "/healthz").Header().Get("X-Request-Id")
				if _, twice := seen.LoadOrStore(id, true); twice || len(id) != 16 {
					t.Errorf("id %q, twice: %t", id, twice)
				}
			}
		})
	}
	clients.Wait()
}

func TestMetrics(t *testing.T) {
	f := newFolder(t, 2)
	f.replace("model-000003.json", []byte("{}"))
	f.openStatus(3, 2, "waiting")
	s := loaded(t, f.dir)
	get(s, "/model1/2018174723/cluster")
	get(s, "/model2/2018174723/cluster")
	get(s, "/model1/6/cluster")
	get(s, "/nothing")
	text := get(s, "/metrics").Body.String()
	for _, want := range []string{
		`hotspot_api_requests_total{route="/model{n}/{crime_id}/cluster",status="200"} 2`,
		`hotspot_api_requests_total{route="/model{n}/{crime_id}/cluster",status="404"} 1`,
		`hotspot_api_requests_total{route="",status="404"} 1`,
		`hotspot_api_request_seconds_count{route="/model{n}/{crime_id}/cluster"} 3`,
		"hotspot_api_models 2", "hotspot_api_batches 2", "hotspot_api_refused_files 1", "hotspot_api_pending_rows 2",
		"hotspot_api_missing_models 0", "hotspot_api_event_streams 0", "hotspot_api_model_age_seconds ", "go_goroutines ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if before := get(notLoaded(t, f.dir), "/metrics"); before.Code != 200 || !strings.Contains(before.Body.String(), "hotspot_api_models 0") {
		t.Errorf("before the folder was read: %d", before.Code)
	}
}
