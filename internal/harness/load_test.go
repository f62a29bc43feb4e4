//go:build unix

package harness_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hotspot/internal/testkit"
)

// made is a folder of batches and models of k clusters, of the same rows for
// any k.
func made(t testing.TB, input string, rows, size, k int) (dir string) {
	t.Helper()
	b := badBroker(t, newRNG(1))
	c := child{Broker: b.Addr(), Topic: "t", Input: input, Dir: filepath.Join(t.TempDir(), "out"), BatchSize: size, Batches: rows / size, K: k}
	c.Role = "producer"
	finish(t, c)
	c.Role = "consumer"
	finish(t, c)
	return c.Dir
}

// serve starts an api on a folder and waits until it has read all of it and
// answers path.
func serve(t testing.TB, dir, path string) (*process, string) {
	t.Helper()
	c := child{Role: "api", Dir: dir, Listen: testkit.FreeAddress(t)}
	p, url := start(t, c), "http://"+c.Listen
	testkit.Eventually(t, path+" is answered", func() bool {
		answer, _ := testkit.Get(url + path)
		code, state := ready(c.Listen)
		return answer == http.StatusOK && code == http.StatusOK && !strings.Contains(state, "unread_batches")
	})
	return p, url
}

// incidents are the first ids of a batch.
func incidents(t testing.TB, dir string, batch, n int) (ids []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("batch-%06d.csv", batch)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1 : n+1] {
		ids = append(ids, row[0])
	}
	return ids
}

// version is what one state of the folder answers: a body for each path.
type version map[string]string

func (v version) ask(t testing.TB, url string) {
	t.Helper()
	for path := range v {
		status, body := testkit.Get(url + path)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, status, body)
		}
		v[path] = body
	}
}

// load is what many clients saw.
type load struct {
	mu    sync.Mutex
	took  []time.Duration
	bad   []string        // answers that are of no version, or no 200
	seen  [2]int          // answers of each version
	etags map[string]int  // the version that an ETag stood for
	both  map[string]bool // ETags that stood for both
}

func (l *load) percentile(p float64) time.Duration {
	slices.Sort(l.took)
	return l.took[int(float64(len(l.took)-1)*p)].Round(10 * time.Microsecond)
}

// under asks by so many connections for so long. Each answer has to be of one
// of the two versions, and all answers with the same ETag of the same one.
func under(conns int, d time.Duration, url string, versions [2]version) *load {
	l := &load{etags: map[string]int{}, both: map[string]bool{}}
	transport := &http.Transport{MaxConnsPerHost: conns, MaxIdleConnsPerHost: conns}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	var paths []string
	for path := range versions[0] {
		paths = append(paths, path)
	}
	end := time.Now().Add(d)
	var clients sync.WaitGroup
	for i := range conns {
		clients.Go(func() {
			var took []time.Duration
			for n := i; time.Now().Before(end); n++ {
				path := paths[n%len(paths)]
				began := time.Now()
				resp, err := client.Get(url + path)
				if err != nil {
					l.wrong(err.Error())
					continue
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				took = append(took, time.Since(began))
				if err != nil || resp.StatusCode != http.StatusOK {
					l.wrong(fmt.Sprintf("%s: %d %v %.200s", path, resp.StatusCode, err, body))
					continue
				}
				l.answer(path, string(body), resp.Header.Get("ETag"), versions)
			}
			l.mu.Lock()
			l.took = append(l.took, took...)
			l.mu.Unlock()
		})
	}
	clients.Wait()
	return l
}

func (l *load) wrong(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.bad) < 10 {
		l.bad = append(l.bad, what)
	}
}

func (l *load) answer(path, body, etag string, versions [2]version) {
	of := -1
	for i, v := range versions {
		if v[path] == body {
			of = i
		}
	}
	if of < 0 {
		l.wrong(fmt.Sprintf("%s: an answer of neither state of the folder: %.300s", path, body))
		return
	}
	if versions[0][path] == versions[1][path] {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[of]++
	if before, ok := l.etags[etag]; ok && before != of {
		l.both[etag] = true
	}
	l.etags[etag] = of
}

// G10: many connections while a model is replaced again and again, now and
// then by a file that is none: every answer is a 200 of one whole state.
func TestModelsAreReplacedUnderLoad(t *testing.T) {
	t.Parallel()
	conns, seconds := times(t, "HARNESS_LOAD_CONNS", 32), times(t, "HARNESS_LOAD_SECONDS", 2)
	every := time.Second
	if seconds < 10 {
		every = 100 * time.Millisecond
	}
	const rows, size, last = 1200, 300, 4
	w := undisturbed(t, rows, size)
	folders := [2]string{made(t, w.input, rows, size, 3), made(t, w.input, rows, size, 4)}
	var versions [2]version
	name := fmt.Sprintf("model-%06d.json", last)
	var models [2][]byte
	for i, dir := range folders {
		// Both are of the same batches, so model 4 of the one fits the other.
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		models[i] = data
		state := filepath.Join(t.TempDir(), "state")
		if err := os.CopyFS(state, os.DirFS(folders[0])); err != nil {
			t.Fatal(err)
		}
		replaceFile(t, filepath.Join(state, name), data)
		versions[i] = version{fmt.Sprintf("/models/%d/clusters", last): ""}
		for _, id := range incidents(t, dir, last, 20) {
			versions[i][fmt.Sprintf("/model%d/%s/cluster", last, id)] = ""
			versions[i]["/crimes/"+id] = ""
		}
		p, url := serve(t, state, fmt.Sprintf("/models/%d", last))
		versions[i].ask(t, url)
		p.kill()
	}
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.CopyFS(dir, os.DirFS(folders[0])); err != nil {
		t.Fatal(err)
	}
	_, url := serve(t, dir, fmt.Sprintf("/models/%d", last))
	calm := under(conns, time.Duration(seconds)*time.Second/2, url, versions)
	stop, stopped := make(chan struct{}), make(chan struct{})
	replaced, bad := 0, 0
	go func() {
		defer close(stopped)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for n := 1; ; n++ {
			select {
			case <-tick.C:
			case <-stop:
				return
			}
			if n%5 == 0 {
				bad++
				replaceFile(t, filepath.Join(dir, name), models[n%2][:len(models[n%2])/2])
				continue
			}
			replaced++
			replaceFile(t, filepath.Join(dir, name), models[n%2])
		}
	}()
	busy := under(conns, time.Duration(seconds)*time.Second, url, versions)
	all := []*load{calm, busy}
	seen := busy.seen
	for tries := 0; (seen[0] == 0 || seen[1] == 0) && tries < 10; tries++ { // a machine that is busy with other things
		more := under(conns, time.Second, url, versions)
		all = append(all, more)
		seen[0], seen[1] = seen[0]+more.seen[0], seen[1]+more.seen[1]
	}
	close(stop)
	<-stopped
	for _, l := range all {
		for _, what := range l.bad {
			t.Error(what)
		}
		for etag := range l.both {
			t.Errorf("ETag %s stood for two states", etag)
		}
	}
	if seen[0] == 0 || seen[1] == 0 {
		t.Errorf("%d answers of the one model and %d of the other: nothing was replaced", seen[0], seen[1])
	}
	t.Logf("%d connections, %d answers in %d s, a model replaced %d times and by a bad file %d times: none but 200, none mixed; p99 %s, without replacing %s",
		conns, len(busy.took), seconds, replaced, bad, busy.percentile(.99), calm.percentile(.99))
}

// replaceFile puts a file in the place of another in one step.
func replaceFile(t testing.TB, path string, data []byte) {
	t.Helper()
	temp := filepath.Join(filepath.Dir(path), ".tmp-test")
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		t.Error(err)
	}
	if err := os.Rename(temp, path); err != nil {
		t.Error(err)
	}
}
