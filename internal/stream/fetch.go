package stream

import (
	"context"
	"fmt"
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
// still open. Records of transactions that were aborted are passed over, and so
// are the control records that say so. It makes one attempt and returns errors
// as kafka-go does, whose own Fetch does not tell which transactions were
// aborted.
func (t *Topic) fetch(ctx context.Context, partition int, offset int64, w want) (fetched, error) {
	if _, err := t.partitions(ctx); err != nil { // from the cache, but for a cluster that never answered
		return fetched{}, err
	}
	// The bound is that of the partition, the only one in the request. kfake
	// leaves out what was aborted when MaxBytes of the request ends an answer.
	const readCommitted = 1
	answer, err := t.client.Transport.RoundTrip(ctx, t.client.Addr, &fetchapi.Request{
		ReplicaID: -1, MaxWaitTime: int32(w.wait.Milliseconds()), MinBytes: 1, MaxBytes: math.MaxInt32,
		IsolationLevel: readCommitted, SessionID: -1, SessionEpoch: -1,
		Topics: []fetchapi.RequestTopic{{Topic: t.config.Topic, Partitions: []fetchapi.RequestPartition{{
			Partition: int32(partition), CurrentLeaderEpoch: -1, FetchOffset: offset, LogStartOffset: -1, PartitionMaxBytes: int32(w.bytes),
		}}}},
	})
	if err != nil {
		return fetched{}, err
	}
	res, ok := answer.(*fetchResponse)
	switch {
	case !ok:
		return fetched{}, fmt.Errorf("stream: the answer to a fetch is a %T", answer)
	case res.ErrorCode != 0:
		return fetched{}, kafka.Error(res.ErrorCode)
	case len(res.Topics) == 0 || len(res.Topics[0].Partitions) == 0:
		return fetched{}, protocol.ErrNoTopic
	}
	part := &res.Topics[0].Partitions[0]
	if part.ErrorCode != 0 {
		return fetched{}, kafka.Error(part.ErrorCode)
	}
	f := fetched{next: offset, end: part.HighWatermark}
	if part.LastStableOffset >= 0 { // brokers before Kafka 0.11 say -1
		f.end = part.LastStableOffset
	}
	if err := f.addAll(part.Records.data, partition, newAborted(part.AbortedTransactions)); err != nil {
		return fetched{}, err
	}
	return f, nil
}
