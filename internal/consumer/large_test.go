package consumer_test

import (
	"bytes"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/testkit"
)

// K18: a topic takes longer messages than our producer sends, and somebody
// sends one: it is set aside whole, and blocks nothing.
func TestALongMessageIsADeadLetterAndBlocksNothing(t *testing.T) {
	good := rows(t, 2*size, 1, "Test")
	want := clean(t, good, 2)
	top, c := topic(t, 1)
	if err := top.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Kafka.Brokers...), kgo.ProducerBatchMaxBytes(8<<20), kgo.MaxBufferedBytes(64<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	longest := "6291456"
	config := kmsg.NewCreateTopicsRequestTopicConfig()
	config.Name, config.Value = "max.message.bytes", &longest
	of := kmsg.NewCreateTopicsRequestTopic()
	of.Topic, of.NumPartitions, of.ReplicationFactor, of.Configs = top.Name(), 1, 1, append(of.Configs, config)
	req := kmsg.NewPtrCreateTopicsRequest()
	req.Topics = append(req.Topics, of)
	if _, err := req.RequestWith(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	send(t, top, good[:50]...)
	const length = 5 << 20
	long := &kgo.Record{Topic: top.Name(), Value: bytes.Repeat([]byte("long"), length/4)}
	if err := client.ProduceSync(t.Context(), long).FirstErr(); err != nil {
		t.Fatal(err)
	}
	send(t, top, good[50:]...)
	if err := consume(t, c, 2); err != nil {
		t.Fatal(err)
	}
	testkit.SameFolder(t, want, c.Dir)
	letters := deadLetters(t, c.Dir)
	if len(letters) != 1 || letters[0].Reason != "no-row-header" || len(letters[0].Value) != length {
		t.Errorf("%d dead letters", len(letters))
	}
}
