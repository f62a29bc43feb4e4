package stream_test

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/stream"
)

// The independent second client: franz-go.

func client(t *testing.T, topic *stream.Topic, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(stream.Brokers(topic)...)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func committed(t *testing.T, topic *stream.Topic, group string) map[int32]int64 {
	t.Helper()
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group = group
	rt := kmsg.NewOffsetFetchRequestTopic()
	rt.Topic, rt.Partitions = topic.Name(), []int32{0, 1}
	req.Topics = append(req.Topics, rt)
	g := kmsg.NewOffsetFetchRequestGroup()
	g.Group = group
	gt := kmsg.NewOffsetFetchRequestGroupTopic()
	gt.Topic, gt.Partitions = topic.Name(), []int32{0, 1}
	g.Topics = append(g.Topics, gt)
	req.Groups = append(req.Groups, g)
	res, err := req.RequestWith(t.Context(), client(t, topic))
	if err != nil {
		t.Fatal(err)
	}
	got := map[int32]int64{}
	for _, t := range res.Topics {
		for _, p := range t.Partitions {
			got[p.Partition] = p.Offset
		}
	}
	for _, g := range res.Groups {
		for _, t := range g.Topics {
			for _, p := range t.Partitions {
				got[p.Partition] = p.Offset
			}
		}
	}
	return got
}

func configs(t *testing.T, topic *stream.Topic, names ...string) map[string]string {
	t.Helper()
	req := kmsg.NewPtrDescribeConfigsRequest()
	r := kmsg.NewDescribeConfigsRequestResource()
	r.ResourceType, r.ResourceName, r.ConfigNames = kmsg.ConfigResourceTypeTopic, topic.Name(), names
	req.Resources = append(req.Resources, r)
	res, err := req.RequestWith(t.Context(), client(t, topic))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range res.Resources[0].Configs {
		got[c.Name] = *c.Value
	}
	return got
}
