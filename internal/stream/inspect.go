package stream

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"

	"hotspot/internal/platform/cause"
	"hotspot/internal/platform/usage"
)

// Inspection is what a look at the brokers and the topic found.
type Inspection struct {
	Brokers []Endpoint     // as they advertise themselves
	Ranges  []Range        // of the topic; none when it does not exist, or a broker cannot be reached
	Losses  []*cause.Error // settings by which records disappear
}

// Endpoint is an address that a broker tells its clients to use. Err is why it
// cannot be reached from here, nil when it can.
type Endpoint struct {
	Address string
	Err     error
}

// Inspect looks at the brokers and the topic, for a tool that says what is
// wrong with a set-up. It makes one attempt. The error says why the brokers of
// Config do not answer; a topic that does not exist is no error.
func (t *Topic) Inspect(ctx context.Context) (Inspection, error) {
	var in Inspection
	var res *kafka.MetadataResponse
	t.forget() // what is so now
	err := t.try(ctx, "ask the brokers", func(ctx context.Context) (err error) {
		res, err = t.client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{t.config.Topic}})
		return err
	})
	if err != nil {
		return in, err
	}
	reachable := true
	for _, b := range res.Brokers {
		e := Endpoint{Address: net.JoinHostPort(b.Host, strconv.Itoa(b.Port))}
		e.Err = t.reach(ctx, e.Address)
		reachable = reachable && e.Err == nil
		in.Brokers = append(in.Brokers, e)
	}
	if !reachable {
		return in, nil // the leader of a partition may be the one that cannot be reached
	}
	if in.Ranges, err = t.Ranges(ctx); errors.Is(err, ErrNoTopic) {
		return in, nil
	} else if err != nil {
		return in, err
	}
	in.Losses = t.losses(ctx)
	return in, nil
}

// reach opens a connection and closes it.
func (t *Topic) reach(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	c, err := t.conns.Dial(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return c.Close()
}

// losses are the settings of the topic by which records can disappear; none for
// whoever may not ask.
func (t *Topic) losses(ctx context.Context) (losses []*cause.Error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	of := map[string]string{"cleanup.policy": "compacted", "retention.ms": "retention-time", "retention.bytes": "retention-size"}
	res, err := t.client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: t.config.Topic, ConfigNames: slices.Sorted(maps.Keys(of)),
	}}})
	if err != nil || len(res.Resources) == 0 {
		return nil
	}
	for _, e := range res.Resources[0].ConfigEntries {
		keeps := e.ConfigValue
		if c, known := of[e.ConfigName]; known && keeps != "-1" && keeps != "delete" {
			if ms, err := strconv.ParseInt(keeps, 10, 64); err == nil && e.ConfigName == "retention.ms" {
				keeps = usage.Duration(time.Duration(ms) * time.Millisecond)
			}
			losses = append(losses, t.because(c, nil, "keeps", keeps, "broker", t.config.Brokers[0]))
		}
	}
	return losses
}
