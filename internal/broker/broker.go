// Package broker is an in-process Kafka for development, tests and `hotspot up`.
package broker

import (
	"fmt"
	"log/slog"
	"net"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Config says where the broker listens and keeps its data.
type Config struct {
	Listen string       // host:port on loopback; port 0 picks a free one below 32768. Default 127.0.0.1:9092
	Data   string       // folder; "" keeps everything in memory
	Log    *slog.Logger // nil: no log

	// ListenFunc opens the listener instead of net.Listen. For tests.
	ListenFunc func(network, address string) (net.Listener, error)
}

// InUseError says that the port is taken, and names a free one.
type InUseError struct {
	Addr string // the address that was asked for
	Port int    // its port
	Free int    // a port that is free now; 0 when none was found
}

func (e *InUseError) Error() string { return fmt.Sprintf("broker: port %d is taken", e.Port) }

// LockedError says that another process uses the folder.
type LockedError struct {
	Path string
	PID  int // 0 when unknown
}

func (e *LockedError) Error() string { return fmt.Sprintf("broker: %s is in use", e.Path) }

// Broker is a running broker.
type Broker struct{}

func Start(c Config) (*Broker, error)     { panic("soon") }
func (b *Broker) Addr() string            { panic("soon") }
func (b *Broker) Cluster() *kfake.Cluster { panic("soon") }
func (b *Broker) Close() error            { panic("soon") }
