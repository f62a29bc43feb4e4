package cause_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"hotspot/internal/platform/cause"
)

func TestReachSaysWhyABrokerIsNotReached(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	tests := []struct {
		name    string
		err     error
		address string
		want    string
		says    string
	}{
		{"on this machine", refused, "127.0.0.1:9092", "broker-not-started", "hotspot broker --broker-listen 127.0.0.1:9092"},
		{"elsewhere", refused, "Kafka:9092", "broker-refused", "nothing listens at Kafka:9092"},
		{"an address that nobody gave", refused, "172.17.0.2:9092", "broker-advertised", "advertised.listeners"},
		{"an unknown name that nobody gave", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "b1"}}, "b1:9092", "broker-advertised", "sends its clients to b1:9092"},
		{"an unknown name", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "kafka"}}, "kafka:9092", "broker-name", "the name kafka is not known"},
		{"a firewall", &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, "kafka:9092", "broker-silent", "nc -vz kafka 9092"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := cause.Reach(tt.err, tt.address, []string{"kafka:9092", "127.0.0.1:9092"})
			wrapped := fmt.Errorf("asking: %w", e)
			if e.Name != tt.want || cause.In(wrapped) != e || cause.Final(wrapped) || !errors.Is(wrapped, tt.err) {
				t.Errorf("%+v, want %s, of the error, worth a retry", e, tt.want)
			}
			if !strings.Contains(e.Error(), tt.says) || strings.ContainsAny(e.Error(), "{}") {
				t.Errorf("%q, want %q and every name filled in", e, tt.says)
			}
		})
	}
}
