package stream_test

import (
	"context"
	"net"
	"strings"
	"syscall"
	"testing"

	"hotspot/internal/platform/cause"
	"hotspot/internal/stream"
)

// A broker that is reached, and sends its clients to an address where nothing
// listens, as one in a container does: whoever asks for the topic hears that the
// broker named that address, and does not wait until a topic that was made can be
// used.
func TestAnAddressThatNobodyGaveIsTheBrokersWord(t *testing.T) {
	broker := fake(t)
	real := broker.ListenAddrs()[0]
	_, port, err := net.SplitHostPort(real)
	if err != nil {
		t.Fatal(err)
	}
	given := "localhost:" + port
	c := stream.Config{Brokers: []string{given}, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != given {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
		return new(net.Dialer).DialContext(ctx, network, real)
	}}
	for name, call := range map[string]func(*stream.Topic) func(context.Context) error{
		"the consumer": func(top *stream.Topic) func(context.Context) error {
			return func(ctx context.Context) error { _, err := top.Ranges(ctx); return err }
		},
		"the producer": func(top *stream.Topic) func(context.Context) error {
			return func(ctx context.Context) error { return top.Create(ctx, 1, 0) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			out, log := newLogged()
			ctx, stop := context.WithCancel(t.Context())
			var outage error
			c := c
			c.Topic = topicName(t)
			c.OnState = func(err error) { outage = err; stop() }
			top, err := stream.Open(c, log)
			if err != nil {
				t.Fatal(err)
			}
			defer top.Close()
			if name == "the consumer" { // there is a topic
				near, err := stream.Open(stream.Config{Brokers: []string{real}, Topic: c.Topic}, log)
				if err != nil {
					t.Fatal(err)
				}
				defer near.Close()
				create(t, near, 1)
			}
			if err := top.Retry(ctx, "ask", call(top)); ctx.Err() == nil {
				t.Fatalf("Retry = %v before the outage was told", err)
			}
			e := cause.In(outage)
			if e == nil || e.Name != "broker-advertised" || !strings.Contains(e.Next, given) {
				t.Errorf("the outage is %v, want that the broker advertised %s", outage, real)
			}
			if !strings.Contains(out.String(), "advertised listener") {
				t.Errorf("the log says %s", out)
			}
		})
	}
}
