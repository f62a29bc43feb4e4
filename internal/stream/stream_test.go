package stream_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"go.uber.org/goleak"

	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open opens a topic that nobody else uses, on HOTSPOT_TEST_BROKERS when set,
// else on a broker of its own.
func open(t *testing.T) *stream.Topic {
	t.Helper()
	if brokers := os.Getenv("HOTSPOT_TEST_BROKERS"); brokers != "" {
		return openOn(t, strings.Split(brokers, ","), nil)
	}
	return openOn(t, fake(t).ListenAddrs(), nil)
}

// openOn opens a topic of a random name.
func openOn(t *testing.T, brokers []string, log *slog.Logger) *stream.Topic {
	t.Helper()
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	topic, err := stream.Open(stream.Config{Brokers: brokers, Topic: topicName(t)}, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if os.Getenv("HOTSPOT_TEST_BROKERS") != "" {
			topic.Delete(context.WithoutCancel(t.Context()))
		}
		topic.Close()
	})
	return topic
}

func topicName(t *testing.T) string {
	name := strings.NewReplacer("/", "-", " ", "-", "=", "-", ",", "").Replace(t.Name())
	return fmt.Sprintf("%.200s-%x", name, rand.Uint64())
}

// fake starts a broker that ends with the test.
func fake(t *testing.T, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func create(t *testing.T, topic *stream.Topic, partitions int) {
	t.Helper()
	if err := topic.Retry(t.Context(), "create", func(ctx context.Context) error { return topic.Create(ctx, partitions, 0) }); err != nil {
		t.Fatal(err)
	}
}

// messages makes n messages with the values from-1, from, …: enough bytes for
// several requests when n is large.
func messages(from, n int) []stream.Message {
	m := make([]stream.Message, n)
	for i := range m {
		id := from + i
		m[i] = stream.Message{
			Key:     fmt.Appendf(nil, "%d", 2_018_000_000+id/2),
			Value:   fmt.Appendf(nil, "%d %s", id, strings.Repeat("x", 400)),
			Headers: []stream.Header{{Key: "hotspot", Value: fmt.Appendf(nil, "1 %d", id)}},
		}
	}
	return m
}

func write(t *testing.T, topic *stream.Topic, m []stream.Message) {
	t.Helper()
	if err := topic.NewWriter().Write(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// oneByOne hands out the messages of a Reader one at a time.
type oneByOne struct {
	*stream.Reader
	holes bool // they are handed out, too
	queue []stream.Message
}

func readerAt(topic *stream.Topic, partition int, offset int64) *oneByOne {
	return &oneByOne{Reader: topic.NewReader(partition, offset)}
}

func (r *oneByOne) Next(ctx context.Context) (m stream.Message, err error) {
	for {
		if len(r.queue) == 0 {
			if r.queue, err = r.Reader.Next(ctx); err != nil {
				return m, err
			}
		}
		m, r.queue = r.queue[0], r.queue[1:]
		if !m.Hole || r.holes {
			return m, nil
		}
	}
}

// last returns the last record of a partition.
func last(t *testing.T, topic *stream.Topic, partition int) (stream.Message, bool) {
	t.Helper()
	ranges, err := topic.Ranges(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m, ok, err := topic.Before(t.Context(), partition, ranges[partition], ranges[partition].End)
	if err != nil {
		t.Fatal(err)
	}
	return m, ok
}

// readAll reads a partition from an offset to the end of its log.
func readAll(t *testing.T, topic *stream.Topic, partition int, from int64) []stream.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	ranges, err := topic.Ranges(ctx)
	if err != nil {
		t.Fatal(err)
	}
	r := readerAt(topic, partition, from)
	defer r.Close()
	var all []stream.Message
	for next := from; next < ranges[partition].End; {
		m, err := r.Next(ctx)
		if err != nil {
			t.Fatalf("Next after %d messages: %v", len(all), err)
		}
		all = append(all, m)
		next = m.Offset + 1
	}
	if end := r.End(); end != ranges[partition].End {
		t.Errorf("End() = %d, want %d", end, ranges[partition].End)
	}
	return all
}

// logged is a log that a test reads.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newLogged() (*logged, *slog.Logger) {
	l := &logged{}
	return l, slog.New(slog.NewTextHandler(l, nil))
}
