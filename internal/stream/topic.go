// Package stream is the topic: messages in and out of Kafka.
//
// It stands between the producer and the consumer and knows neither: a message
// is a key, a value and headers.
//
//	Writer ── kafka.Client.Produce ──> partition ── fetch ──> Reader, Scan, Before
//	 one request at a time,             offsets      record batches to messages
//	 acknowledged by all
//
// It is the only package that imports kafka-go, and of that it uses the Client
// and its Transport, one request at a time, instead of the Writer and the Reader.
// Six things that these do are wrong for a topic that must have no hole:
//
//   - a Writer cuts what it is given into batches and goes on with the second
//     one when the first has failed, so that a crash leaves a hole which the
//     last record of the partition hides;
//   - a Writer goes on retrying after its context has ended;
//   - a Reader jumps forward, without a word, when its offset has expired;
//   - a Reader's lookup of the leader creates a topic that does not exist,
//     where the brokers allow that. Only [Topic.Create] does here;
//   - a Reader hands out the records of aborted transactions, and the control
//     records (segmentio/kafka-go issue 1332); Conn.ReadBatch does, too, and
//     Client.Fetch does not tell which transactions were aborted;
//   - a Reader and Conn.ReadBatch do not look at a batch's checksum.
//
// What can be retried is retried with a back-off, in Writer and Reader by
// themselves, around all other calls by [Topic.Retry]. What no retry will
// change is a final [cause.Error], which says what to do.
package stream

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"

	"hotspot/internal/platform/usage"
)

// requestTimeout bounds one request. It is long for a broker that is there,
// and short enough to notice one that hangs.
const requestTimeout = 10 * time.Second

// Header is one header of a message: a Key and a Value.
type Header = kafka.Header

// Message is one record of the topic. What a Reader returns is the caller's;
// what a Writer is given must not change until Write returns nil.
type Message struct {
	Partition  int   // set by Reader and Writer
	Offset     int64 // set by Reader
	Hole       bool  // no record: those up to Offset were passed over; from Reader.Next only
	Key, Value []byte
	Headers    []Header
}

// Header returns the value of the first header with a key, and how many there
// are.
func (m *Message) Header(key string) (value []byte, count int) {
	for _, h := range m.Headers {
		if h.Key == key {
			if count++; count == 1 {
				value = h.Value
			}
		}
	}
	return value, count
}

// Topic is one topic of a cluster. It may be used concurrently, and so may
// the Readers and Writers that it makes, each by one goroutine.
type Topic struct {
	config Config
	log    *slog.Logger
	conns  *conns
	client *kafka.Client
	state  *state
	seen   atomic.Bool // the topic has been there
}

// Open makes a Topic. It reads the files that c names and connects to nothing.
// A file that cannot be used is a usage error.
func Open(c Config, log *slog.Logger) (*Topic, error) {
	c = c.WithDefaults()
	if err := c.Validate(); err != nil {
		return nil, err
	}
	tlsConfig, tlsErr := c.tls()
	mechanism, saslErr := c.sasl()
	if err := errors.Join(tlsErr, saslErr); err != nil {
		return nil, usage.Wrap(err)
	}
	if c.SASLMechanism == "PLAIN" && !c.TLS {
		log.Warn("password goes over the network in the clear", "sasl_mechanism", c.SASLMechanism, "remedy", "--tls")
	}
	t := &Topic{config: c, log: log, conns: newConns(c.Dial, c.Brokers), state: &state{log: log, on: c.OnState}}
	t.client = &kafka.Client{
		Addr:    kafka.TCP(c.Brokers...),
		Timeout: requestTimeout,
		Transport: &kafka.Transport{
			Dial:           t.conns.Dial,
			DialTimeout:    5 * time.Second,
			ClientID:       c.ClientID,
			TLS:            tlsConfig,
			SASL:           mechanism,
			MetadataTopics: []string{c.Topic}, // not those of the whole cluster
		},
	}
	return t, nil
}

// Name returns the topic's name.
func (t *Topic) Name() string { return t.config.Topic }

// Close closes all connections. Readers must be closed before.
func (t *Topic) Close() error {
	t.forget()
	t.conns.Close()
	return nil
}

// forget drops what is known of the cluster, and the idle connections, so that
// the next request looks for brokers and leaders anew.
func (t *Topic) forget() { t.client.Transport.(*kafka.Transport).CloseIdleConnections() }

// partitions returns the number of partitions. All of them have a leader.
func (t *Topic) partitions(ctx context.Context) (int, error) {
	res, err := t.client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{t.config.Topic}})
	if err != nil {
		return 0, err
	}
	topic := res.Topics[0]
	if topic.Error != nil {
		return 0, topic.Error
	}
	for _, p := range topic.Partitions {
		if p.Error != nil {
			return 0, p.Error
		}
		if p.Leader.Host == "" {
			return 0, kafka.LeaderNotAvailable
		}
	}
	if len(topic.Partitions) == 0 {
		return 0, kafka.UnknownTopicOrPartition
	}
	t.seen.Store(true)
	return len(topic.Partitions), nil
}
