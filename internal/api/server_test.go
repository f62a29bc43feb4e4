package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hotspot/internal/api"
	"hotspot/internal/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quiet is the log of a test that does not look at it.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// config serves dir on ports of the system's choice.
func config(dir string) api.Config {
	return api.Config{Dir: dir, Version: "v0-test", Options: api.Options{Listen: "127.0.0.1:0", Web: "127.0.0.1:0"}}
}

// notLoaded is a server of dir, without a listener, that has read nothing yet.
func notLoaded(t testing.TB, dir string) *api.Server {
	t.Helper()
	s, err := api.New(quiet(), config(dir))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// loaded is one that has looked at its folder once.
func loaded(t testing.TB, dir string) *api.Server {
	t.Helper()
	s := notLoaded(t, dir)
	load(t, s)
	return s
}

func load(t testing.TB, s *api.Server) {
	t.Helper()
	if err := s.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// get asks s without a network.
func get(s http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = "127.0.0.1:6000"
	s.ServeHTTP(w, r)
	return w
}

// running is an api that Run serves.
type running struct {
	t        testing.TB
	api, web string // host:port
	log      *lockedBuffer
	stop     func() error
}

// run starts Run and waits until it listens. It ends with the test.
func run(t testing.TB, c api.Config) *running {
	t.Helper()
	s := &running{t: t, log: &lockedBuffer{}}
	listening := make(chan struct{})
	c.OnListen = func(api, web string) {
		s.api, s.web = strings.TrimPrefix(api, "http://"), strings.TrimPrefix(web, "http://")
		close(listening)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	go func() { done <- api.Run(ctx, log, c) }()
	s.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("Run = %v, want nil after a clean stop", err)
		}
	})
	select {
	case <-listening:
	case err := <-done:
		t.Fatalf("Run = %v before it listened", err)
	}
	return s
}

// waitModels waits until the newest model is n and all batches have been read.
func (s *running) waitModels(n int) {
	s.t.Helper()
	testkit.Eventually(s.t, fmt.Sprintf("model %d is served", n), func() bool {
		a, err := raw(s.t, s.api, request("/readyz"))
		var r struct {
			Models []int
			Unread int `json:"unread_batches"`
		}
		return err == nil && json.Unmarshal([]byte(a.body), &r) == nil && slices.Max(append(r.Models, 0)) == n && r.Unread == 0
	})
}

// decode reads JSON into v.
func decode(t testing.TB, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Errorf("%v in %s", err, data)
	}
}

// answer is what came back on a connection.
type answer struct {
	status int
	header http.Header
	body   string
	closed bool // the server will close the connection
}

// problem is the last part of the problem's type, "" for another body.
func (a answer) problem() string {
	if a.header.Get("Content-Type") != "application/problem+json" {
		return ""
	}
	var p struct {
		Type, Title, Detail string
		Status              int
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != a.status || p.Title == "" || p.Detail == "" {
		return "not a problem: " + a.body
	}
	return strings.TrimPrefix(p.Type, "/problems/")
}

// raw sends the bytes of a request and reads one answer. net/http's client
// would clean most of these requests up.
func raw(t testing.TB, address, request string) (answer, error) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(testkit.Patience))
	if _, err := io.WriteString(conn, request); err != nil {
		return answer{}, err
	}
	method, _, _ := strings.Cut(request, " ")
	return readAnswer(bufio.NewReader(conn), method)
}

func readAnswer(r *bufio.Reader, method string) (answer, error) {
	resp, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(body), resp.Close}, err
}

// request is a plain GET.
func request(path string) string {
	return fmt.Sprintf("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path)
}

// lockedBuffer is a log that is written and read at once.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
