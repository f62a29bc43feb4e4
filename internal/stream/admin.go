package stream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"

	"hotspot/internal/platform/cause"
)

// settle is how long Create and Delete wait for the brokers to agree.
const settle = 15 * time.Second

// Create makes the topic with so many partitions and as many replicas as is the
// brokers' default, and waits until it can be used. Its records expire after
// retention; 0 is never. An existing topic is left as it is: its number of
// partitions wins. Create logs a warning when that one loses records, by its
// cleanup.policy or by a retention.
//
// It makes one attempt; put [Topic.Retry] around it.
func (t *Topic) Create(ctx context.Context, partitions int, retention time.Duration) error {
	created := false
	err := t.try(ctx, "create topic "+t.config.Topic, func(ctx context.Context) error {
		_, err := t.partitions(ctx)
		if !errors.Is(err, kafka.UnknownTopicOrPartition) {
			return err // it exists, or we do not know
		}
		created, err = true, t.create(ctx, partitions, -1, retention)
		if errors.Is(err, kafka.InvalidReplicationFactor) { // before Kafka 2.4 there is no default
			err = t.create(ctx, partitions, 1, retention)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !created {
		for _, loss := range t.losses(ctx) {
			t.log.Warn("topic can lose rows", "because", loss.What, "next", loss.Next)
		}
	}
	if err := t.await(ctx, func(err error) bool { return err == nil }); err != nil {
		return fmt.Errorf("stream: create topic %s: it cannot be used yet: %w", t.config.Topic, err)
	}
	if created {
		t.log.Info("topic created", "topic", t.config.Topic, "partitions", partitions)
	}
	return nil
}

func (t *Topic) create(ctx context.Context, partitions, replicas int, retention time.Duration) error {
	keep := "-1"
	if retention > 0 {
		keep = strconv.FormatInt(retention.Milliseconds(), 10)
	}
	res, err := t.client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{
		Topic: t.config.Topic, NumPartitions: partitions, ReplicationFactor: replicas,
		ConfigEntries: []kafka.ConfigEntry{
			{ConfigName: "cleanup.policy", ConfigValue: "delete"},
			{ConfigName: "retention.ms", ConfigValue: keep},
		},
	}}})
	if err != nil {
		return err
	}
	if err := res.Errors[t.config.Topic]; !errors.Is(err, kafka.TopicAlreadyExists) {
		return err
	}
	return nil
}

// Delete deletes the topic and waits until it is gone. A topic that does not
// exist is fine. It makes one attempt; put [Topic.Retry] around it.
func (t *Topic) Delete(ctx context.Context) error {
	err := t.try(ctx, "delete topic "+t.config.Topic, func(ctx context.Context) error {
		res, err := t.client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{t.config.Topic}})
		if err != nil {
			return err
		}
		if err := res.Errors[t.config.Topic]; !errors.Is(err, kafka.UnknownTopicOrPartition) {
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := t.await(ctx, func(err error) bool { return errors.Is(err, ErrNoTopic) }); err != nil {
		return fmt.Errorf("stream: delete topic %s: still there after %s: %w", t.config.Topic, settle, err)
	}
	return nil
}

// await asks for the topic's offsets, more and more slowly, until the answer
// is the one that is wanted.
func (t *Topic) await(ctx context.Context, wanted func(err error) bool) error {
	ctx, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 500*time.Millisecond) {
		t.forget()
		_, err := t.Ranges(ctx)
		if wanted(err) {
			return nil
		}
		var away *net.OpError
		if cause.Final(err) || errors.As(err, &away) { // no broker is reached: that is said at once
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			if err == nil {
				err = ctx.Err()
			}
			return err
		}
	}
}
