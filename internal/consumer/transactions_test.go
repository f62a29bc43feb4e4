package consumer_test

import (
	"context"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// record is a message as another client sends it.
func record(topic string, m stream.Message) *kgo.Record {
	r := &kgo.Record{Topic: topic, Key: m.Key, Value: m.Value}
	for _, h := range m.Headers {
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	return r
}

// Rows that come in transactions of another client, between others that it
// aborts: only what was committed counts, and the markers stop nothing.
func TestTransactionsOfAnotherClient(t *testing.T) {
	good, other := rows(t, 2*size+50, 1, "Test"), rows(t, 2*size, 2, "Other")
	want := clean(t, good, 2)
	top, c := topic(t, 1)
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Kafka.Brokers...), kgo.TransactionalID(top.Name()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	in := func(commit kgo.TransactionEndTry, messages []stream.Message) {
		t.Helper()
		if err := client.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			client.Produce(t.Context(), record(top.Name(), m), nil)
		}
		if err := client.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := client.EndTransaction(t.Context(), commit); err != nil {
			t.Fatal(err)
		}
	}
	in(kgo.TryAbort, other[:30])
	in(kgo.TryCommit, good[:size])
	in(kgo.TryAbort, other[size-10:size+50]) // would be rows of the open batch
	in(kgo.TryCommit, good[size:])
	in(kgo.TryAbort, other[size:])

	if err := consume(t, c, 1); err != nil {
		t.Fatal(err)
	}
	if err := consume(t, c, 2); err != nil {
		t.Fatal(err)
	}
	testkit.SameFolder(t, want, c.Dir)
	if letters := deadLetters(t, c.Dir); len(letters) > 0 {
		t.Errorf("dead letters of an aborted transaction: %+v", letters)
	}
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	c.Events.Progress = func(p consumer.Progress) {
		if p.State == batch.Waiting && p.Lag == 0 && p.Rows == 50 {
			cancel() // it stands at the end, behind the last marker
		}
	}
	if err := consumer.Run(ctx, testkit.Log(t), c); err != nil || context.Cause(ctx) != context.Canceled {
		t.Errorf("behind the markers: %v; %s", err, status(t, c.Dir))
	}
	if s := status(t, c.Dir); !strings.Contains(s, `"duplicates":0`) {
		t.Errorf("it read again what it had: %s", s)
	}
}
