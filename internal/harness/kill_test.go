//go:build unix

package harness_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/platform/broker"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// times is how often something is done: short, unless a variable of the
// environment says more (make chaos does).
func times(t testing.TB, variable string, short int) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(variable))
	if err != nil {
		return short
	}
	return n
}

// seed is the seed of a test: HARNESS_SEED, or a new one, printed.
func seed(t testing.TB) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(os.Getenv("HARNESS_SEED"), 10, 64)
	if err != nil {
		n = rand.Uint64()
	}
	t.Logf("HARNESS_SEED=%d", n)
	return n
}

// G1: kill -9 of producer, consumer and api at random moments, under a broker
// that misbehaves, with every invariant checked after every kill.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	for _, by := range []batch.By{batch.ByRows, batch.ByDay} {
		t.Run(string(by), func(t *testing.T) { killAtAnyMoment(t, by, times(t, "HARNESS_KILLS", 100)/2) })
	}
}

func killAtAnyMoment(t *testing.T, by batch.By, kills int) {
	began := time.Now()
	size := 50
	if kills > 500 {
		size = 200 // so that looking at all files after each kill stays cheap
	}
	l := newLoop(t, seed(t), by, max(4000, 60*kills), size)
	for n := range kills {
		l.step(n)
		if t.Failed() {
			return
		}
	}
	l.end()
	t.Logf("%d consumers, %d producers and %d apis killed in %s (%d of them at work), %d rows came again, %d answers of the api looked at",
		l.killed["consumer"], l.killed["producer"], l.killed["api"], time.Since(began).Round(time.Millisecond), l.busy, l.log.again, l.answers)
	if l.busy < kills/10 {
		t.Errorf("only %d of %d kills came while batches were being made: too few to show anything", l.busy, kills)
	}
}

// loop is one kill loop.
type loop struct {
	t       *testing.T
	d       *rng
	broker  *broker.Broker
	roles   map[string]child
	running map[string]*process
	folder  *witness
	log     *logWitness
	killed  map[string]int
	busy    int // kills that came before the last batch
	answers int
}

func newLoop(t *testing.T, seed uint64, by batch.By, rows, size int) *loop {
	t.Helper()
	want := undisturbedBy(t, by, rows/size*size, size)
	d := newRNG(seed)
	b := badBroker(t, d)
	c := child{Broker: b.Addr(), Topic: "t", Input: want.input, Dir: filepath.Join(t.TempDir(), "out"), BatchBy: by, BatchSize: size}
	l := &loop{t: t, d: d, broker: b, roles: map[string]child{}, running: map[string]*process{}, killed: map[string]int{}}
	for _, role := range []string{"consumer", "producer", "api"} {
		c.Role, c.SleepMax, c.Listen = role, 2*time.Millisecond, testkit.FreeAddress(t)
		l.roles[role] = c
	}
	l.folder = watch(want, c.Dir)
	l.log = watchLog(t, stream.Config{Brokers: []string{b.Addr()}, Topic: "t"})
	for _, role := range []string{"producer", "consumer", "api"} {
		l.running[role] = start(t, l.roles[role])
	}
	return l
}

// step kills one of them and starts it again.
func (l *loop) step(n int) {
	l.t.Helper()
	role := []string{"consumer", "producer", "consumer", "consumer", "api", "consumer", "consumer"}[n%7]
	if l.d.chance(.05) {
		burst(l.broker.Cluster(), 400*time.Millisecond)
	}
	time.Sleep(20*time.Millisecond + l.d.below(80*time.Millisecond))
	if role == "api" {
		l.ask()
	}
	p := l.running[role]
	if how, yes := p.ended(); yes && !how.Success() {
		l.t.Fatalf("kill %d: %s ended by itself: %s\n%s", n, role, how, p.err.String())
	}
	p.kill()
	l.killed[role]++
	if err := l.folder.check(l.t); err != nil {
		l.t.Errorf("after kill %d, of the %s: %v", n, role, err)
	}
	if role == "producer" && l.folder.batches > 0 {
		if err := l.log.check(l.t.Context()); err != nil {
			l.t.Errorf("after kill %d, of the %s: %v", n, role, err)
		}
	}
	if l.folder.batches < l.folder.want.batches() {
		l.busy++
	}
	l.running[role] = start(l.t, l.roles[role])
}

// ask checks that the api shows no model without a manifest, and of each the
// bytes of the undisturbed run.
func (l *loop) ask() {
	l.t.Helper()
	status, answer := testkit.Get(fmt.Sprintf("http://%s/models", l.roles["api"].Listen))
	var body struct {
		Models []struct {
			Model  int    `json:"model"`
			SHA256 string `json:"sha256"`
		} `json:"models"`
	}
	if status != http.StatusOK || json.Unmarshal([]byte(answer), &body) != nil {
		return // it may still be starting, or has no model yet
	}
	for _, m := range body.Models {
		if _, err := os.Stat(filepath.Join(l.folder.dir, fmt.Sprintf("batch-%06d.json", m.Model))); err != nil {
			l.t.Errorf("the api shows model %d without its manifest: %v", m.Model, err)
		}
		if want := digest(l.folder.want.files[fmt.Sprintf("model-%06d.json", m.Model)]); m.SHA256 != want {
			l.t.Errorf("the api shows model %d as %s, want %s", m.Model, m.SHA256, want)
		}
	}
	l.answers += len(body.Models)
}

// end lets all of them finish in peace.
func (l *loop) end() {
	l.t.Helper()
	for _, p := range l.running {
		p.kill()
	}
	p, c := l.roles["producer"], l.roles["consumer"]
	p.SleepMax, c.Batches = 0, l.folder.want.batches()
	finish(l.t, p)
	finish(l.t, c)
	l.folder.complete(l.t)
	if err := l.log.check(l.t.Context()); err != nil {
		l.t.Error(err)
	}
	if l.log.top != int64(l.folder.want.rows) {
		l.t.Errorf("the topic ends with row %d, want %d", l.log.top, l.folder.want.rows)
	}
}

// A producer that is left alone meets bursts that are longer than a client's
// own patience. In the kill loop it seldom lives to see the end of one.
func TestBurstsLoseNoRow(t *testing.T) {
	t.Parallel()
	want := undisturbed(t, 1500, 50)
	b := badBroker(t, newRNG(seed(t)))
	c := child{Role: "producer", Broker: b.Addr(), Topic: "t", Input: want.input, SleepMax: 2 * time.Millisecond}
	p := start(t, c)
	for range 3 {
		time.Sleep(300 * time.Millisecond)
		burst(b.Cluster(), 400*time.Millisecond)
		time.Sleep(400 * time.Millisecond)
	}
	if s := p.wait(); !s.Success() {
		t.Fatalf("producer: %s\n%s", s, p.err.String())
	}
	w := watchLog(t, stream.Config{Brokers: []string{b.Addr()}, Topic: "t"})
	if err := w.check(t.Context()); err != nil {
		t.Error(err)
	}
	if w.top != int64(want.rows) {
		t.Errorf("the topic ends with row %d, want %d", w.top, want.rows)
	}
}
