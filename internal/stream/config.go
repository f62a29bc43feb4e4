package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"

	"hotspot/internal/platform/ports"
	"hotspot/internal/platform/usage"
)

// The defaults of a Config.
const (
	DefaultBroker   = "127.0.0.1:9092"
	DefaultTopic    = "denver-crime"
	DefaultClientID = "hotspot"
)

// Config says which topic of which brokers, and how to reach them. The zero
// value of a field means its default.
type Config struct {
	Brokers          []string `name:"brokers" env:"HOTSPOT_BROKERS,KAFKA_BROKERS" default:"127.0.0.1:9092" placeholder:"HOST:PORT" help:"Kafka brokers to start from, separated by commas."`
	Topic            string   `name:"topic" default:"denver-crime" help:"Topic of the rows."`
	TLS              bool     `name:"tls" help:"Speak TLS to the brokers."`
	TLSCA            string   `name:"tls-ca" placeholder:"FILE" help:"PEM file of the authorities that sign the brokers' certificates; default: the system's."`
	TLSCert          string   `name:"tls-cert" placeholder:"FILE" help:"PEM file of our own certificate, for brokers that ask for one."`
	TLSKey           string   `name:"tls-key" placeholder:"FILE" help:"PEM file of the key of --tls-cert."`
	SASLMechanism    string   `name:"sasl-mechanism" placeholder:"NAME" help:"Authenticate by PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, in either case; default: not at all."`
	SASLUser         string   `name:"sasl-user" placeholder:"USER" help:"User to authenticate as."`
	SASLPasswordFile string   `name:"sasl-password-file" placeholder:"FILE" help:"File that holds the password; a line end after it does not count."`
	ClientID         string   `name:"client-id" default:"hotspot" help:"Name under which the brokers see us."`

	// Dial opens the connections instead of net.Dialer: for tests and virtual
	// networks.
	Dial DialFunc `kong:"-"`
	// OnState hears what is wrong when a call fails again, and nil when it works
	// again. The outage is ErrNoTopic, another answer of a broker, or why none
	// comes. It is called by whatever goroutine found out, one call at a time;
	// it must neither block nor call the Topic.
	OnState func(outage error) `kong:"-"`
}

// DialFunc opens a connection as net.Dialer.DialContext does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// mechanisms are the names of --sasl-mechanism, as Kafka spells them.
var mechanisms = []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}

// topicName is what Kafka accepts as a name, except "." and "..".
var topicName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

// Validate reports all that is wrong with c at once. The error is a usage
// error. It reads no files.
func (c Config) Validate() error {
	c = c.WithDefaults()
	var errs []error
	wrong := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	for _, b := range c.Brokers {
		if host, port, err := ports.Split(b); err != nil || host == "" || port == "0" {
			wrong("--brokers %q: %w", b, cmp.Or(err, errors.New("want a host, and a port from 1 to 65535")))
		}
	}
	if !topicName.MatchString(c.Topic) || c.Topic == "." || c.Topic == ".." {
		wrong("--topic %q: want up to 249 letters, digits, dots, underscores and hyphens", c.Topic)
	}
	if !c.TLS && (c.TLSCA != "" || c.TLSCert != "" || c.TLSKey != "") {
		wrong("--tls-ca, --tls-cert and --tls-key need --tls")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		wrong("--tls-cert and --tls-key go together")
	}
	switch {
	case c.SASLMechanism == "" && (c.SASLUser != "" || c.SASLPasswordFile != ""):
		wrong("--sasl-user and --sasl-password-file need --sasl-mechanism")
	case c.SASLMechanism == "":
	case !slices.Contains(mechanisms, c.SASLMechanism):
		wrong("--sasl-mechanism %q: want one of %s", c.SASLMechanism, strings.Join(mechanisms, ", "))
	case c.SASLUser == "" || c.SASLPasswordFile == "":
		wrong("--sasl-mechanism needs --sasl-user and --sasl-password-file")
	}
	return usage.Wrap(errors.Join(errs...))
}

// WithDefaults returns c with the defaults in place of what is empty, and the
// mechanism in Kafka's spelling.
func (c Config) WithDefaults() Config {
	if len(c.Brokers) == 0 {
		c.Brokers = []string{DefaultBroker}
	}
	c.Topic = cmp.Or(c.Topic, DefaultTopic)
	c.ClientID = cmp.Or(c.ClientID, DefaultClientID)
	c.SASLMechanism = strings.ToUpper(c.SASLMechanism)
	return c
}
