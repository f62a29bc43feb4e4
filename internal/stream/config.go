package stream

import (
	"context"
	"net"
)

// Config says which topic of which brokers, and how to reach them. The zero
// value of a field means its default.
type Config struct {
	Brokers          []string `name:"brokers" default:"127.0.0.1:9092" placeholder:"HOST:PORT,…" help:"Kafka brokers to start from."`
	Topic            string   `name:"topic" default:"denver-crime" help:"Topic of the rows."`
	TLS              bool     `name:"tls" help:"Speak TLS to the brokers."`
	TLSCA            string   `name:"tls-ca" placeholder:"FILE" help:"PEM file of the authorities that sign the brokers' certificates; default: the system's."`
	TLSCert          string   `name:"tls-cert" placeholder:"FILE" help:"PEM file of our own certificate, where the brokers ask for one."`
	TLSKey           string   `name:"tls-key" placeholder:"FILE" help:"PEM file of the key of --tls-cert."`
	SASLMechanism    string   `name:"sasl-mechanism" placeholder:"NAME" help:"Authenticate by plain, scram-sha-256 or scram-sha-512; default: not at all."`
	SASLUser         string   `name:"sasl-user" placeholder:"USER" help:"User to authenticate as."`
	SASLPasswordFile string   `name:"sasl-password-file" placeholder:"FILE" help:"File that holds the password; a line end after it does not count."`
	ClientID         string   `name:"client-id" default:"hotspot" help:"Name under which the brokers see us."`

	// Dial opens connections instead of net.Dialer. For tests and virtual
	// networks.
	Dial DialFunc `kong:"-"`
	// OnState hears when the brokers cannot be reached, and when they can
	// again. It is called from the goroutine that found out, one call at a
	// time; it must not block.
	OnState func(reachable bool, reason string) `kong:"-"`
}

// DialFunc opens a connection as net.Dialer.DialContext does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Validate reports all that is wrong with c at once.
func (c Config) Validate() error { panic("soon") }
