package broker

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"

	"hotspot/internal/platform/ports"
	"hotspot/internal/platform/usage"
)

// Ports from 32768 on are those from which systems take the near end of a
// client's connection: a broker there can find its port taken by a client, or
// a client connect to itself.
const (
	freeMin = 10000
	freeMax = 32767
)

// listen is kfake's way to open a listener; it is asked for any address and
// opens that of c.
func (c Config) listen(network, _ string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return nil, err
	}
	var l net.Listener
	if port == "0" {
		l, err = listenFree(network, host, c.ListenFunc)
	} else {
		l, err = c.ListenFunc(network, c.Listen)
	}
	if ports.Taken(err) {
		return nil, fmt.Errorf("%w; or, if a broker runs there, use it: --brokers %s", ports.Explain(err, "--broker-listen", c.Listen), c.Listen)
	}
	if err != nil {
		return nil, err
	}
	return advertise(l, c.Advertise)
}

// listenFree listens on a free port from freeMin to freeMax.
func listenFree(network, host string, listen func(network, address string) (net.Listener, error)) (net.Listener, error) {
	var last error
	for range 100 {
		port := freeMin + rand.IntN(freeMax-freeMin+1) // any free one will do
		l, err := listen(network, net.JoinHostPort(host, strconv.Itoa(port)))
		if !ports.Taken(err) {
			return l, err
		}
		last = err
	}
	return nil, last
}

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
