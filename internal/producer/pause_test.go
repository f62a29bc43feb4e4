package producer_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/producer"
	"hotspot/internal/testkit"
)

// paced runs a producer in simulated time and returns when each row reached
// the broker, counted from the first.
func paced(t *testing.T, rows int, min, max time.Duration, seed uint64, latency time.Duration) (at []time.Duration) {
	t.Helper()
	input := write(t, "", csv(1, rows))
	testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
		l.Start()
		var first time.Time
		l.Broker.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
			l.Broker.KeepControl()
			if first.IsZero() {
				first = time.Now()
			}
			at = append(at, time.Since(first))
			time.Sleep(latency)
			return nil, nil, false
		})
		c := producer.Config{AreaFlags: denver, Kafka: l.Kafka()}
		c.Input, c.SleepMin, c.SleepMax, c.SleepSeed = input, min, max, &seed
		run(t, c)
	})
	return at
}

func TestPausesAreUniformAndRepeatable(t *testing.T) {
	testkit.FakeOnly(t)
	const n, least, greatest = 3000, 2 * time.Millisecond, 6 * time.Millisecond
	a, b, c := paced(t, n, least, greatest, 1, 0), paced(t, n, least, greatest, 1, 0), paced(t, n, least, greatest, 2, 0)
	if len(a) != n || len(b) != n {
		t.Fatalf("%d and %d requests, want one for each of %d rows", len(a), len(b), n)
	}
	quarters := [4]int{}
	same := 0
	for i := 1; i < n; i++ {
		pause := a[i] - a[i-1]
		if pause < least || pause > greatest {
			t.Fatalf("pause %d is %s", i, pause)
		}
		if a[i] != b[i] {
			t.Fatalf("row %d came after %s, and with the same seed after %s", i, a[i], b[i])
		}
		if a[i] == c[i] {
			same++
		}
		quarters[min(3, int(4*(pause-least)/(greatest-least)))]++
	}
	for q, k := range quarters {
		if k < n/4-120 || k > n/4+120 { // 5 standard deviations of a binomial (3000, 1/4)
			t.Errorf("%d pauses in quarter %d, want about %d", k, q, n/4)
		}
	}
	if same > n/100 {
		t.Errorf("%d of %d rows came at the same time with another seed", same, n)
	}
}

// The time that writing takes is part of the pause, not added to it.
func TestPausesDoNotDrift(t *testing.T) {
	testkit.FakeOnly(t)
	at := paced(t, 1001, 10*time.Millisecond, 10*time.Millisecond, 1, 4*time.Millisecond)
	if got := at[1000]; got != 10*time.Second {
		t.Errorf("1,000 pauses of 10 ms took %s, want 10s", got)
	}
	// Writing that takes longer than the pauses sets the pace.
	at = paced(t, 501, time.Millisecond, time.Millisecond, 1, 4*time.Millisecond)
	if got := at[500]; got != 2*time.Second {
		t.Errorf("500 rows at 4 ms each took %s, want 2s", got)
	}
}

func TestStopLosesNothingThatWasAcknowledged(t *testing.T) {
	testkit.FakeOnly(t)
	input := write(t, "", csv(1, 5000))
	for _, tt := range []struct {
		name  string
		pause time.Duration
		after time.Duration
		rows  int64
	}{
		{"during a pause", time.Hour, 150 * time.Minute, 3},
		{"while a row is on its way", 10 * time.Millisecond, 1003 * time.Millisecond, 101},
	} {
		t.Run(tt.name, func(t *testing.T) {
			testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
				l.Start()
				l.Broker.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
					l.Broker.KeepControl()
					time.Sleep(5 * time.Millisecond)
					return nil, nil, false
				})
				ctx, cancel := context.WithTimeout(t.Context(), tt.after)
				defer cancel()
				c := producer.Config{AreaFlags: denver, Kafka: l.Kafka()}
				c.Input, c.SleepMin, c.SleepMax = input, tt.pause, tt.pause
				began := time.Now()
				s, err := producer.Run(ctx, slog.New(slog.DiscardHandler), c)
				if err != nil || !s.Stopped || s.Acknowledged != tt.rows || s.Sent != tt.rows {
					t.Errorf("Run = %+v, %v; want it stopped after %d rows", s, err, tt.rows)
				}
				if late := time.Since(began) - tt.after; late > 10*time.Millisecond {
					t.Errorf("it took %s to stop", late)
				}
				check(l, int(tt.rows))
			})
		})
	}
}

func TestProgressEndsWithTheWholeFile(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = write(t, "", csv(1, 3000))
	var last producer.Progress
	c.OnProgress = func(p producer.Progress) { last = p }
	run(t, c)
	if want := (producer.Progress{Row: 3000, Acknowledged: 3000, Bytes: int64(len(csv(1, 3000))), Size: int64(len(csv(1, 3000)))}); last != want {
		t.Errorf("last progress = %+v, want %+v", last, want)
	}
}

// The run may end while the caller is being told something older.
func TestProgressEndsWithTheWholeFileWhoeverIsSlow(t *testing.T) {
	testkit.FakeOnly(t)
	input := write(t, "", csv(1, 3))
	testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
		l.Start()
		c := producer.Config{AreaFlags: denver, Kafka: l.Kafka()}
		c.Input, c.SleepMin, c.SleepMax = input, 200*time.Millisecond, 200*time.Millisecond
		var last producer.Progress
		c.OnProgress = func(p producer.Progress) {
			last = p
			time.Sleep(10 * time.Second)
		}
		run(t, c)
		if last.Acknowledged != 3 {
			t.Errorf("last progress = %+v, want 3 acknowledged", last)
		}
	})
}
