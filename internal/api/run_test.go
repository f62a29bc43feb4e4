package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hotspot/internal/api"
	"hotspot/internal/testkit"
)

func TestBothAddressesServeAndWhatIsNewIsServed(t *testing.T) {
	f := newFolder(t, 1)
	s := run(t, config(f.dir))
	s.waitModels(1)
	for _, address := range []string{s.api, s.web} {
		a, err := raw(t, address, request("/model1/2018174723/cluster"))
		if err != nil || a.status != 200 {
			t.Errorf("%s: %d %v", address, a.status, err)
		}
	}
	f.publishBatch(rows[4:8])
	f.publishModel(2)
	s.waitModels(2)
	a, err := raw(t, s.api, request("/model2/77/cluster"))
	if err != nil || a.status != 200 {
		t.Errorf("model 2: %d %v", a.status, err)
	}
}

// The second and a stream that tells of the model are in simulated time: a busy
// machine proves nothing about what the code waits for.
func TestWhatIsNewIsServedWithinASecond(t *testing.T) {
	f := newFolder(t, 1)
	synctest.Test(t, func(t *testing.T) {
		s := loaded(t, f.dir)
		ctx, cancel := context.WithCancel(t.Context())
		go s.Watch(ctx)
		end := recordEvents(t, s)
		synctest.Wait() // it has just looked at the folder
		f.publishBatch(rows[4:8])
		f.publishModel(2)
		time.Sleep(time.Second)
		synctest.Wait()
		if w := get(s, "/model2/77/cluster"); w.Code != 200 {
			t.Errorf("model 2 after 1 s: %d %s", w.Code, w.Body)
		}
		cancel()
		if told := end(); !strings.Contains(told, `{"model":2,`) {
			t.Errorf("a stream was not told of model 2 within 1 s: %s", told)
		}
	})
}

func TestWithoutWebThereIsOneAddress(t *testing.T) {
	c := config(newFolder(t, 1).dir)
	c.Web = ""
	s := run(t, c)
	if s.web != "" || s.api == "" {
		t.Errorf("OnListen was told %q and %q", s.api, s.web)
	}
}

// gate is a log that holds back whoever writes a line, until it is opened. A
// handler that logs its answer is then in flight.
type gate struct {
	slog.Handler
	reached chan struct{}
	open    chan struct{}
}

func (g gate) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "request answered" {
		g.reached <- struct{}{}
		<-g.open
	}
	return g.Handler.Handle(ctx, r)
}

func TestARequestInFlightIsAnsweredAtTheEnd(t *testing.T) {
	g := gate{
		slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug}), //nolint:sloglint // DiscardHandler is not asked to handle anything
		make(chan struct{}, 1), make(chan struct{}),
	}
	c := config(newFolder(t, 1).dir)
	addresses := make(chan string, 1)
	c.OnListen = func(api, _ string) { addresses <- strings.TrimPrefix(api, "http://") }
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- api.Run(ctx, slog.New(g), c) }()
	address := <-addresses
	got := make(chan answer, 1)
	go func() {
		a, err := raw(t, address, request("/healthz"))
		if err != nil {
			a.body = err.Error()
		}
		got <- a
	}()
	<-g.reached
	stop()
	select {
	case err := <-ended:
		t.Fatalf("Run = %v while a request was in flight", err)
	case <-time.After(500 * time.Millisecond):
	}
	testkit.Eventually(t, "no new connection is taken", func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	close(g.open)
	if a := <-got; a.status != 200 {
		t.Errorf("the request in flight: %d %s, want 200", a.status, a.body)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

// TestNoRequestFailsAtTheEnd is G14: clients that keep their connections and
// ask again and again are told to close, none is cut off. Each has been answered
// once before the end begins: the kernel resets a connection that the server has
// not accepted when it stops to listen. One that a busy machine keeps from asking
// for almost as long as the server waits for a request shows nothing.
func TestNoRequestFailsAtTheEnd(t *testing.T) {
	s := run(t, config(newFolder(t, 1).dir))
	s.waitModels(1)
	var answered atomic.Int64
	var begun, clients sync.WaitGroup
	begun.Add(32)
	for range 32 {
		clients.Go(func() {
			first := sync.OnceFunc(begun.Done)
			defer first()
			conn, err := net.Dial("tcp", s.api)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			r := bufio.NewReader(conn)
			var before time.Time // when it asked what was answered last
			for {
				asked := time.Now()
				_, err := io.WriteString(conn, "GET /model1/2018174723/cluster HTTP/1.1\r\nHost: localhost\r\n\r\n")
				var a answer
				if err == nil {
					a, err = readAnswer(r, "GET")
				}
				if err != nil && !before.IsZero() && time.Since(before) > 200*time.Millisecond {
					return // the server waits for 250 ms
				}
				if err != nil || a.status != 200 {
					t.Errorf("request not answered: %d %v", a.status, err)
					return
				}
				before = asked
				first()
				answered.Add(1)
				if a.closed {
					return
				}
			}
		})
	}
	begun.Wait()
	testkit.Eventually(t, "100 answers", func() bool { return answered.Load() >= 100 })
	if err := s.stop(); err != nil {
		t.Errorf("Run = %v", err)
	}
	clients.Wait()
	if log := s.log.String(); strings.Contains(log, "requests cut off") {
		t.Errorf("the log: %s\nwant no request cut off", log)
	}
}

// TestEveryAnswerIsOfOneSnapshot is G10 in small: requests while batches and
// models are published and bad files come and go.
func TestEveryAnswerIsOfOneSnapshot(t *testing.T) {
	const batches, size = 20, 4
	f := emptyFolder(t, size)
	id := func(n int) string { return fmt.Sprint(1000 + n) }
	publish := func(n int) {
		var r []row
		for range size {
			r = append(r, row{id(n), fmt.Sprint(n), "a", "b", "-104.95", "39.74"})
		}
		f.publishBatch(r)
		f.publishModel(n)
	}
	publish(1)
	s := loaded(t, f.dir)
	done := make(chan struct{})
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			least := 0
			for {
				select {
				case <-done:
					return
				default:
				}
				w := get(s, "/models")
				var all struct {
					Latest     int
					Generation string
					Models     []struct{ Model int }
				}
				decode(t, w.Body.Bytes(), &all)
				if w.Code != 200 || len(all.Models) != all.Latest || `"`+all.Generation+`"` != w.Header().Get("ETag") || all.Latest < least {
					t.Errorf("%d %s after %d models, ETag %s", w.Code, w.Body, least, w.Header().Get("ETag"))
					return
				}
				least = all.Latest
				if w := get(s, "/model"+fmt.Sprint(least)+"/"+id(least)+"/cluster"); w.Code != 200 || strings.Count(w.Body.String(), "offense_id") != size {
					t.Errorf("model %d: %d %s", least, w.Code, w.Body)
					return
				}
			}
		})
	}
	good := f.read("model-000001.json")
	for n := 2; n <= batches; n++ {
		publish(n)
		if n%3 == 0 {
			f.replace("model-000001.json", damaged(good))
		} else {
			f.replace("model-000001.json", good)
		}
		load(t, s)
	}
	close(done)
	clients.Wait()
	if r := ready(t, s); len(r.Models) != batches {
		t.Errorf("%+v, want %d models", r, batches)
	}
}
