package broker

import (
	"net"
	"strconv"

	"hotspot/internal/platform/usage"
)

// advertised is a listener that names another address than the one that it
// listens on. Kafka's clients connect to the address that the broker names, and
// kfake names that of its listener: a listener on 0.0.0.0 would send them to
// themselves.
type advertised struct {
	net.Listener
	addr address
}

// Addr implements net.Listener.
func (a advertised) Addr() net.Addr { return a.addr }

// address is a host:port on TCP.
type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }

// advertise makes l name host or, when host is "" and l listens on every
// address, the address by which this machine reaches others.
func advertise(l net.Listener, host string) (net.Listener, error) {
	at, ok := l.Addr().(*net.TCPAddr)
	if !ok || host == "" && !at.IP.IsUnspecified() {
		return l, nil
	}
	if host == "" {
		var err error
		if host, err = outward(); err != nil {
			l.Close()
			return nil, err
		}
	}
	return advertised{l, address(net.JoinHostPort(host, strconv.Itoa(at.Port)))}, nil
}

// outward is the address of this machine on the way to other ones. Nothing is
// sent: a datagram socket only asks for the route. 192.0.2.1 belongs to nobody
// (RFC 5737).
func outward() (string, error) {
	c, err := net.Dial("udp4", "192.0.2.1:9")
	if err != nil {
		return "", usage.Errorf("broker: this machine has no route to other machines (%w); name the host that clients shall connect to with --broker-advertise HOST", err)
	}
	defer c.Close()
	host, _, err := net.SplitHostPort(c.LocalAddr().String())
	return host, err
}
