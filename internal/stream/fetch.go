package stream

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"slices"
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
	// follow is for a reader. 2 MiB are some 4,500 rows; a reader holds two
	// fetches at most.
	follow = want{bytes: 2 << 20, wait: 250 * time.Millisecond}
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
	res := answer.(*fetchapi.Response)
	if res.ErrorCode != 0 {
		return fetched{}, kafka.Error(res.ErrorCode)
	}
	if len(res.Topics) == 0 || len(res.Topics[0].Partitions) == 0 {
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
	stream, ok := part.RecordSet.Records.(*protocol.RecordStream)
	if !ok {
		return f, nil // no records
	}
	var a arena
	gone := newAborted(part.AbortedTransactions)
	for _, batch := range stream.Records {
		if err := f.add(batch, partition, gone.drop(batch), &a); err != nil {
			return fetched{}, err
		}
	}
	if f.next == offset && len(stream.Records) > 0 {
		f.next++ // a batch that compaction has emptied: kafka-go does not say where it ends
	}
	return f, nil
}

// aborted knows, while the batches of one answer are walked through in order,
// whose transaction is one that was aborted. No batch is lost by it that was
// not: the broker lists each such transaction with its first offset, and a
// control batch ends it.
type aborted struct {
	todo   []fetchapi.ResponseTransaction // ascending by first offset
	active map[int64]bool                 // by producer
}

func newAborted(list []fetchapi.ResponseTransaction) *aborted {
	todo := slices.Clone(list)
	slices.SortFunc(todo, func(a, b fetchapi.ResponseTransaction) int { return cmp.Compare(a.FirstOffset, b.FirstOffset) })
	return &aborted{todo: todo, active: map[int64]bool{}}
}

// drop reports whether the records of a batch are not for a reader.
func (a *aborted) drop(batch protocol.RecordReader) bool {
	switch b := batch.(type) {
	case *protocol.ControlBatch:
		delete(a.active, b.ProducerID) // the next transaction of that producer is another one
		return true
	case *protocol.RecordBatch:
		for len(a.todo) > 0 && a.todo[0].FirstOffset <= b.BaseOffset {
			a.active[a.todo[0].ProducerID] = true
			a.todo = a.todo[1:]
		}
		return b.Attributes.Transactional() && a.active[b.ProducerID]
	}
	return false
}

// add takes the records of one record batch, or, with drop, only notes that
// they were there.
func (f *fetched) add(batch protocol.RecordReader, partition int, drop bool, a *arena) error {
	for {
		r, err := batch.ReadRecord()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.Offset >= f.next { // brokers return whole batches: the first may begin before
			f.next = r.Offset + 1
			if !drop {
				m := Message{Partition: partition, Offset: r.Offset, Headers: r.Headers}
				if m.Key, err = a.copy(r.Key); err != nil {
					return err
				}
				if m.Value, err = a.copy(r.Value); err != nil {
					return err
				}
				f.messages = append(f.messages, m)
			}
		}
		release(r.Key)
		release(r.Value)
	}
}

// release gives the memory of a key or a value back to kafka-go.
func release(b protocol.Bytes) {
	if b != nil {
		b.Close()
	}
}

// arena holds the bytes of many messages in few allocations. What it returned
// stays valid; a message that is kept keeps a block of 32 KiB.
type arena []byte

func (a *arena) copy(b protocol.Bytes) ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	n, size := len(*a), b.Len()
	if cap(*a)-n < size {
		*a, n = make([]byte, 0, max(size, 32<<10)), 0
	}
	*a = (*a)[:n+size]
	s := (*a)[n : n+size : n+size]
	_, err := io.ReadFull(b, s)
	return s, err
}
