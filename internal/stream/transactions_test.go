package stream_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// transaction is another client's, which writes to partition 0.
type transaction struct {
	t      *testing.T
	client *kgo.Client
	topic  string
}

func begin(t *testing.T, topic *stream.Topic, id string) *transaction {
	t.Helper()
	x := &transaction{t: t, topic: topic.Name(), client: client(t, topic, kgo.TransactionalID(topic.Name()+id), kgo.RecordPartitioner(kgo.ManualPartitioner()))}
	x.again()
	return x
}

func (x *transaction) again() {
	x.t.Helper()
	if err := x.client.BeginTransaction(); err != nil {
		x.t.Fatal(err)
	}
}

func (x *transaction) write(values ...string) *transaction {
	x.t.Helper()
	for _, v := range values {
		if err := x.client.ProduceSync(x.t.Context(), &kgo.Record{Topic: x.topic, Value: []byte(v)}).FirstErr(); err != nil {
			x.t.Fatal(err)
		}
	}
	return x
}

func (x *transaction) end(commit kgo.TransactionEndTry) {
	x.t.Helper()
	if err := x.client.EndTransaction(x.t.Context(), commit); err != nil {
		x.t.Fatal(err)
	}
}

func texts(values ...string) (m []stream.Message) {
	for _, v := range values {
		m = append(m, stream.Message{Value: []byte(v)})
	}
	return m
}

// visible reads until the reader stands at the end of what may be seen.
func visible(t *testing.T, topic *stream.Topic, from int64) (values []string, holes int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	r := readerAt(topic, 0, from)
	r.holes = true
	defer r.Close()
	for {
		m, err := r.Next(ctx)
		if err != nil {
			t.Fatalf("%v after %q", err, values)
		}
		if m.Hole {
			holes++
		} else {
			values = append(values, string(m.Value))
		}
		if m.Offset+1 >= r.End() {
			return values, holes
		}
	}
}

func TestRecordsOfAbortedTransactionsAreNotThere(t *testing.T) {
	topic := open(t)
	create(t, topic, 1)
	write(t, topic, texts("a", "b"))
	one := begin(t, topic, "-1").write("lost 1", "lost 2")
	two := begin(t, topic, "-2").write("c")
	one.write("lost 3")
	two.write("d")
	one.end(kgo.TryAbort)
	two.end(kgo.TryCommit)
	one.again()
	one.write("e").end(kgo.TryCommit) // the producer of the aborted one
	write(t, topic, texts("f"))
	one.again()
	one.write("lost 4").end(kgo.TryAbort)

	want := []string{"a", "b", "c", "d", "e", "f"}
	got, holes := visible(t, topic, 0)
	for began := time.Now(); holes == 0 && time.Since(began) < 5*time.Second; { // Apache Kafka writes the marker a moment after it said so
		got, holes = visible(t, topic, 0)
	}
	if !slices.Equal(got, want) || holes == 0 {
		t.Errorf("read %q with %d holes, want %q and a hole at the end", got, holes, want)
	}
	got, _ = visible(t, topic, 3) // in the middle of what was aborted
	if !slices.Equal(got, want[2:]) {
		t.Errorf("from offset 3 read %q, want %q", got, want[2:])
	}
	if m, found := last(t, topic, 0); !found || string(m.Value) != "f" {
		t.Errorf("the last record is %q, %t; want f, which stands before what was aborted", m.Value, found)
	}
	var scanned []string
	if err := topic.Scan(t.Context(), 0, 0, 1<<40, func(m stream.Message) error { scanned = append(scanned, string(m.Value)); return nil }); err != nil || !slices.Equal(scanned, want) {
		t.Errorf("Scan = %q, %v", scanned, err)
	}
}

func TestAnOpenTransactionIsWaitedForAndThenSeenWhole(t *testing.T) {
	topic := open(t)
	create(t, topic, 1)
	write(t, topic, texts("a"))
	x := begin(t, topic, "").write("b", "c")
	write(t, topic, texts("d"))
	got, _ := visible(t, topic, 0)
	if !slices.Equal(got, []string{"a"}) {
		t.Fatalf("read %q while the transaction is open, want a only", got)
	}
	r := readerAt(topic, 0, 1)
	defer r.Close()
	x.end(kgo.TryCommit)
	for _, want := range []string{"b", "c", "d"} {
		ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
		m, err := r.Next(ctx)
		cancel()
		if err != nil || string(m.Value) != want {
			t.Fatalf("Next = %q, %v, want %s", m.Value, err, want)
		}
	}
}
