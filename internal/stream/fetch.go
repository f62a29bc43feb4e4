package stream

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	fetchapi "github.com/segmentio/kafka-go/protocol/fetch"
)

// want says how much one fetch may bring and how long it may wait for the
// first byte of it.
type want struct {
	bytes int64
	wait  time.Duration
}

var (
	// lookup is for a record that is there: brokers return a whole record
	// batch, however few bytes are asked for (KIP-74).
	lookup = want{bytes: 1, wait: 10 * time.Millisecond}
	// follow is for a reader. 1 MiB holds one record batch of our writer, some
	// 2,000 rows; a reader and the one it feeds hold three fetches at most. With
	// 2 MiB a consumer took 4 % less CPU and 12 MB more memory. It waits as long
	// as Kafka's own clients do: an answer comes with the first byte, and a reader
	// at the end of the log asks twice a second.
	follow = want{bytes: 1 << 20, wait: 500 * time.Millisecond}
)

// fetched is what one fetch brought.
type fetched struct {
	messages []Message // those at and after the offset that was asked for
	next     int64     // the offset to ask for next
	end      int64     // end of the log, as far as a reader may see
}

// fetch reads messages from an offset on, up to the first transaction that is
// still open. Records of aborted transactions are passed over, and so are the
// control records that say so. It makes one attempt.
func (t *Topic) fetch(ctx context.Context, what string, partition int, offset int64, w want) (f fetched, err error) {
	err = t.try(ctx, what, func(ctx context.Context) error {
		part, err := t.fetchPartition(ctx, partition, offset, w)
		if err != nil {
			return err
		}
		f = fetched{next: offset, end: part.LastStableOffset}
		return f.addAll(part.Records, partition, newAborted(part.AbortedTransactions))
	})
	return f, err
}

// fetchPartition makes the request. Its errors are those of kafka-go.
func (t *Topic) fetchPartition(ctx context.Context, partition int, offset int64, w want) (*fetchPartition, error) {
	if _, err := t.partitions(ctx); err != nil { // from the cache, but for a cluster that never answered
		return nil, err
	}
	// The bound is that of the partition, the only one in the request. kfake
	// leaves out what was aborted when MaxBytes of the request ends an answer.
	const readCommitted = 1
	answer, err := t.client.Transport.RoundTrip(ctx, t.client.Addr, &fetchRequest{clientID: t.config.ClientID, Request: fetchapi.Request{
		ReplicaID: -1, MaxWaitTime: int32(w.wait.Milliseconds()), MinBytes: 1, MaxBytes: math.MaxInt32,
		IsolationLevel: readCommitted, SessionID: -1, SessionEpoch: -1,
		Topics: []fetchapi.RequestTopic{{Topic: t.config.Topic, Partitions: []fetchapi.RequestPartition{{
			Partition: int32(partition), CurrentLeaderEpoch: -1, FetchOffset: offset, LogStartOffset: -1, PartitionMaxBytes: int32(w.bytes),
		}}}},
	}})
	if err != nil {
		return nil, err
	}
	res := answer.(*fetchResponse)
	if res.ErrorCode != 0 {
		return nil, kafka.Error(res.ErrorCode)
	}
	if len(res.Topics) == 0 || len(res.Topics[0].Partitions) == 0 {
		return nil, protocol.ErrNoTopic
	}
	part := &res.Topics[0].Partitions[0]
	if part.ErrorCode != 0 {
		return nil, kafka.Error(part.ErrorCode)
	}
	return part, nil
}

// fetchRequest is kafka-go's request with another form of the answer. It is a
// [protocol.RawExchanger], kafka-go's way for a request that reads its answer
// itself; the connection, its TLS and SASL, and the choice of the broker stay
// kafka-go's.
type fetchRequest struct {
	fetchapi.Request
	clientID string
	version  int16 // of the request and its answer
}

var (
	_ protocol.RawExchanger    = (*fetchRequest)(nil)
	_ protocol.PreparedMessage = (*fetchRequest)(nil)
)

// Prepare is told the version that client and broker both know.
func (r *fetchRequest) Prepare(version int16) { r.version = version }

// Required says that RawExchange is always to be called.
func (*fetchRequest) Required(map[protocol.ApiKey]int16) bool { return true }

// maxFetched bounds what one answer may bring. A broker returns what was asked
// for, or one record batch that is larger (KIP-74).
const maxFetched = 256 << 20

// RawExchange sends the request and reads the answer, a *fetchResponse. A
// connection carries one request at a time, so any number identifies it.
func (r *fetchRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	const id = 1
	if err := protocol.WriteRequest(rw, r.version, id, r.clientID, &r.Request); err != nil {
		return nil, err
	}
	var head [8]byte // length of what follows it, id of the request
	if _, err := io.ReadFull(rw, head[:]); err != nil {
		return nil, err
	}
	length, got := int32(binary.BigEndian.Uint32(head[:])), binary.BigEndian.Uint32(head[4:])
	if got != id || length < 4 || length > maxFetched {
		return nil, fmt.Errorf("stream: the answer to a fetch has the id %d and %d bytes; want id %d and at most %d bytes", got, length, id, maxFetched)
	}
	body := make([]byte, length-4)
	if _, err := io.ReadFull(rw, body); err != nil {
		return nil, err
	}
	res := &fetchResponse{}
	return res, protocol.Unmarshal(body, r.version, res)
}

// fetchResponse is [fetchapi.Response] with the records as the bytes that came.
type fetchResponse struct {
	ThrottleTimeMs int32        `kafka:"min=v1,max=v11"`
	ErrorCode      int16        `kafka:"min=v7,max=v11"`
	SessionID      int32        `kafka:"min=v7,max=v11"`
	Topics         []fetchTopic `kafka:"min=v0,max=v11"`
}

// ApiKey implements [protocol.Message].
func (*fetchResponse) ApiKey() protocol.ApiKey { return protocol.Fetch }

type fetchTopic struct {
	Topic      string           `kafka:"min=v0,max=v11"`
	Partitions []fetchPartition `kafka:"min=v0,max=v11"`
}

type fetchPartition struct {
	Partition            int32                          `kafka:"min=v0,max=v11"`
	ErrorCode            int16                          `kafka:"min=v0,max=v11"`
	HighWatermark        int64                          `kafka:"min=v0,max=v11"`
	LastStableOffset     int64                          `kafka:"min=v4,max=v11"`
	LogStartOffset       int64                          `kafka:"min=v5,max=v11"`
	AbortedTransactions  []fetchapi.ResponseTransaction `kafka:"min=v4,max=v11"`
	PreferredReadReplica int32                          `kafka:"min=v11,max=v11"`
	Records              []byte                         `kafka:"min=v0,max=v11"`
}
