package api_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hotspot/internal/api"
	"hotspot/internal/testkit"
)

// events is a client of /events.
type events struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
}

func listenTo(t testing.TB, address string, headers ...string) *events {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	head := strings.Join(append([]string{"GET /events HTTP/1.1", "Host: localhost"}, headers...), "\r\n")
	if _, err := conn.Write([]byte(head + "\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	e := &events{t, conn, bufio.NewReader(conn)}
	for e.line() != "" { // the header
	}
	return e
}

// line reads one line of the answer, of whatever chunk.
func (e *events) line() string {
	e.t.Helper()
	e.conn.SetReadDeadline(time.Now().Add(testkit.Patience))
	line, err := e.r.ReadString('\n')
	if err != nil {
		e.t.Fatalf("the stream ended: %v", err)
	}
	return strings.TrimRight(line, "\r\n")
}

// next is the next event: its name, id and data.
func (e *events) next() (name, id, data string) {
	e.t.Helper()
	for {
		line := e.line()
		if v, ok := strings.CutPrefix(line, "event: "); ok {
			name = v
		} else if v, ok := strings.CutPrefix(line, "id: "); ok {
			id = v
		} else if v, ok := strings.CutPrefix(line, "data: "); ok {
			data = v
		} else if line == "" && name != "" {
			return name, id, data
		}
	}
}

// want reads the next event and compares.
func (e *events) want(name, holds string) (id string) {
	e.t.Helper()
	got, id, data := e.next()
	if got != name || !strings.Contains(data, holds) {
		e.t.Fatalf("event %s %s, want %s with %s", got, data, name, holds)
	}
	return id
}

func TestEvents(t *testing.T) {
	t.Parallel()
	f := newFolder(t, 1)
	f.openStatus(2, 1, "reading")
	s := run(t, config(f.dir))
	s.waitModels(1)
	e := listenTo(t, s.web)
	first := e.want("snapshot", `"latest":1`)
	e.want("open", `"rows":1`)
	f.openStatus(2, 2, "reading")
	e.want("open", `"rows":2`)
	f.publishBatch(rows[4:8])
	e.want("batch", `{"batch":2,"rows":4,"sha256":"`)
	f.publishModel(2)
	second := e.want("model", `{"model":2,`)
	if second == first || len(second) != 16 {
		t.Errorf("ids %q and %q, want two generations", first, second)
	}
	f.replace("model-000003.json", []byte("{}"))
	e.want("refused", `{"file":"model-000003.json","reason":"`)

	// One who was there until now is told only how things stand.
	e = listenTo(t, s.api, "Last-Event-ID: "+second)
	e.want("refused", `{"file":"model-000003.json","reason":"`)
	e.want("open", `"rows":2`)
	f.remove("model-000003.json")
	f.publishBatch(rows[8:12])
	e.want("batch", `"batch":3`)
	// One who knows something else hears it all.
	e2 := listenTo(t, s.api, "Last-Event-ID: "+second)
	e2.want("snapshot", `"latest":2`)

	// Another history is a new snapshot.
	f.remove("model-000002.json")
	e.want("snapshot", `"latest":1`)

	// A stream outlives the time that a request and an answer may take else.
	time.Sleep(5200 * time.Millisecond)
	f.publishModel(2)
	e.want("model", `{"model":2,`)
	if err := s.stop(); err != nil {
		t.Errorf("Run = %v while a stream was open", err)
	}
}

func TestEventsBeforeTheFolderWasRead(t *testing.T) {
	s := notLoaded(t, t.TempDir())
	if w := get(s, "/events"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d, want 503", w.Code)
	}
	load(t, s)
	w := asked(s, http.MethodHead, "/events")
	if w.Code != 200 || w.Body.Len() > 0 || w.Header().Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: %d %v %q", w.Code, w.Header(), w.Body)
	}
}

// recordEvents has the stream of s recorded, in a bubble of simulated time. end
// ends the stream and returns what it told.
func recordEvents(t *testing.T, s *api.Server) (end func() string) {
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/events", nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	go s.ServeHTTP(w, r)
	return func() string {
		cancel()
		synctest.Wait()
		return w.Body.String()
	}
}

func TestACommentComesEvery15Seconds(t *testing.T) {
	f := newFolder(t, 1)
	synctest.Test(t, func(t *testing.T) {
		s := loaded(t, f.dir)
		end := recordEvents(t, s)
		time.Sleep(61 * time.Second)
		body := end()
		if n := strings.Count(body, ":\n\n"); n != 4 || !strings.HasPrefix(body, "event: snapshot\n") {
			t.Errorf("%d comments in 61 s:\n%s", n, body)
		}
	})
}

// A file can be refused in the same step in which the history becomes another
// one, as it does with every step while a folder is being read.
func TestRefusedComesBesideASnapshotToo(t *testing.T) {
	f := newFolder(t, 2)
	synctest.Test(t, func(t *testing.T) {
		s := loaded(t, f.dir)
		end := recordEvents(t, s)
		synctest.Wait()
		f.replace("model-000002.json", []byte("{}"))
		f.remove("model-000001.json")
		load(t, s)
		time.Sleep(time.Second)
		if body := end(); strings.Count(body, "event: snapshot\n") != 2 || strings.Count(body, `{"file":"model-000002.json","reason":"`) != 1 {
			t.Errorf("want two snapshots and one refusal:\n%s", body)
		}
	})
}

func TestOpenComesFourTimesASecondAtMost(t *testing.T) {
	f := newFolder(t, 1)
	synctest.Test(t, func(t *testing.T) {
		s := loaded(t, f.dir)
		end := recordEvents(t, s)
		for i := range 300 {
			f.openStatus(2, 1+i%3, "reading")
			load(t, s)
			time.Sleep(10 * time.Millisecond)
		}
		if n := strings.Count(end(), "event: open\n"); n > 14 || n < 4 {
			t.Errorf("%d times in 3 s, want 12, the first and the last one at most", n)
		}
	})
}
