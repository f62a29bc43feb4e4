package broker_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"hotspot/internal/platform/broker"
	"hotspot/internal/platform/durable"
	"hotspot/internal/stream"
)

func TestRemoveTakesTheBrokersDataAndNothingElse(t *testing.T) {
	data := filepath.Join(t.TempDir(), "broker")
	if err := broker.Remove(data); err != nil {
		t.Fatalf("Remove of a folder that is not there: %v", err)
	}
	start := func() (*broker.Broker, *stream.Topic) {
		b, err := broker.Start(broker.Config{Listen: "127.0.0.1:0", Data: data})
		if err != nil {
			t.Fatal(err)
		}
		topic, err := stream.Open(stream.Config{Brokers: []string{b.Addr()}, Topic: "t"}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return b, topic
	}
	b, topic := start()
	if err := topic.Create(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	if err := broker.Remove(data); !errors.As(err, new(*durable.LockedError)) {
		t.Errorf("Remove under a running broker = %v, want a LockedError", err)
	}
	topic.Close()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(data, "notes.txt")
	if err := os.WriteFile(mine, []byte("keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := broker.Remove(data); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Errorf("a file that is not the broker's: %v", err)
	}
	entries, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "notes.txt" && e.Name() != ".lock" {
			t.Errorf("%s is left", e.Name())
		}
	}
	b, topic = start()
	if _, err := topic.Ranges(t.Context()); !errors.Is(err, stream.ErrNoTopic) {
		t.Errorf("Ranges after Remove = %v, want ErrNoTopic", err)
	}
	topic.Close()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}
