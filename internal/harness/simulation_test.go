//go:build unix

package harness_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/consumer"
	"hotspot/internal/platform/broker"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
)

// world is a broker and a network in simulated time, inside a bubble.
type world struct {
	t      *testing.T
	rng    *rng
	net    kfake.VirtualNetwork
	data   string
	broker *broker.Broker
	did    map[string]int
}

func (w *world) up() {
	w.t.Helper()
	var err error
	w.broker, err = broker.Start(broker.Config{Listen: "127.0.0.1:9092", Data: w.data, ListenFunc: w.net.Listen})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) kafka() stream.Config {
	return stream.Config{Brokers: []string{"127.0.0.1:9092"}, Topic: "t", Dial: w.net.DialContext}
}

// breakOne makes one thing go wrong, for a random time.
func (w *world) breakOne() {
	fault := func(name string, limit time.Duration, err *kerr.Error, keys ...kmsg.Key) {
		w.did[name]++
		f := w.broker.Cluster().Fault(kfake.Fault{Keys: keys, Err: err, Count: -1})
		time.Sleep(w.rng.below(limit))
		f.Remove()
	}
	switch w.rng.n(5) {
	case 0:
		fault("no leader", time.Minute, kerr.NotLeaderForPartition, kmsg.Produce, kmsg.Fetch, kmsg.ListOffsets)
	case 1:
		fault("appended, not acknowledged", 10*time.Second, kerr.RequestTimedOut, kmsg.Produce)
	case 2:
		fault("appended, too few replicas", 10*time.Second, kerr.NotEnoughReplicasAfterAppend, kmsg.Produce)
	case 3:
		w.did["broker away"]++
		w.away(w.rng.below(20 * time.Minute))
	case 4:
		fault("coordinator away", time.Minute, kerr.CoordinatorNotAvailable, kmsg.OffsetCommit, kmsg.FindCoordinator)
	}
}

func (w *world) away(d time.Duration) {
	w.t.Helper()
	if err := w.broker.Close(); err != nil {
		w.t.Error(err)
	}
	time.Sleep(d)
	w.up()
}

// play runs a producer with its pauses and a consumer until all batches and
// models are there, and disturb beside them. Neither may end before.
func (w *world) play(want reference, dir string, pause time.Duration, disturb func(ctx context.Context)) {
	w.t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	c := child{Dir: dir, BatchSize: want.size, Batches: want.batches()}.consumer()
	c.Kafka = w.kafka()
	p := child{Input: want.input, SleepMax: pause}.producer()
	p.Kafka = w.kafka()
	sleepSeed := uint64(w.rng.n(1 << 30))
	p.SleepSeed = &sleepSeed
	ended := make(chan error, 2)
	ctx, cancel := context.WithCancel(w.t.Context())
	go func() { _, err := producer.Run(ctx, quiet, p); ended <- err }()
	go func() { ended <- consumer.Run(ctx, quiet, c) }()
	undisturbed := make(chan struct{})
	go func() {
		defer close(undisturbed)
		disturb(ctx)
	}()
	for range 2 {
		if err := <-ended; err != nil {
			w.t.Errorf("a role ended: %v", err)
		}
	}
	cancel()
	<-undisturbed
}

// memory is a folder in memory where the system has one: no disk is waited for
// in simulated time.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "hotspot-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// K24: the bubble's clock begins in the year 2000, and the bytes are those of
// the reference, which was made today.
//
// G7: a day of random pauses in which something goes wrong every half hour;
// SIMULATED_HOURS says how long a day is.
func TestSimulatedDay(t *testing.T) {
	hours := times(t, "SIMULATED_HOURS", 2)
	const perHour = 100
	want := undisturbed(t, hours*perHour/50*50, 50)
	data, dir, s, began := memory(t), filepath.Join(memory(t), "out"), seed(t), time.Now()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, rng: newRNG(s), data: data, did: map[string]int{}}
		w.up()
		midnight := time.Now()
		w.play(want, dir, 2*time.Hour/perHour, func(ctx context.Context) {
			for {
				select {
				case <-ctx.Done():
					return
				case <-time.After(w.rng.below(time.Hour)):
					w.breakOne()
				}
			}
		})
		t.Logf("%s simulated, broken: %v", time.Since(midnight).Round(time.Minute), w.did)
		if err := w.broker.Close(); err != nil {
			t.Error(err)
		}
	})
	watch(want, dir).complete(t)
	t.Logf("%d hours in %s", hours, time.Since(began).Round(time.Millisecond))
}

// G6: a broker that is away for ten minutes, from the start or in the middle.
// Nobody ends, nothing is lost, and rows go on within 30 seconds.
func TestBrokerAwayForTenMinutes(t *testing.T) {
	want := undisturbed(t, 600, 50)
	for _, at := range []time.Duration{0, 5 * time.Minute} {
		t.Run(at.String(), func(t *testing.T) {
			data, dir := t.TempDir(), filepath.Join(t.TempDir(), "out")
			synctest.Test(t, func(t *testing.T) {
				w := &world{t: t, rng: newRNG(seed(t)), data: data, did: map[string]int{}}
				if at > 0 {
					w.up()
				}
				began := time.Now()
				w.play(want, dir, 2*time.Second, func(context.Context) {
					time.Sleep(at)
					if at == 0 {
						time.Sleep(10 * time.Minute)
						w.up()
					} else {
						w.away(10 * time.Minute)
					}
				})
				// 600 pauses of a second on average, and the ten minutes.
				took := time.Since(began)
				t.Logf("600 pauses of a second on average and 10 minutes without a broker: %s simulated, nobody ended", took.Round(time.Second))
				if took < 18*time.Minute || took > 23*time.Minute {
					t.Errorf("600 rows took %s with the broker away for 10m, want about 20m", took)
				}
				if err := w.broker.Close(); err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
			watch(want, dir).complete(t)
		})
	}
}
