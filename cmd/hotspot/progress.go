//go:build !nobroker

package main

import (
	"context"
	"encoding/json"
	"fmt"
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

// progress prints on standard output what happens in the roles of up, and
// knows when what was asked for is served. The roles call its methods, from
// their goroutines.
type progress struct {
	app     *cli.App
	once    int // the model that up waits for; 0: all that the input gives
	folder  *batch.Folder
	sending *cli.Stage
	reading *cli.Stage
	start   time.Time

	mu     sync.Mutex
	url    string            // of the API
	sent   *producer.Summary // set when all rows are sent
	read   consumer.Progress
	newest int           // model
	served int           // models, when what was asked for is served
	took   time.Duration // until then
}

func newProgress(app *cli.App, start time.Time, once int, folder *batch.Folder) *progress {
	return &progress{
		app: app, once: once, folder: folder, start: start,
		sending: app.Console.Stage("producer", "bytes"), reading: app.Console.Stage("consumer", "rows"),
	}
}

func (p *progress) print(format string, args ...any) {
	p.app.Console.Print(p.app.Out, format+"\n", args...)
}

// update changes p under its lock.
func (p *progress) update(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *progress) apiListens(url, web string) {
	p.update(func() { p.url = url })
	if web != "" { // --web '': no address for browsers
		url += " and, for browsers, " + web
	}
	p.print("serving   %s", url)
}

func (p *progress) rowsSent(s producer.Progress) {
	p.sending.Set(s.Bytes, s.Size, cli.Count(s.Row)+" rows")
}

func (p *progress) allSent(s producer.Summary) {
	p.sending.Done()
	p.print("producer  %s", s)
	p.update(func() { p.sent = &s })
}

func (p *progress) rowsRead(r consumer.Progress) {
	p.reading.Set(int64(r.Rows), int64(r.BatchSize), fmt.Sprintf("%s, %s", batch.Name(r.Batch, r.Window), r.State))
	p.update(func() { p.read = r })
}

func (p *progress) batchPublished(m *batch.Manifest) {
	rows := fmt.Sprintf("rows %s to %s, reported %s to %s", cli.Count(m.FirstRow), cli.Count(m.LastRow), dateOf(m.Reported.First), dateOf(m.Reported.Last))
	if m.Rows == 0 {
		rows = "no rows"
	}
	if m.Window.Late > 0 {
		rows += fmt.Sprintf(", %d of them late", m.Window.Late)
	}
	name := batch.Name(m.Batch, m.Window)
	if m.Window.By != "" {
		name += ":"
	}
	p.print("%-10s %s, sha256 %s…, %d duplicates dropped", name, rows, m.CSV.SHA256[:12], m.Transport.Duplicates)
}

func (p *progress) modelPublished(m *model.Model, took time.Duration) {
	p.print("model %-4d %s\n          its name: %s", m.Model, summarizeModel(m, took), nameOf(m))
	p.update(func() { p.newest = max(p.newest, m.Model) })
}

// wait returns when what was asked for is served, or when ctx ends. The error
// says that the rows are too few for it.
func (p *progress) wait(ctx context.Context) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		want, models, err := p.target()
		if err != nil {
			return err
		}
		if models >= want && p.isServed(ctx, want) {
			p.update(func() { p.served, p.took = models, time.Since(p.start) })
			return nil
		}
	}
}

// target is the model that has to be served, and how many there are. It is
// out of reach for as long as it is not known.
func (p *progress) target() (want, models int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.read
	want, models = p.once, max(p.newest, r.Models)
	allRead := p.sent != nil && r.Next > p.sent.Rows
	whole := r.Batch - 1
	switch {
	case want == 0 && allRead:
		want = whole
	case want == 0:
		want = models + 1
	case allRead && max(models, whole) < want:
		ends, smaller := fmt.Sprintf("batches of %d", r.BatchSize), "--batch-size N"
		if r.Window.By != "" { // the last window is not over before a row of a later one
			ends, smaller = string(r.Window.By)+"s", "a shorter --batch-by"
		}
		err = fmt.Errorf("up: --once %d: the file ended after %s rows, which fill %d whole %s; %d rows wait for more; %s makes smaller batches, --flush writes the rest, and hotspot train FILE takes the file as it is",
			p.once, cli.Count(r.Next-1), whole, ends, r.Rows, smaller)
	}
	return want, models, err
}

// isServed asks the API, over HTTP, whether it serves model n. /readyz needs no
// token.
func (p *progress) isServed(ctx context.Context, n int) bool {
	p.mu.Lock()
	url := p.url // "" until the API listens
	p.mu.Unlock()
	var ready struct {
		Models []int `json:"models"`
	}
	_, body, err := get(ctx, url+"/readyz")
	return err == nil && json.Unmarshal(body, &ready) == nil && (n == 0 || slices.Contains(ready.Models, n))
}

// printSummary says what is served and how to ask for it.
func (p *progress) printSummary() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print("done      %d models served, %s rows waiting, %.2f s%s", p.served, cli.Count(p.read.Rows), p.took.Seconds(), peakMemory())
	curl := "curl"
	if runtime.GOOS == "windows" {
		curl = "curl.exe"
	}
	numbers, err := p.folder.Numbers()
	examples := 0
	for _, n := range numbers { // of an earlier run, too
		var m *batch.Manifest
		var csv []byte
		if m, err = p.folder.Manifest(n); err == nil {
			csv, err = p.folder.CSV(m)
		}
		if err != nil || examples == 3 {
			break
		}
		if m.Rows == 0 {
			continue
		}
		if examples++; examples == 1 && m.Invented {
			p.print("          the city is invented: these are not real crimes")
		}
		p.print("  %s %s/model%d/%s/cluster", curl, p.url, m.Batch, exampleID(string(csv)))
	}
	if err != nil {
		p.print("          no example to ask for: %v", err)
	}
}

// exampleID is the incident of a batch to ask for: one of those that the
// project's first examples asked for, or the first one.
func exampleID(csv string) string {
	for _, id := range []string{"2018174723", "20166003240", "20176001385"} {
		if strings.Contains(csv, "\n"+id+",") {
			return id
		}
	}
	_, rows, _ := strings.Cut(csv, "\n")
	id, _, _ := strings.Cut(rows, ",")
	return id
}

// summarizeModel is a model in one line, with what changed against the model
// before.
func summarizeModel(m *model.Model, took time.Duration) string {
	if m.Status == model.Untrainable {
		return "untrainable: " + m.Reason
	}
	line := fmt.Sprintf("%s of %s crimes in %s", countAreas(len(m.Clusters)), cli.Count(m.Rows.Trained), took.Round(time.Millisecond))
	if out := m.Rows.NoLocation + m.Rows.OutOfArea; out > 0 {
		line += fmt.Sprintf("; %d without a usable place", out)
	}
	if m.AlignedTo == nil {
		return line
	}
	var farthest *model.Cluster
	fresh := 0
	for i := range m.Clusters {
		c := &m.Clusters[i]
		switch {
		case c.Previous == nil:
			fresh++
		case farthest == nil || c.Previous.MovedM > farthest.Previous.MovedM:
			farthest = c
		}
	}
	var changes []string
	if farthest != nil {
		changes = append(changes, fmt.Sprintf("area %d moved most, %.0f m since model %d", farthest.Cluster, farthest.Previous.MovedM, *m.AlignedTo))
	}
	if fresh > 0 {
		changes = append(changes, fmt.Sprintf("%d new", fresh))
	}
	return line + "; " + strings.Join(changes, ", ")
}
