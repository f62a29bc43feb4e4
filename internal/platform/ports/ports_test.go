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
