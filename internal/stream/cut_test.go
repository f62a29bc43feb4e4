package stream_test

import (
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// K23: answers and requests that end half-way.
func TestCutConnectionsLoseNothing(t *testing.T) {
	testkit.FakeOnly(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	cut := &cutter{rand: rand.New(rand.NewPCG(seed, 0)), share: 0.03}
	broker := fake(t, kfake.ListenFn(cut.Listen))
	topic := openOn(t, broker.ListenAddrs(), nil)
	create(t, topic, 1)
	r := readerAt(topic, 0, 0)
	defer r.Close()
	w := topic.NewWriter()
	sent := messages(0, 4000)
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := 0; i < len(sent); i += 40 {
			if err := w.Write(t.Context(), sent[i:i+40]); err != nil {
				t.Error(err)
				return
			}
		}
	})
	var got []stream.Message
	for last := string(sent[len(sent)-1].Value); len(got) == 0 || string(got[len(got)-1].Value) != last; {
		m, err := r.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(got) > 0 && m.Offset != got[len(got)-1].Offset+1 {
			t.Fatalf("offset %d after %d", m.Offset, got[len(got)-1].Offset)
		}
		got = append(got, m)
	}
	writing.Wait() // the last message was read before its acknowledgement was
	if f := firsts(got); len(f) != len(sent) {
		t.Errorf("%d different messages, want %d", len(f), len(sent))
	}
	if cut.cuts == 0 {
		t.Error("no connection was cut")
	}
}

// cutter cuts a share of the broker's writes half-way, and the connection.
type cutter struct {
	mu    sync.Mutex
	rand  *rand.Rand
	share float64
	cuts  int
}

func (c *cutter) Listen(network, address string) (net.Listener, error) {
	l, err := net.Listen(network, address)
	return cutListener{l, c}, err
}

type cutListener struct {
	net.Listener
	c *cutter
}

func (l cutListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	return cutConn{nc, l.c}, err
}

type cutConn struct {
	net.Conn
	c *cutter
}

func (c cutConn) Write(p []byte) (int, error) {
	c.c.mu.Lock()
	cut := c.c.rand.Float64() < c.c.share
	if cut {
		c.c.cuts++
	}
	c.c.mu.Unlock()
	if !cut {
		return c.Conn.Write(p)
	}
	n, _ := c.Conn.Write(p[:len(p)/2])
	c.Conn.Close()
	return n, os.ErrClosed
}
