package producer_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/platform/cause"
	"hotspot/internal/platform/usage"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

func check(l *testkit.Lab, rows int) (repeated int) {
	l.T.Helper()
	c := l.Kafka()
	c.Brokers = []string{"127.0.0.1:9092"}
	return checkTopic(l.T, dump(l.T, c, kgo.Dialer(l.Net.DialContext)), rows, "untitled", false)
}

// K21 and lost acknowledgements: bursts longer than a client's own patience.
func TestFaultsOfTheBrokerSkipNoRow(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault kfake.Fault
		again bool // rows may come again
	}{
		{"K21 not leader", kfake.Fault{Err: kerr.NotLeaderForPartition}, false},
		{"K08 appended, not acknowledged", kfake.Fault{Err: kerr.RequestTimedOut}, true},
		{"K08 appended, too few replicas", kfake.Fault{Err: kerr.NotEnoughReplicasAfterAppend}, true},
	} {
		for _, partitions := range []int{1, 3} {
			for _, pause := range []time.Duration{0, 5 * time.Millisecond} {
				t.Run(fmt.Sprintf("%s, %d partitions, pause %s", tt.name, partitions, pause), func(t *testing.T) {
					rows := 9000
					if pause > 0 {
						rows = 500
					}
					input := write(t, "", csv(1, rows))
					testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
						l.Start()
						requests, bursts := 0, 0
						every := map[bool]int{true: 3, false: 200}[pause == 0]
						l.Broker.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
							l.Broker.KeepControl()
							if requests++; requests%every == 2 && bursts < 4 {
								bursts++
								f := tt.fault
								f.Keys, f.Count = []kmsg.Key{kmsg.Produce}, -1
								time.AfterFunc(400*time.Millisecond, l.Broker.Fault(f).Remove)
							}
							return nil, nil, false
						})
						c := producer.Config{AreaFlags: denver, Kafka: l.Kafka()}
						c.Input, c.Partitions, c.SleepMax = input, partitions, pause
						if s := run(t, c); s.Acknowledged != int64(rows) {
							t.Errorf("%d rows acknowledged, want %d", s.Acknowledged, rows)
						}
						if again := check(l, rows); (again > 0) != tt.again || bursts == 0 {
							t.Errorf("%d rows came again in %d bursts", again, bursts)
						}
					})
				})
			}
		}
	}
}

// A producer that ends while one partition is ahead of the others goes on
// without a hole, again and again.
func TestStoppedInTheMiddleOfARequestGoesOn(t *testing.T) {
	const rows = 5000
	for _, partitions := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d partitions", partitions), func(t *testing.T) {
			input := write(t, "", csv(1, rows))
			testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
				l.Start()
				c := producer.Config{AreaFlags: denver, Kafka: l.Kafka()}
				c.Input, c.Partitions = input, partitions
				stopped := 0
				for n := 1; ; n++ {
					ctx, cancel := context.WithCancel(t.Context())
					requests := 0
					h := l.Broker.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotLeaderForPartition, Count: -1, When: func(kmsg.Request) bool {
						if requests++; requests > n%5 { // from here on nothing goes in
							cancel()
							return true
						}
						return false
					}})
					s, err := producer.Run(ctx, slog.New(slog.DiscardHandler), c)
					h.Remove()
					cancel()
					if err != nil {
						t.Fatal(err)
					}
					if !s.Stopped {
						break
					}
					stopped++
				}
				if again := check(l, rows); again != 0 || stopped < 3 {
					t.Errorf("stopped %d times, %d rows came again", stopped, again)
				}
			})
		})
	}
}

// Rows that one partition lacks are not sent before the source is proven up to
// the last row of the others.
func TestNothingIsSentOfASourceThatIsNotProven(t *testing.T) {
	input := write(t, "", csv(1, 40))
	testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
		l.Start()
		h := l.Broker.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Partitions: []int32{2}, Err: kerr.NotLeaderForPartition, Count: -1})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		c := producer.Config{AreaFlags: denver, Kafka: l.Kafka()}
		c.Input, c.Partitions = input, 3
		if s, err := producer.Run(ctx, slog.New(slog.DiscardHandler), c); err != nil || !s.Stopped {
			t.Fatalf("Run = %+v, %v", s, err)
		}
		h.Remove()
		write(t, input, bytes.Replace(csv(1, 40), []byte(row(20, "")[1]), []byte("7"), 1))
		if s := refuse(t, c, "source changed at row"); s.Sent != 0 {
			t.Errorf("%d rows were sent all the same", s.Sent)
		}
		write(t, input, csv(1, 40))
		if s := run(t, c); s.Sent == 0 || s.Sent >= 40 {
			t.Errorf("%d rows sent, want those of the partition that lacks them", s.Sent)
		}
		if again := check(l, 40); again != 0 {
			t.Errorf("%d rows came again", again)
		}
	})
}

// Partitions that are added while some rows are missing: a row can then lie
// before the last one of the partition to which its key belongs now, and not
// be there.
func TestAddedPartitionsHideNoHole(t *testing.T) {
	input := write(t, "", csv(1, 200))
	testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
		l.Start()
		h := l.Broker.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Partitions: []int32{1}, Err: kerr.NotLeaderForPartition, Count: -1})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		c := producer.Config{AreaFlags: denver, Kafka: l.Kafka()}
		c.Input, c.Partitions = input, 2
		if s, err := producer.Run(ctx, slog.New(slog.DiscardHandler), c); err != nil || !s.Stopped {
			t.Fatalf("Run = %+v, %v", s, err)
		}
		h.Remove()
		brokers := c.Kafka
		brokers.Brokers = []string{"127.0.0.1:9092"}
		addPartitions(t, brokers, 3, kgo.Dialer(l.Net.DialContext))
		run(t, c)
		if s := run(t, c); s.Sent != 0 {
			t.Errorf("%d rows sent by the run after", s.Sent)
		}
		rows := map[int64]bool{}
		for _, part := range dump(t, brokers, kgo.Dialer(l.Net.DialContext)) {
			for _, r := range part {
				rows[r.row] = true
			}
		}
		if len(rows) != 200 {
			t.Errorf("%d different rows, want 200", len(rows))
		}
	})
}

func TestAbsentBrokerIsWaitedFor(t *testing.T) {
	for _, tt := range []struct {
		name string
		away time.Duration // from when on the broker is away, for 10 minutes
	}{{"K19 at the start", 0}, {"K20 in the middle", 2 * time.Second}} {
		t.Run(tt.name, func(t *testing.T) {
			input := write(t, "", csv(1, 600))
			testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
				if tt.away > 0 {
					l.Start()
				}
				began := time.Now()
				time.AfterFunc(tt.away, func() {
					l.Stop()
					time.AfterFunc(10*time.Minute, l.Start)
				})
				c := producer.Config{AreaFlags: denver, Kafka: l.Kafka()}
				c.Input, c.SleepMin, c.SleepMax = input, 10*time.Millisecond, 10*time.Millisecond
				run(t, c)
				// 6 s of rows, of which at most 1 s may be made up for; 2 s until the broker is found again
				if took := time.Since(began); took < 10*time.Minute+4900*time.Millisecond || took > 10*time.Minute+8*time.Second {
					t.Errorf("took %s", took)
				}
				check(l, 600)
			})
		})
	}
}

func TestReadinessFollowsTheBroker(t *testing.T) {
	testkit.FakeOnly(t)
	address := testkit.FreeAddress(t)
	c := producer.Config{AreaFlags: denver, Kafka: stream.Config{Brokers: []string{address}}, MetricsListen: testkit.FreeAddress(t)}
	c.Input, c.SleepMin, c.SleepMax = write(t, "", csv(1, 100)), time.Second, time.Second
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := producer.Run(ctx, slog.New(slog.DiscardHandler), c)
		done <- err
	}()
	await := func(path, want string) {
		t.Helper()
		testkit.Eventually(t, path+" says "+want, func() bool {
			status, body := testkit.Get("http://" + c.MetricsListen + path)
			return strings.Contains(fmt.Sprintf("%d %s", status, body), want)
		})
	}
	await("/readyz", `503 {"ready":false,"reason":"broker_away: `)
	await("/healthz", "200")
	b, err := kfake.NewCluster(kfake.Ports(testkit.PortOf(t, address)))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	await("/readyz", "200")
	await("/metrics", "hotspot_producer_acknowledged_total 1\n")
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run = %v", err)
	}
	http.DefaultClient.CloseIdleConnections()
	taken, err := net.Listen("tcp", c.MetricsListen)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if _, err := producer.Run(t.Context(), slog.New(slog.DiscardHandler), c); err == nil || !strings.Contains(err.Error(), "--metrics-listen") {
		t.Errorf("Run with a taken --metrics-listen = %v", err)
	}
}

// K18
func TestMessageThatTheBrokerNeverTakesEndsTheRun(t *testing.T) {
	testkit.FakeOnly(t)
	b := fake(t, kfake.BrokerConfigs(map[string]string{"message.max.bytes": "300"}))
	c := producer.Config{AreaFlags: denver, Kafka: stream.Config{Brokers: b.ListenAddrs()}}
	c.Input = write(t, "", csv(1, 5))
	_, err := producer.Run(t.Context(), slog.New(slog.DiscardHandler), c)
	if !cause.Final(err) || !strings.Contains(err.Error(), "max.message.bytes") || usage.Is(err) {
		t.Errorf("Run = %v, want a fatal error that is none of usage", err)
	}
}
