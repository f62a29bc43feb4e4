//go:build unix

package harness_test

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/testkit"
	"hotspot/internal/testkit/durabletest"
)

// G8: from the n-th call on the disk fails for as long as it is not mended,
// for every n. The consumer tears no file, does not spin, says in /readyz what
// is wrong, and goes on by itself.
func TestDiskFailsFromEveryCallOn(t *testing.T) {
	// 1 is each call; short, disk full meets every second and the others every sixth.
	full, others := times(t, "HARNESS_DISK_STEP", 2), times(t, "HARNESS_DISK_STEP", 6)
	var met atomic.Int64
	t.Cleanup(func() { t.Logf("%d consumers whose disk failed from another call on", met.Load()) })
	want := undisturbed(t, 3*30, 30)
	kafka := testkit.Kafka(t)
	poison(t, kafka)
	all := child{Broker: kafka.Brokers[0], Topic: kafka.Topic, Input: want.input, BatchSize: want.size, Batches: want.batches()}
	all.Role = "producer"
	finish(t, all)
	for _, fault := range []struct {
		name  string
		err   error
		step  int
		where func(durabletest.Call) bool // the calls that fail
	}{
		{"K26 disk full", syscall.ENOSPC, full, writes},
		{"file too large", syscall.EFBIG, others, writes},
		{"read-only", syscall.EROFS, others, changes},
		{"input output error", syscall.EIO, others, changes},
	} {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			for n := 0; ; n += fault.step {
				c := all
				c.Dir = filepath.Join(t.TempDir(), "out")
				d := &disk{n: n, err: fault.err, fails: fault.where}
				reached := d.consume(t, c, want)
				if t.Failed() {
					t.Fatalf("the disk failed from call %d on", n)
				}
				if !reached {
					if n < 20 {
						t.Errorf("only %d calls were made", n)
					}
					return
				}
				met.Add(1)
			}
		})
	}
}

func writes(c durabletest.Call) bool { return c.Op == "write" || c.Op == "create" || c.Op == "append" }

func changes(c durabletest.Call) bool {
	return writes(c) || c.Op == "sync" || c.Op == "rename" || c.Op == "syncdir"
}

// disk fails from its n-th changing call on, until it is mended.
type disk struct {
	mu     sync.Mutex
	n      int
	err    error
	fails  func(durabletest.Call) bool
	calls  int
	failed int
	mended bool
	told   chan string // gets the reason once the consumer has had time to say it
}

func (d *disk) before(c durabletest.Call) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if strings.Contains(c.Path, "open.json") || !d.fails(c) {
		return nil
	}
	if d.calls++; d.calls <= d.n || d.mended {
		return nil
	}
	if d.failed++; d.failed == 6 { // one of the three who write has tried again
		d.tell(d.err.Error())
	}
	return d.err
}

func (d *disk) tell(why string) {
	select {
	case d.told <- why:
	default:
	}
}

func (d *disk) mend() { d.mu.Lock(); d.mended = true; d.mu.Unlock() }

func (d *disk) failures() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

// consume runs a consumer on the disk and mends it once the consumer has said
// what is wrong. reached says whether the disk failed at all.
func (d *disk) consume(t *testing.T, spec child, want reference) (reached bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	c := spec.consumer()
	c.FS = durabletest.Spy(durabletest.Unsynced, d.before)
	c.MetricsListen = testkit.FreeAddress(t)
	d.told = make(chan string, 1)
	c.Events.Progress = func(p consumer.Progress) {
		if p.State == batch.DiskFails {
			d.tell(p.Detail)
		}
	}
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx, slog.New(slog.DiscardHandler), c) }()
	w := watch(want, c.Dir)
	select {
	case err := <-done:
		if err != nil && d.failures() > 0 && w.batches == 0 {
			// It failed before there was anything to wait with: at its start.
			d.mend()
			err = consumer.Run(ctx, slog.New(slog.DiscardHandler), c)
			reached = true
		}
		if err != nil {
			t.Error(err)
		}
	case detail := <-d.told:
		reached = true
		if !strings.Contains(detail, d.err.Error()) {
			t.Errorf("the detail %q does not name %q", detail, d.err)
		}
		code, body := 0, ""
		testkit.Eventually(t, "an answer of /readyz", func() bool {
			code, body = ready(c.MetricsListen)
			return code != 0
		})
		if code != http.StatusServiceUnavailable || !strings.Contains(body, "disk") {
			t.Errorf("/readyz on a failing disk: %d %s, want 503 and the reason", code, body)
		}
		if err := w.check(t); err != nil {
			t.Errorf("while the disk fails: %v", err)
		}
		if n := d.failures(); n > 40 {
			t.Errorf("%d calls in the first moments: a busy loop", n)
		}
		d.mend()
		if err := <-done; err != nil {
			t.Errorf("after the disk was mended: %v", err)
		}
	}
	w.complete(t)
	if n := deadLetters(t, c.Dir); n != 2 {
		t.Errorf("%d dead letters, want 2", n)
	}
	return reached
}

// G8 with the system's own refusal: no file may have more than 4,000 bytes.
func TestFileLimitOfTheSystem(t *testing.T) {
	want := undisturbed(t, 3*30, 30)
	kafka := testkit.Kafka(t)
	c := child{Broker: kafka.Brokers[0], Topic: kafka.Topic, Input: want.input, BatchSize: want.size, Batches: want.batches()}
	c.Role = "producer"
	finish(t, c)
	c.Role, c.Dir, c.FileLimit, c.Metrics = "consumer", filepath.Join(t.TempDir(), "out"), 4000, testkit.FreeAddress(t)
	p := start(t, c)
	testkit.Eventually(t, "/readyz says that the file is too large", func() bool {
		code, body := ready(c.Metrics)
		return code == http.StatusServiceUnavailable && strings.Contains(body, syscall.EFBIG.Error())
	})
	if how, yes := p.ended(); yes {
		t.Fatalf("the consumer gave up: %s\n%s", how, p.err.String())
	}
	p.kill()
	w := watch(want, c.Dir)
	if err := w.check(t); err != nil {
		t.Error(err)
	}
	c.FileLimit, c.Metrics = 0, ""
	finish(t, c)
	w.complete(t)
}

func ready(address string) (status int, body string) {
	return testkit.Get("http://" + address + "/readyz")
}
