package broker

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"

	"hotspot/internal/platform/ports"
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
	if ports.Taken(err) { // no usage error: the command was right, the machine is busy
		err = fmt.Errorf("port %s is taken: %w", port, err)
		if other, otherErr := listenFree(network, host, c.ListenFunc); otherErr == nil {
			err = fmt.Errorf("%w; another broker may run there: use it by --brokers %s, or take a free port by --broker-listen %s", err, c.Listen, other.Addr())
			other.Close()
		}
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
