package chaos

import (
	"context"
	"net"
	"strings"

	"hotspot/internal/platform/usage"
	"hotspot/internal/stream"
)

// duplicate sends the last messages of every partition again, as they are.
func (b *breaker) duplicate(ctx context.Context) error {
	const most = 100 // of each partition
	if err := b.checkLocal(); err != nil {
		return err
	}
	ranges, err := b.topic.Ranges(ctx)
	if err != nil {
		return err
	}
	var last []stream.Message
	for p, r := range ranges {
		if err := b.topic.Scan(ctx, p, max(r.First, r.End-most), r.End, func(m stream.Message) error {
			last = append(last, m)
			return nil
		}); err != nil {
			return err
		}
	}
	return b.send(ctx, last, "were sent again")
}

// sendBadRows sends one message of every kind that is no row.
func (b *breaker) sendBadRows(ctx context.Context) error {
	if err := b.checkLocal(); err != nil {
		return err
	}
	header := func(value string) []stream.Header { return []stream.Header{{Key: "hotspot", Value: []byte(value)}} }
	good := "2 1 2 " + strings.Repeat("0", 32) + " 0,0;-1,-1,1,1;;0 true chaos"
	key := []byte("chaos")
	return b.send(ctx, []stream.Message{
		{Key: key, Headers: header(good)},
		{Key: key, Value: []byte{0xff, 0, 1, 2}, Headers: header(good)},
		{Key: key, Value: []byte(`{"hello":"world"}`)},
		{Key: key, Value: []byte(`{}`), Headers: header("2 x y z")},
		{Key: key, Value: []byte(`{}`), Headers: header("9" + good[1:])},
	}, "that are no rows were sent")
}

// checkLocal refuses to send to somebody else's broker without being told to.
func (b *breaker) checkLocal() error {
	for _, broker := range b.Kafka.Brokers {
		host, _, err := net.SplitHostPort(broker)
		ip := net.ParseIP(host)
		if err == nil && !b.Yes && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return usage.Errorf("%s is not on this machine; add --yes to send to topic %s there", broker, b.Kafka.Topic)
		}
	}
	return nil
}

func (b *breaker) send(ctx context.Context, messages []stream.Message, what string) error {
	if err := b.topic.NewWriter().Write(ctx, messages); err != nil {
		return err
	}
	b.sent += int64(len(messages))
	b.Print("topic %s: %d messages %s\n", b.topic.Name(), len(messages), what)
	return nil
}
