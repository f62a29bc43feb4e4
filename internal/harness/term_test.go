//go:build unix

package harness_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hotspot/internal/testkit"
)

// G14: a consumer and a producer end within five seconds of SIGTERM, at any
// moment, with exit 0, and what they leave is whole.
func TestTermAtAnyMoment(t *testing.T) {
	t.Parallel()
	d := newRNG(seed(t))
	want := undisturbed(t, 6000, 50)
	kafka := testkit.Kafka(t)
	c := child{Broker: kafka.Brokers[0], Topic: kafka.Topic, Input: want.input, BatchSize: want.size, Dir: filepath.Join(t.TempDir(), "out")}
	w := watch(want, c.Dir)
	var worst time.Duration
	for n := range times(t, "HARNESS_TERMS", 20) {
		c.Role, c.SleepMax = []string{"consumer", "producer"}[n%2], time.Millisecond
		p := start(t, c)
		<-p.up
		time.Sleep(d.below(100 * time.Millisecond))
		began := time.Now()
		p.cmd.Process.Signal(syscall.SIGTERM)
		if s := p.wait(); !s.Success() {
			t.Errorf("%s after SIGTERM: %s\n%s", c.Role, s, p.err.String())
		}
		worst = max(worst, time.Since(began))
		if err := w.check(t); err != nil {
			t.Error(err)
		}
	}
	t.Logf("at most %s from SIGTERM to the end", worst.Round(time.Millisecond))
	c.SleepMax, c.Role, c.Batches = 0, "producer", want.batches()
	finish(t, c)
	c.Role = "consumer"
	finish(t, c)
	w.complete(t)
}

// G14: an api that is told to end answers all requests that it has taken.
func TestTermOfABusyAPI(t *testing.T) {
	want := undisturbed(t, 200, 50)
	kafka := testkit.Kafka(t)
	c := child{Broker: kafka.Brokers[0], Topic: kafka.Topic, Input: want.input, BatchSize: want.size, Batches: 4, Dir: filepath.Join(t.TempDir(), "out")}
	for _, role := range []string{"producer", "consumer"} {
		c.Role = role
		finish(t, c)
	}
	c.Role, c.Listen = "api", testkit.FreeAddress(t)
	p := start(t, c)
	url := fmt.Sprintf("http://%s/models", c.Listen)
	testkit.Eventually(t, "model 4 is served", func() bool {
		status, _ := testkit.Get(url + "/4")
		return status == http.StatusOK
	})
	var answered, failed atomic.Int64
	var term atomic.Bool
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for {
				resp, err := http.Get(url)
				if err != nil {
					// A connection that was refused, or closed while idle, is
					// no request that was taken.
					if !term.Load() {
						failed.Add(1)
					}
					return
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					failed.Add(1)
				}
				answered.Add(1)
			}
		})
	}
	testkit.Eventually(t, "100 answers", func() bool { return answered.Load() >= 100 })
	began := time.Now()
	term.Store(true)
	p.cmd.Process.Signal(syscall.SIGTERM)
	s := p.wait()
	took := time.Since(began)
	clients.Wait()
	if !s.Success() || failed.Load() > 0 {
		t.Errorf("%s after %s, %d requests answered, %d failed\n%s", s, took, answered.Load(), failed.Load(), p.err.String())
	}
	t.Logf("%d requests answered, the api ended %s after SIGTERM", answered.Load(), took.Round(time.Millisecond))
}
