package consumer_test

import (
	"fmt"
	"testing"

	"github.com/segmentio/kafka-go"

	"hotspot/internal/consumer"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// grow gives the topic more partitions.
func grow(t *testing.T, c stream.Config, partitions int) {
	t.Helper()
	client := &kafka.Client{Addr: kafka.TCP(c.Brokers...), Transport: &kafka.Transport{}}
	defer client.Transport.(*kafka.Transport).CloseIdleConnections()
	res, err := client.CreatePartitions(t.Context(), &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{{Name: c.Topic, Count: int32(partitions)}}})
	if err != nil || res.Errors[c.Topic] != nil {
		t.Fatal(err, res)
	}
}

// Partitions are added to the topic while the consumer runs, and the producer,
// started again, sends to them. The consumer takes them up and goes on: the
// batches are those of a topic that nobody touched.
func TestPartitionsThatAreAddedWhileItRunsAreTakenUp(t *testing.T) {
	const batches = 5
	input := testkit.Generated(t, batches*size+30)
	produce := func(c consumer.Config, limit int64) {
		t.Helper()
		_, err := producer.Run(t.Context(), testkit.Log(t), producer.Config{Kafka: c.Kafka, Options: producer.Options{Input: input, Limit: limit}})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, clean := topic(t, 1)
	produce(clean, 0)
	if err := consume(t, clean, batches); err != nil {
		t.Fatal(err)
	}
	for _, counts := range [][2]int{{1, 3}, {2, 5}} {
		t.Run(fmt.Sprintf("%d to %d", counts[0], counts[1]), func(t *testing.T) {
			_, c := topic(t, counts[0])
			c.GapTimeout = testkit.Patience // no row is missing but on a slow machine
			read := make(chan struct{}, 1)
			c.Events.Progress = func(p consumer.Progress) {
				if p.Next > 2*size+50 {
					select {
					case read <- struct{}{}:
					default:
					}
				}
			}
			done := make(chan error, 1)
			go func() { done <- consume(t, c, batches) }()
			produce(c, 2*size+50)
			select {
			case <-read:
			case err := <-done:
				t.Fatal(err)
			}
			grow(t, c.Kafka, counts[1])
			produce(c, 0)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			testkit.SameFolder(t, clean.Dir, c.Dir)
			if m := manifest(t, c.Dir, batches); len(m.Transport.Next) != counts[1] {
				t.Errorf("positions %v, want one for each of %d partitions", m.Transport.Next, counts[1])
			}
			if letters := deadLetters(t, c.Dir); len(letters) != 0 {
				t.Errorf("dead letters %+v", letters)
			}
		})
	}
}
