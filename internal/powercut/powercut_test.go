package powercut_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/input/generate"
	"hotspot/internal/model"
	"hotspot/internal/platform/broker"
	"hotspot/internal/platform/durable"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
	"hotspot/internal/testkit/durabletest"
)

const (
	size    = 40 // rows in a batch
	batches = 3
	folder  = "/out"
	letters = "dead-letters.ndjson"
	poison  = 3
)

var quiet = slog.New(slog.DiscardHandler)

// G4: the power is cut at every call in turn, again and again until POWER_CUTS
// cuts are done, with 0, 50 and 100 % of what was not synced kept.
func TestPowerCutAtEveryCall(t *testing.T) {
	want := 150
	if n, err := strconv.Atoi(os.Getenv("POWER_CUTS")); err == nil {
		want = n
	}
	seed := rand.Uint64()
	if n, err := strconv.ParseUint(os.Getenv("POWER_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("POWER_SEED=%d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	l := fill(t)
	began, cuts := time.Now(), 0
	for round := 0; cuts < want; round++ {
		kept := []int{0, 50, 100}[round%3]
		for n := 0; cuts < want; n++ {
			disk, done := l.cut(t, n, kept, rnd)
			if disk == nil {
				if n < 60 {
					t.Errorf("the consumer made %d calls only", n)
				}
				break
			}
			cuts++
			if err := l.check(disk, done); err != nil {
				t.Fatalf("power cut at call %d, %d %% of the unsynced kept: %v", n, kept, err)
			}
			if err := l.goOn(t, disk); err != nil {
				t.Fatalf("after a power cut at call %d, %d %% of the unsynced kept: %v", n, kept, err)
			}
		}
	}
	t.Logf("%d power cuts in %s", cuts, time.Since(began).Round(time.Millisecond))
}

// lab is a filled topic and what an undisturbed consumer makes of it.
type lab struct {
	config consumer.Config
	want   map[string][]byte
}

func fill(t *testing.T) *lab {
	t.Helper()
	b, err := broker.Start(broker.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	kafka := stream.Config{Brokers: []string{b.Addr()}, Topic: "t"}
	spoil(t, kafka)
	input := filepath.Join(t.TempDir(), "crime.csv")
	if _, err := generate.Run(t.Context(), generate.Config{Output: input, Rows: size * batches}); err != nil {
		t.Fatal(err)
	}
	p := producer.Config{Kafka: kafka}
	p.Input = input
	if _, err := producer.Run(t.Context(), quiet, p); err != nil {
		t.Fatal(err)
	}
	l := &lab{config: consumer.Config{Kafka: kafka, Dir: folder}}
	l.config.BatchSize, l.config.Batches, l.config.K, l.config.Restarts = size, batches, 3, 1
	disk := vfs.NewCrashableMem()
	if err := l.run(t.Context(), memory{disk}, consumer.Events{}); err != nil {
		t.Fatal(err)
	}
	l.want = content(t, disk)
	if len(l.want) != 3*batches+1 {
		t.Fatalf("the undisturbed run made %d files", len(l.want))
	}
	return l
}

// spoil writes messages that are no rows, one of several disk blocks.
func spoil(t *testing.T, c stream.Config) {
	t.Helper()
	topic, err := stream.Open(c, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer topic.Close()
	if err := topic.Create(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	w := topic.NewWriter()
	for n := range poison {
		m := stream.Message{Key: []byte("k"), Value: bytes.Repeat([]byte("no row "), 1+n*2000)}
		if err := w.Write(t.Context(), []stream.Message{m}); err != nil {
			t.Fatal(err)
		}
	}
}

func (l *lab) run(ctx context.Context, disk durable.FS, events consumer.Events) error {
	c := l.config
	c.FS, c.Events = disk, events
	return consumer.Run(ctx, quiet, c)
}

// progress is what the consumer had announced when the power went.
type progress struct{ batches, models int }

// cut runs a consumer until its n-th call of the file system and returns what
// the disk may hold then; nil when there are fewer calls.
func (l *lab) cut(t *testing.T, n, kept int, rnd *rand.Rand) (*vfs.MemFS, progress) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	disk := vfs.NewCrashableMem()
	var mu sync.Mutex
	var now, then progress
	var left *vfs.MemFS
	calls := 0
	spied := durabletest.Spy(memory{disk}, func(c durabletest.Call) error {
		mu.Lock()
		defer mu.Unlock()
		if strings.Contains(c.Path, "open.json") {
			return nil // the status is worth nothing after a crash
		}
		if calls++; calls <= n {
			return nil
		}
		if left == nil {
			left, then = disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: kept, RNG: rnd}), now
			cancel()
		}
		return durabletest.ErrStopped
	})
	err := l.run(ctx, spied, consumer.Events{
		Batch: func(*batch.Manifest) { mu.Lock(); now.batches++; mu.Unlock() },
		Model: func(*model.Model, time.Duration) { mu.Lock(); now.models++; mu.Unlock() },
	})
	mu.Lock()
	defer mu.Unlock()
	if left == nil && ctx.Err() != nil {
		t.Fatal("undisturbed: not done in time")
	}
	if left == nil && err != nil {
		t.Fatalf("undisturbed: %v", err)
	}
	return left, then
}

// check says what is wrong with a disk after a power cut: a file under a final
// name that is not the one of the undisturbed run, a manifest whose files do
// not match, or something announced that is gone.
func (l *lab) check(disk *vfs.MemFS, announced progress) error {
	d, err := durable.Open(folder, memory{disk})
	if err != nil {
		return err
	}
	names, err := d.Names()
	if errors.Is(err, fs.ErrNotExist) && announced == (progress{}) {
		return nil // the power went before there was a folder
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "batch-") && !strings.HasPrefix(name, "model-") {
			continue
		}
		data, err := d.Read(name, 1<<30)
		if err != nil {
			return err
		}
		if !bytes.Equal(testkit.Comparable(name, data), l.want[name]) {
			return fmt.Errorf("%s holds %d bytes that are not those of the undisturbed run", name, len(data))
		}
	}
	manifests, err := batch.OpenFolder(d).Manifests()
	if err != nil {
		return err
	}
	models, err := model.OpenFolder(d).Numbers()
	if err != nil {
		return err
	}
	if len(manifests) < announced.batches || len(models) < announced.models {
		return fmt.Errorf("%d batches and %d models are left of %d and %d that were announced", len(manifests), len(models), announced.batches, announced.models)
	}
	dead, err := d.Read(letters, 1<<30)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if whole := bytes.Count(dead, []byte("\n")); len(manifests) > 0 && whole < poison {
		return fmt.Errorf("the position has moved past %d dead letters, %d are on disk", poison, whole)
	}
	return nil
}

// goOn runs a consumer on what the power cut has left, to its end.
func (l *lab) goOn(t *testing.T, disk *vfs.MemFS) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	if err := l.run(ctx, memory{disk}, consumer.Events{}); err != nil {
		return err
	}
	if ctx.Err() != nil { // Run returns nil then
		return ctx.Err()
	}
	got := content(t, disk)
	for name, want := range l.want {
		if !bytes.Equal(got[name], want) {
			return fmt.Errorf("at the end %s holds %d bytes, want %d: %.200q", name, len(got[name]), len(want), got[name])
		}
	}
	if len(got) != len(l.want) {
		return fmt.Errorf("%d files at the end, want %d", len(got), len(l.want))
	}
	return nil
}

// content is all that a folder holds, but for its status.
func content(t *testing.T, disk *vfs.MemFS) map[string][]byte {
	t.Helper()
	d, err := durable.Open(folder, memory{disk})
	if err != nil {
		t.Fatal(err)
	}
	names, err := d.Names()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if name == "open.json" {
			continue
		}
		data, err := d.Read(name, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = testkit.Comparable(name, data)
	}
	return files
}
