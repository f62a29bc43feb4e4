//go:build unix

package harness_test

import (
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/platform/broker"
)

// rng is a random source that goroutines may share.
type rng struct {
	mu   sync.Mutex
	rand *rand.Rand
}

func newRNG(seed uint64) *rng { return &rng{rand: rand.New(rand.NewPCG(seed, 0))} }

func (r *rng) chance(p float64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rand.Float64() < p
}

// below returns a random duration below limit.
func (r *rng) below(limit time.Duration) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Duration(r.rand.Int64N(int64(limit)))
}

func (r *rng) n(n int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rand.IntN(n)
}

// misbehave makes a broker lie all the time: 5 % of what is produced is
// appended and not acknowledged, 2 % of all requests are answered "not
// leader".
func misbehave(c *kfake.Cluster, r *rng) {
	c.Fault(
		kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.RequestTimedOut, Count: -1, When: func(kmsg.Request) bool { return r.chance(.05) }},
		kfake.Fault{Keys: []kmsg.Key{kmsg.Produce, kmsg.Fetch}, Err: kerr.NotLeaderForPartition, Count: -1, When: func(kmsg.Request) bool { return r.chance(.02) }},
	)
}

// burst lets every request fail for a while that is longer than a client's own
// patience: only so is a producer found that logs an error and goes on.
func burst(c *kfake.Cluster, d time.Duration) {
	f := kfake.Fault{Keys: []kmsg.Key{kmsg.Produce, kmsg.Fetch}, Err: kerr.NotLeaderForPartition, Count: -1}
	time.AfterFunc(d, c.Fault(f).Remove)
}

// badBroker starts a broker in memory that misbehaves and cuts 1 % of its
// answers half-way.
func badBroker(t testing.TB, r *rng) *broker.Broker {
	t.Helper()
	b, err := broker.Start(broker.Config{Listen: "127.0.0.1:0", ListenFunc: cutter{r}.listen})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	misbehave(b.Cluster(), r)
	return b
}

// cutter cuts a share of the broker's writes half-way, and the connection.
type cutter struct{ *rng }

func (c cutter) listen(network, address string) (net.Listener, error) {
	l, err := net.Listen(network, address)
	return cutListener{l, c}, err
}

type cutListener struct {
	net.Listener
	c cutter
}

func (l cutListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	return cutConn{nc, l.c}, err
}

type cutConn struct {
	net.Conn
	c cutter
}

func (c cutConn) Write(p []byte) (int, error) {
	if !c.c.chance(.01) {
		return c.Conn.Write(p)
	}
	n, _ := c.Conn.Write(p[:len(p)/2])
	c.Conn.Close()
	return n, os.ErrClosed
}
