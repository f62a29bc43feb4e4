//go:build unix

package harness_test

import (
	"net"
	"path/filepath"
	"testing"
	"time"

	"hotspot/internal/testkit"
)

// G5: kill -9 of the broker and a restart on its port, while producer and
// consumer run. Neither ends, nothing is lost, and the consumer reads again
// within two seconds.
func TestBrokerKilledAndRestarted(t *testing.T) {
	t.Parallel()
	kills := times(t, "HARNESS_BROKER_KILLS", 5)
	d := newRNG(seed(t))
	want := undisturbed(t, max(2000, 800*kills), 50)
	c := child{Broker: testkit.FreeAddress(t), Topic: "t", Input: want.input, BatchSize: want.size}
	kafka, producer, consumer := c, c, c
	kafka.Role, kafka.Dir = "broker", t.TempDir()
	producer.Role, producer.SleepMax = "producer", time.Millisecond
	consumer.Role, consumer.Dir = "consumer", filepath.Join(t.TempDir(), "out")
	b, p, r := start(t, kafka), start(t, producer), start(t, consumer)
	w := watch(want, consumer.Dir)
	var worst time.Duration
	busy := 0
	for n := range kills {
		time.Sleep(100*time.Millisecond + d.below(200*time.Millisecond))
		b.kill()
		if err := w.check(t); err != nil {
			t.Fatalf("after kill %d of the broker: %v", n, err)
		}
		for _, role := range []*process{p, r} {
			if how, yes := role.ended(); yes && !(role == p && how.Success()) {
				t.Fatalf("kill %d: %s ended: %s\n%s", n, role.spec.Role, how, role.err.String())
			}
		}
		time.Sleep(d.below(100 * time.Millisecond))
		b = start(t, kafka)
		testkit.Eventually(t, "the broker listens again", func() bool {
			conn, err := net.Dial("tcp", c.Broker)
			if err == nil {
				conn.Close()
			}
			return err == nil
		})
		back, before := time.Now(), w.batches
		if before == want.batches() {
			continue
		}
		busy++
		testkit.Eventually(t, "the next batch after the broker is back", func() bool {
			if err := w.check(t); err != nil {
				t.Fatal(err)
			}
			return w.batches > before
		})
		worst = max(worst, time.Since(back))
	}
	if s := p.wait(); !s.Success() {
		t.Fatalf("producer: %s\n%s", s, p.err.String())
	}
	r.kill()
	consumer.Batches = want.batches()
	finish(t, consumer)
	w.complete(t)
	t.Logf("%d kills of the broker, %d of them at work; the next batch came at most %s after it was back", kills, busy, worst.Round(time.Millisecond))
	if busy == 0 {
		t.Errorf("none of %d kills came while rows were sent: too few to show anything", kills)
	}
}
