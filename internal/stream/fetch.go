package stream

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
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
	end      int64     // end of the log
}

// fetch reads messages from an offset on. Control records of transactions are
// passed over. It makes one attempt and returns errors as kafka-go does.
func (t *Topic) fetch(ctx context.Context, partition int, offset int64, w want) (fetched, error) {
	if _, err := t.partitions(ctx); err != nil { // from the cache, but for a cluster that never answered
		return fetched{}, err
	}
	res, err := t.client.Fetch(ctx, &kafka.FetchRequest{
		Topic: t.config.Topic, Partition: partition, Offset: offset,
		MinBytes: 1, MaxBytes: w.bytes, MaxWait: w.wait,
	})
	if err != nil {
		return fetched{}, err
	}
	if res.Error != nil {
		return fetched{}, res.Error
	}
	f := fetched{next: offset, end: res.HighWatermark}
	stream, ok := res.Records.(*protocol.RecordStream)
	if !ok {
		return f, nil // no records
	}
	var a arena
	for _, batch := range stream.Records {
		if err := f.add(batch, partition, &a); err != nil {
			return fetched{}, err
		}
	}
	if f.next == offset && len(stream.Records) > 0 {
		f.next++ // a batch that compaction has emptied: kafka-go does not say where it ends
	}
	return f, nil
}

// add takes the records of one record batch.
func (f *fetched) add(batch protocol.RecordReader, partition int, a *arena) error {
	_, control := batch.(*protocol.ControlBatch)
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
			if !control {
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
