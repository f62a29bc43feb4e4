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

// InUseError says that the port is taken, and names a free one. It is no usage
// error: the command was right, the machine is busy.
type InUseError struct {
	Addr string // the address that was asked for
	Port int    // its port
	Free int    // a port that was free a moment ago; 0 when none was found
	Err  error
}

func (e *InUseError) Error() string {
	s := fmt.Sprintf("broker: port %d is taken", e.Port)
	if e.Free != 0 {
		host, _, _ := net.SplitHostPort(e.Addr)
		s += fmt.Sprintf("; another broker may run there: use it by --brokers %s, or take a free port by --broker-listen %s", e.Addr, net.JoinHostPort(host, strconv.Itoa(e.Free)))
	}
	return s
}

func (e *InUseError) Unwrap() error { return e.Err }

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
		e := &InUseError{Addr: c.Listen, Err: err}
		e.Port, _ = strconv.Atoi(port)
		if other, err := listenFree(network, host, c.ListenFunc); err == nil {
			_, port, _ := net.SplitHostPort(other.Addr().String())
			e.Free, _ = strconv.Atoi(port)
			other.Close()
		}
		return nil, e
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
