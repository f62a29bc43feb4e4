// Package broker is an in-process Kafka for `hotspot up`, for development and
// for tests: kfake of franz-go, on one port, with its data in a folder. It is
// the only package that imports kfake.
//
// To the rest of the suite it is a broker like any other, reached by its
// address. It is not one for production: no replicas, no authentication,
// and so loopback only, unless somebody spells out that it may serve a room.
//
// What is kept. With Config.Data every acknowledged batch has been written to
// the folder and fsynced before its acknowledgement leaves (kfake's SyncWrites:
// 0.14 -> 0.58 ms a row, measured; requests of many rows cost the same as
// before), and a topic when its creation is answered: kill -9 loses neither. A
// power cut can lose the newest file, since kfake does not sync folders. A batch
// torn by a crash is cut off at the next start; kfake also cuts off, without a
// word, whatever follows a damaged byte: that is for row numbers and chain to
// find. Topics are made by CreateTopics only, never by asking for them.
package broker

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/twmb/franz-go/pkg/kfake"

	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/ports"
	"hotspot/internal/platform/usage"
)

// Config says where the broker listens and keeps its data.
type Config struct {
	// Listen is host:port, the host on loopback unless Insecure; port 0 is a free
	// one below 32768.
	Listen string `name:"broker-listen" default:"127.0.0.1:9092" help:"Where the broker listens."`
	// Data is made when it is not there; "" keeps everything in memory.
	Data      string `name:"broker-data" empty:"in memory" default:".hotspot/broker" help:"Folder of the broker's log."`
	Advertise string `name:"broker-advertise" placeholder:"HOST" help:"What clients are told to connect to; default: where the broker listens, and for 0.0.0.0 this machine's address on its network."`
	Insecure  bool   `name:"insecure" help:"Let the broker listen where other machines can reach it. Whoever reaches it can read, write and delete everything."`

	Log *slog.Logger `kong:"-"` // nil: no log
	// ListenFunc opens the listener instead of net.Listen: for tests that cut
	// connections or have a network of their own.
	ListenFunc func(network, address string) (net.Listener, error) `kong:"-"`
}

// Broker is a running broker.
type Broker struct {
	cluster *kfake.Cluster
	addr    string
	unlock  func() error // of the data folder
	log     *logger
}

// Start starts a broker. The error is a *durable.LockedError when another process has the folder.
func Start(c Config) (*Broker, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.ListenFunc == nil {
		c.ListenFunc = net.Listen
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	b := &Broker{log: &logger{log: c.Log}, unlock: func() error { return nil }}
	opts := []kfake.Opt{
		kfake.NumBrokers(1), kfake.DefaultNumPartitions(1), kfake.ClusterID("hotspot-development"),
		kfake.WithLogger(b.log), kfake.ListenFn(c.listen),
	}
	if c.Data != "" {
		folder, err := lockFolder(c.Data)
		if err != nil {
			return nil, err
		}
		b.unlock = folder.Unlock
		opts = append(append(opts, kfake.DataDir(c.Data), kfake.SyncWrites()), forWindows()...)
	}
	var err error
	b.cluster, err = kfake.NewCluster(opts...)
	if err != nil && finish(err) == nil {
		b.cluster, err = kfake.NewCluster(opts...) // the folder now holds its first state
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("broker: start: %w", err), b.unlock())
	}
	b.addr = b.cluster.ListenAddrs()[0]
	if c.Insecure {
		c.Log.Warn("development broker started, open to everybody who reaches it; use Apache Kafka for anything that matters",
			"listen", c.Listen, "address", b.addr, "data", c.Data)
	} else {
		c.Log.Info("development broker started, for this machine only; use Apache Kafka for anything that matters",
			"address", b.addr, "data", c.Data)
	}
	return b, nil
}

// Addr returns the address that clients connect to.
func (b *Broker) Addr() string { return b.addr }

// Cluster returns the kfake cluster: for tests that inject faults, and for
// nothing else.
func (b *Broker) Cluster() *kfake.Cluster { return b.cluster }

// Close ends all connections and writes what a later start needs. It returns
// what could not be written.
func (b *Broker) Close() error {
	b.log.collect()
	b.cluster.Close()
	return errors.Join(b.log.failure(), b.unlock())
}

// Validate refuses what the broker must not or cannot listen on, as a usage error.
func (c Config) Validate() error {
	address := c.Listen
	host, _, err := ports.Split(address)
	if err != nil {
		return usage.Errorf("--broker-listen %q: %w", address, err)
	}
	if ip := net.ParseIP(host); !c.Insecure && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return usage.Errorf("--broker-listen %q: it has no authentication and so listens on loopback only; use Apache Kafka for other machines, or, in a room that you trust, add --insecure", address)
	}
	return nil
}

// lockFolder keeps a second broker out of the data folder: two would write into
// each other's segments. The folder is made for this user only.
func lockFolder(path string) (*durable.Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("broker: --broker-data: %w", err)
	}
	folder, err := durable.Open(path)
	if err == nil {
		err = folder.Lock()
	}
	if errors.As(err, new(*durable.LockedError)) {
		return nil, usage.Errorf("broker: --broker-data: %w", err)
	}
	return folder, err
}
