//go:build unix

package harness_test

import (
	"path/filepath"
	"testing"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// points are all places with a name at which a process can be told to die.
func points() (consumer, producer []string) {
	steps := []string{"open", "half", "written", "synced", "renamed", "dirsynced"}
	for _, kind := range []string{"csv", "manifest", "model"} {
		for _, step := range steps {
			consumer = append(consumer, kind+"."+step)
		}
	}
	for _, step := range []string{"open", "half", "written", "synced", "dirsynced"} {
		consumer = append(consumer, "deadletter."+step)
	}
	return append(consumer, "train.begin", "train.done"), []string{"message.sending", "message.acked"}
}

// G2: a process that dies at a named point leaves a folder on which the next
// one goes on to the same bytes. A point that is never reached is a failure:
// its name in this list, or the step in the program, has gone astray.
func TestDeathAtEveryNamedPoint(t *testing.T) {
	for _, by := range []batch.By{batch.ByRows, batch.ByDay} {
		t.Run(string(by), func(t *testing.T) { dieAtEveryPoint(t, undisturbedBy(t, by, 4*60, 60)) })
	}
}

func dieAtEveryPoint(t *testing.T, want reference) {
	atConsumer, atProducer := points()
	t.Cleanup(func() {
		t.Logf("%d points, each reached and died at", len(atConsumer)+len(atProducer))
	})
	kafka := testkit.Kafka(t)
	all := child{Broker: kafka.Brokers[0], Topic: kafka.Topic, Input: want.input, BatchBy: want.by, BatchSize: want.size, Batches: want.batches()}
	all.Role = "producer"
	poison(t, kafka)
	finish(t, all)
	for _, point := range atConsumer {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			c := all
			c.Role, c.Dir, c.Point, c.Times = "consumer", filepath.Join(t.TempDir(), "out"), point, 2
			w := watch(want, c.Dir)
			dies(t, c)
			if err := w.check(t); err != nil {
				t.Error(err)
			}
			c.Point = ""
			finish(t, c)
			w.complete(t)
			if n := deadLetters(t, c.Dir); n != 2 {
				t.Errorf("%d dead letters, want 2", n)
			}
		})
	}
	for _, point := range atProducer {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			kafka := testkit.Kafka(t)
			c := all
			c.Role, c.Broker, c.Topic, c.SleepMax = "producer", kafka.Brokers[0], kafka.Topic, time.Nanosecond
			c.Point, c.Times = point, 100
			dies(t, c)
			c.Point = ""
			finish(t, c)
			c.Role, c.Dir = "consumer", filepath.Join(t.TempDir(), "out")
			finish(t, c)
			watch(want, c.Dir).complete(t)
		})
	}
}

// dies runs a child that must kill itself at its point.
func dies(t *testing.T, c child) {
	t.Helper()
	p := start(t, c)
	if s := p.wait(); !killed(s) {
		t.Fatalf("%s was never reached: %s ended with %s\n%s", c.Point, c.Role, s, p.err.String())
	}
}

// poison makes the topic and writes two messages that are no rows.
func poison(t *testing.T, c stream.Config) {
	t.Helper()
	topic, err := stream.Open(c, testkit.Log(t))
	if err != nil {
		t.Fatal(err)
	}
	defer topic.Close()
	if err := topic.Create(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	w := topic.NewWriter()
	for _, value := range []string{"", "no row"} {
		if err := w.Write(t.Context(), []stream.Message{{Key: []byte("k"), Value: []byte(value)}}); err != nil {
			t.Fatal(err)
		}
	}
}
