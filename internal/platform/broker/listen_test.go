package broker_test

import (
	"net"
	"strconv"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/platform/broker"
)

// A broker for a room listens on every address and names one that leads to it:
// a client that begins at another is sent there.
func TestABrokerForARoomNamesAnAddressThatLeadsToIt(t *testing.T) {
	b := start(t, broker.Config{Listen: "0.0.0.0:0", Insecure: true, Advertise: "localhost"})
	host, port, err := net.SplitHostPort(b.Addr())
	if err != nil || host != "localhost" {
		t.Fatalf("Addr() = %s, %v; want localhost and a port", b.Addr(), err)
	}
	c := client(t, net.JoinHostPort("127.0.0.1", port))
	res, err := kmsg.NewPtrMetadataRequest().RequestWith(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Brokers) != 1 || res.Brokers[0].Host != "localhost" || strconv.Itoa(int(res.Brokers[0].Port)) != port {
		t.Errorf("the client is sent to %+v, want localhost:%s", res.Brokers, port)
	}
}
