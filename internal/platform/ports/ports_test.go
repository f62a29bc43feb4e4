package ports_test

import (
	"errors"
	"net"
	"testing"

	"hotspot/internal/platform/ports"
)

func TestAPortIsTakenWhileSomebodyListens(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	second, err := net.Listen("tcp", first.Addr().String())
	if err == nil {
		second.Close()
	}
	if !ports.Taken(err) {
		t.Errorf("listening twice on %s: %v, want an error that says taken", first.Addr(), err)
	}
	for _, err := range []error{nil, errors.New("another")} {
		if ports.Taken(err) {
			t.Errorf("%v says taken", err)
		}
	}
}

func TestAnAddressIsAHostAndANumberedPort(t *testing.T) {
	for _, tt := range []struct{ address, host, port, err string }{
		{"127.0.0.1:9092", "127.0.0.1", "9092", ""},
		{"[::1]:0", "::1", "0", ""},
		{":65535", "", "65535", ""},
		{"127.0.0.1", "", "", "want HOST:PORT"},
		{"::1:80", "", "", "want HOST:PORT"},
		{"", "", "", "want HOST:PORT"},
		{"localhost:", "", "", "want a port from 0 to 65535"},
		{"localhost:65536", "", "", "want a port from 0 to 65535"},
		{"localhost:-1", "", "", "want a port from 0 to 65535"},
		{"localhost:http", "", "", "want a port from 0 to 65535"},
	} {
		host, port, err := ports.Split(tt.address)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if host != tt.host || port != tt.port || said != tt.err {
			t.Errorf("Split(%q) = %q, %q, %q; want %q, %q, %q", tt.address, host, port, said, tt.host, tt.port, tt.err)
		}
	}
}
