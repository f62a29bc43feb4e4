package testkit

import (
	"net"
	"os"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/twmb/franz-go/pkg/kfake"

	"hotspot/internal/stream"
)

// FakeOnly skips a test that needs the faults of the fake broker when
// HOTSPOT_TEST_BROKERS names a real one.
func FakeOnly(t *testing.T) {
	t.Helper()
	if os.Getenv("HOTSPOT_TEST_BROKERS") != "" {
		t.Skip("needs the faults of the fake broker")
	}
}

// Lab is a broker and a network in simulated time.
type Lab struct {
	T      *testing.T
	Net    kfake.VirtualNetwork
	Broker *kfake.Cluster // nil while it is away
	Listen func(network, address string) (net.Listener, error)
	dir    string
}

// Simulate runs f with a Lab, whose broker is still away, in a bubble of
// simulated time.
func Simulate(t *testing.T, f func(t *testing.T, l *Lab)) {
	t.Helper()
	FakeOnly(t)
	if runtime.GOOS == "windows" {
		t.Skip("kfake alone keeps no folder on Windows: internal/platform/broker/renames.go")
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir) // of a producer's lock: another process's would be waited for, in real time
	synctest.Test(t, func(t *testing.T) {
		l := &Lab{T: t, dir: dir}
		l.Listen = l.Net.Listen
		defer l.Stop()
		f(t, l)
	})
}

// Start starts the broker, where it was if it was there before.
func (l *Lab) Start() {
	l.T.Helper()
	var err error
	if l.Broker, err = kfake.NewCluster(kfake.Ports(9092), kfake.ListenFn(l.Listen), kfake.DataDir(l.dir)); err != nil {
		l.T.Fatal(err)
	}
}

// Stop ends the broker.
func (l *Lab) Stop() {
	if l.Broker != nil {
		l.Broker.Close()
	}
	l.Broker = nil
}

// Kafka is the topic of the lab, on its network.
func (l *Lab) Kafka() stream.Config { return stream.Config{Topic: "t", Dial: l.Net.DialContext} }
