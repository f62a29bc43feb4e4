//go:build !nobroker

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/producer"
)

// story tells on standard output what happens in the roles of up, and decides
// when it has come to its end. The roles call its methods; it calls none of
// theirs.
type story struct {
	app    *cli.App
	up     upCommand
	start  time.Time
	broker string
	folder *batch.Folder
	rows   *cli.Stage
	open   *cli.Stage

	mu       sync.Mutex
	api, web string
	sent     *producer.Summary // set when the producer has ended
	progress consumer.Progress
	newest   int           // model
	news     chan struct{} // something changed

	complete bool // all that was asked for is served
	took     time.Duration
}

func newStory(app *cli.App, up upCommand, start time.Time, broker string, folder *batch.Folder) *story {
	s := &story{app: app, up: up, start: start, broker: broker, folder: folder, news: make(chan struct{}, 1)}
	s.rows = app.Console.Stage("producer", "bytes")
	s.open = app.Console.Stage("consumer", "rows")
	s.say("broker    %s, embedded, for development; its log is in %s", broker, up.Broker.Data)
	return s
}

func (s *story) say(format string, args ...any) {
	s.app.Console.Print(s.app.Out, format+"\n", args...)
}

// change updates the story under its lock and wakes it.
func (s *story) change(f func()) {
	s.mu.Lock()
	f()
	s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
}

func (s *story) listening(api, web string) {
	s.change(func() { s.api, s.web = api, web })
	if web == "" { // --web '': no address for browsers
		s.say("serving   %s", api)
		return
	}
	s.say("serving   %s and, for browsers, %s", api, web)
}

func (s *story) producing(p producer.Progress) {
	s.rows.Set(p.Bytes, p.Size, cli.Count(p.Row)+" rows")
}

func (s *story) produced(sum producer.Summary) {
	s.rows.Done()
	s.say("producer  %s", sum)
	s.change(func() { s.sent = &sum })
}

func (s *story) consuming(p consumer.Progress) {
	if s.app.Console.Terminal() { // elsewhere a line per batch is enough
		s.open.Set(int64(p.Rows), int64(p.Size), fmt.Sprintf("batch %d, %s", p.Batch, p.State))
	}
	s.change(func() { s.progress = p })
}

func (s *story) batch(m *batch.Manifest) {
	s.say("batch %-4d rows %s to %s, reported %s to %s, sha256 %s…, %d doubled, 0 missing",
		m.Batch, cli.Count(m.FirstRow), cli.Count(m.LastRow), dateOf(m.Reported.First), dateOf(m.Reported.Last),
		m.CSV.SHA256[:12], m.Transport.Duplicates)
}

func (s *story) model(m *model.Model, took time.Duration) {
	s.say("%s", spoken(m, took))
	s.say("          its name: %s", nameOf(m))
	s.change(func() { s.newest = max(s.newest, m.Model) })
}

// tell waits until what was asked for is served, or until the rows have come
// to an end without it. It returns nil when ctx ends.
func (s *story) tell(ctx context.Context) error {
	for {
		select {
		case <-s.news:
		case <-ctx.Done():
			return nil
		}
		s.mu.Lock()
		sent, p := s.sent, s.progress
		want := s.up.Once
		ended := sent != nil && p.Next > sent.Rows
		whole := 0
		if p.Size > 0 && ended {
			whole = int((p.Next - 1) / int64(p.Size))
		}
		models := max(s.newest, p.Models)
		s.mu.Unlock()
		switch {
		case want > 0 && models >= want:
			if !s.answers(ctx, want) {
				return nil
			}
			s.finish(models)
			return nil
		case want > 0 && ended && whole < want:
			return fmt.Errorf("up: --once %d: the file ended after %s rows, which fill %d whole batches of %d; %d rows wait for more",
				want, cli.Count(p.Next-1), whole, p.Size, p.Rows)
		case want == 0 && ended && models >= whole && !s.complete:
			if whole > 0 && !s.answers(ctx, whole) {
				return nil
			}
			s.finish(models)
			s.summary()
			s.say("serving on; ^C ends it")
		}
	}
}

// answers asks the API, over HTTP, until it serves model n; false when ctx
// ended. /readyz needs no token.
func (s *story) answers(ctx context.Context, n int) bool {
	for {
		s.mu.Lock()
		api := s.api // "" until the API listens
		s.mu.Unlock()
		if slices.Contains(served(ctx, api), n) {
			return true
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return false
		}
	}
}

// served lists the models that the API at url serves, none when it does not
// answer.
func served(ctx context.Context, url string) []int {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return nil
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var body struct {
		Models []int `json:"models"`
	}
	if json.NewDecoder(resp.Body).Decode(&body) != nil {
		return nil
	}
	return body.Models
}

func (s *story) finish(models int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.complete, s.took, s.newest = true, time.Since(s.start), models
}

// farewell is the last word when up ends.
func (s *story) farewell() {
	s.rows.Done()
	s.open.Done()
	if s.up.Once > 0 {
		s.summary()
	}
}

// summary says what is served and how to ask for it.
func (s *story) summary() {
	var b strings.Builder
	s.mu.Lock() // with --once the consumer has ended and said its last word
	fmt.Fprintf(&b, "done      %d models served, %s rows waiting, %.2f s", s.newest, cli.Count(s.progress.Rows), s.took.Seconds())
	s.mu.Unlock()
	if peak := cli.PeakMemory(); peak > 0 {
		fmt.Fprintf(&b, ", %d MB at most", peak>>20)
	}
	b.WriteString("\n")
	curl := "curl"
	if runtime.GOOS == "windows" {
		curl = "curl.exe"
	}
	batches := s.firstBatches(3)
	if len(batches) > 0 && batches[0].Invented {
		b.WriteString("          the city is invented: these are not real crimes\n")
	}
	for _, m := range batches {
		if id := example(s.folder, m); id != "" {
			fmt.Fprintf(&b, "  %s %s/model%d/%s/cluster\n", curl, s.api, m.Batch, id)
		}
	}
	s.app.Console.Print(s.app.Out, "%s", b.String())
}

// firstBatches are the manifests of up to n batches, from an earlier run too.
func (s *story) firstBatches(n int) []*batch.Manifest {
	var first []*batch.Manifest
	numbers, err := s.folder.Numbers()
	if err != nil {
		return nil
	}
	for _, i := range numbers[:min(n, len(numbers))] {
		m, err := s.folder.Manifest(i)
		if err != nil {
			break
		}
		first = append(first, m)
	}
	return first
}
