package stream_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/platform/cause"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

func openIn(l *testkit.Lab, log *slog.Logger, onState func(error)) *stream.Topic {
	l.T.Helper()
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	topic, err := stream.Open(stream.Config{Topic: "t", Dial: l.Net.DialContext, OnState: onState}, log)
	if err != nil {
		l.T.Fatal(err)
	}
	return topic
}

// firsts returns the values of messages without those seen before.
func firsts(m []stream.Message) []string {
	seen := map[string]bool{}
	var all []string
	for _, m := range m {
		if v := string(m.Value); !seen[v] {
			seen[v] = true
			all = append(all, v)
		}
	}
	return all
}

// checkNoHole checks that every partition holds what was sent to it, in order;
// repetitions are allowed.
func checkNoHole(t *testing.T, topic *stream.Topic, sent []stream.Message, partitions int) {
	t.Helper()
	for p := range partitions {
		var want []string
		for _, m := range sent {
			if stream.Partition(m.Key, partitions) == p {
				want = append(want, string(m.Value))
			}
		}
		got := firsts(readAll(t, topic, p, 0))
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Fatalf("partition %d: %d different messages, want %d; the first difference is at %d", p, len(got), len(want), i)
			}
		}
	}
}

// K21, and what a lost acknowledgement does: faults longer than any client's
// own patience.
func TestWriterSkipsNothing(t *testing.T) {
	for _, tt := range []struct {
		name       string
		each       int // rows of one Write
		partitions int
		fault      kfake.Fault
		burst      time.Duration
	}{
		{"K21 not leader, 400 ms, requests of many rows", 2000, 1, kfake.Fault{Err: kerr.NotLeaderForPartition, Count: -1}, 400 * time.Millisecond},
		{"K21 not leader, 20 s, 3 partitions", 2000, 3, kfake.Fault{Err: kerr.NotLeaderForPartition, Count: -1}, 20 * time.Second},
		{"K21 not leader, row by row", 1, 1, kfake.Fault{Err: kerr.NotLeaderForPartition, Count: -1}, 400 * time.Millisecond},
		{"K08 appended, not acknowledged, requests of many rows", 2000, 1, kfake.Fault{Err: kerr.RequestTimedOut, Count: -1}, 400 * time.Millisecond},
		{"K08 appended, not acknowledged, 3 partitions", 2000, 3, kfake.Fault{Err: kerr.NotEnoughReplicasAfterAppend, Count: -1}, time.Second},
		{"K08 appended, not acknowledged, row by row", 1, 1, kfake.Fault{Err: kerr.RequestTimedOut, Count: -1}, 400 * time.Millisecond},
		{"storage error", 2000, 1, kfake.Fault{Err: kerr.KafkaStorageError, Count: -1}, time.Second},
		{"one partition of 3 is away", 2000, 3, kfake.Fault{Err: kerr.NotLeaderForPartition, Partitions: []int32{1}, Count: -1}, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
				l.Start()
				topic := openIn(l, nil, nil)
				defer topic.Close()
				create(t, topic, tt.partitions)
				w := topic.NewWriter()
				sent := messages(0, 60)
				if tt.each > 1 {
					sent = messages(0, 6*tt.each)
				}
				for i := 0; i < len(sent); i += tt.each {
					if i%(len(sent)/3) == 0 {
						tt.fault.Keys = []kmsg.Key{kmsg.Produce}
						h := l.Broker.Fault(tt.fault)
						time.AfterFunc(tt.burst, func() {
							h.Remove()
							if h.Hits() < 3 {
								t.Errorf("the fault was hit %d times", h.Hits())
							}
						})
					}
					if err := w.Write(t.Context(), sent[i:i+tt.each]); err != nil {
						t.Fatal(err)
					}
				}
				checkNoHole(t, topic, sent, tt.partitions)
			})
		})
	}
}

// Several requests of one Write, of which the first does not go in, leaves
// nothing behind it: the last record of a partition would hide the hole.
func TestWriterKeepsThePrefixWhenItGivesUp(t *testing.T) {
	testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
		l.Start()
		topic := openIn(l, nil, nil)
		defer topic.Close()
		create(t, topic, 1)
		n := 0
		l.Broker.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotLeaderForPartition, Count: -1, When: func(kmsg.Request) bool {
			n++
			return n >= 3 // the first two requests of four go in
		}})
		w := topic.NewWriter()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		sent := messages(0, 9000)
		if err := w.Write(ctx, sent); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Write = %v, want the end of its context", err)
		}
		got := readAll(t, topic, 0, 0)
		if len(got) == 0 || len(got) == len(sent) {
			t.Fatalf("%d messages are in, want some", len(got))
		}
		checkNoHole(t, topic, sent[:len(got)], 1)
	})
}

// A Write that never learned how many partitions there are must not make the
// next one believe that there are none, and so nothing to send.
func TestWriterThatFoundNoBrokerAcknowledgesNothing(t *testing.T) {
	testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
		topic := openIn(l, nil, nil)
		defer topic.Close()
		w := topic.NewWriter()
		for n := range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := w.Write(ctx, messages(0, 1)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Write %d without a broker = %v, want the end of its context", n+1, err)
			}
		}
	})
}

// K19 and G6: a broker that is away is waited for, quietly.
func TestAbsentBrokerIsWaitedFor(t *testing.T) {
	for _, tt := range []struct {
		name  string
		start bool // the broker is there at first
	}{{"K19 at the start", false}, {"K20 in the middle", true}} {
		t.Run(tt.name, func(t *testing.T) {
			testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
				out, log := newLogged()
				var mu sync.Mutex
				var states []bool
				topic := openIn(l, log, func(outage error) {
					mu.Lock()
					defer mu.Unlock()
					states = append(states, outage == nil)
				})
				defer topic.Close()
				w := topic.NewWriter()
				r := readerAt(topic, 0, 0)
				defer r.Close()
				next := func(n int) {
					t.Helper()
					for range n {
						if m, err := r.Next(t.Context()); err != nil || string(m.Value) != string(messages(int(m.Offset), 1)[0].Value) {
							t.Fatalf("Next = %.10s, %v", m.Value, err)
						}
					}
				}
				if tt.start {
					l.Start()
					create(t, topic, 1)
					if err := w.Write(t.Context(), messages(0, 3)); err != nil {
						t.Fatal(err)
					}
					next(3)
					l.Stop()
				}
				began := time.Now()
				time.AfterFunc(10*time.Minute, l.Start)
				from := 3
				if !tt.start {
					create(t, topic, 1)
					from = 0
				}
				if err := w.Write(t.Context(), messages(from, 3)); err != nil {
					t.Fatal(err)
				}
				next(3)
				if after := time.Since(began) - 10*time.Minute; after < 0 || after > 2*time.Second {
					t.Errorf("written and read %s after the broker was back, want 2s at most", after)
				}
				synctest.Wait()
				if n := strings.Count(out.String(), "broker unreachable"); n != 1 {
					t.Errorf("%d lines say that the broker is unreachable, want 1:\n%s", n, out)
				}
				if strings.Contains(out.String(), "kafka.(") {
					t.Errorf("a line names functions of kafka-go:\n%s", out)
				}
				if n := strings.Count(out.String(), "broker reachable again"); n != 1 {
					t.Errorf("%d lines say that it is back, want 1:\n%s", n, out)
				}
				mu.Lock()
				defer mu.Unlock()
				last := len(states) - 1 // a reader may see the broker before the topic is made
				if last < 1 || last > 2 || slices.Contains(states[:last], true) || !states[last] {
					t.Errorf("OnState heard %v, want false, perhaps false again, true:\n%s", states, out)
				}
			})
		})
	}
}

// A broker that takes a request and never answers must not hold up the end.
func TestEndComesWhileABrokerHangs(t *testing.T) {
	testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
		l.Start()
		topic := openIn(l, nil, nil)
		create(t, topic, 1)
		l.Broker.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
			l.Broker.KeepControl()
			return nil, nil, true // read, and never answered
		})
		w := topic.NewWriter()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if err := w.Write(ctx, messages(0, 1)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Write = %v, want the end of its context", err)
		}
		topic.Close() // the bubble fails when a goroutine outlives this
		if took := time.Since(began); took > time.Second {
			t.Errorf("the end took %s, want none after the context's", took)
		}
	})
}

func TestWriterEndsWhenItsTopicIsGone(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after func(l *testkit.Lab)
		want  string
	}{
		{"K13 deleted", func(*testkit.Lab) {}, "topic t is gone"},
		{"K13 deleted and re-created", func(l *testkit.Lab) {
			other := openIn(l, nil, nil)
			defer other.Close()
			create(l.T, other, 1)
		}, "--fresh"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
				l.Start()
				topic := openIn(l, nil, nil)
				defer topic.Close()
				create(t, topic, 1)
				w := topic.NewWriter()
				if err := w.Write(t.Context(), messages(0, 3)); err != nil {
					t.Fatal(err)
				}
				if err := topic.Delete(t.Context()); err != nil {
					t.Fatal(err)
				}
				tt.after(l)
				if err := w.Write(t.Context(), messages(3, 3)); !cause.Final(err) || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("Write = %v, want a fatal error with %q", err, tt.want)
				}
			})
		})
	}
}

func TestReaderSaysWhenItsOffsetIsOutsideTheLog(t *testing.T) {
	topic := open(t)
	create(t, topic, 1)
	write(t, topic, messages(0, 20))
	testkit.DeleteBefore(t, stream.Brokers(topic), topic.Name(), 0, 10)
	for _, tt := range []struct {
		name   string
		offset int64
		err    error
	}{
		{"K12 expired", 5, stream.ErrOutOfRange},
		{"K14 beyond the end", 21, stream.ErrOutOfRange},
		{"the first that is left", 10, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := readerAt(topic, 0, tt.offset)
			defer r.Close()
			m, err := r.Next(t.Context())
			if !errors.Is(err, tt.err) || err == nil && m.Offset != tt.offset {
				t.Errorf("Next = offset %d, %v, want %v", m.Offset, err, tt.err)
			}
			if _, again := r.Next(t.Context()); err != nil && !errors.Is(again, err) {
				t.Errorf("Next again = %v, want %v", again, err)
			}
		})
	}
}
