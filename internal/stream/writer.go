package stream

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
)

// maxBytes is what one request of a Writer may hold: below the 1,048,588 bytes
// that are the brokers' default for a record batch (message.max.bytes).
const maxBytes = 1_000_000

// goneAfter is how long a Writer waits for a topic that is not there. Right
// after a creation some brokers do not know it yet; later it was deleted.
const goneAfter = 30 * time.Second

// Writer appends messages, acknowledged by all in-sync replicas, each to the
// partition of its key. Within a partition the order is that of the calls,
// whatever is lost or delayed on the way: the next request is sent when the
// one before is acknowledged. A lost acknowledgement makes duplicates.
//
// It belongs to one goroutine, and needs no end.
type Writer struct {
	topic   *Topic
	bytes   int       // most bytes in one request; halved when a broker wants less
	next    []int64   // per partition the least offset that its next message can get
	missing time.Time // since when the topic has not been there
}

// NewWriter makes a Writer.
func (t *Topic) NewWriter() *Writer { return &Writer{topic: t, bytes: maxBytes} }

// Write appends m and returns when all of it is acknowledged; it sets
// Partition. What fails is sent again, with back-off, until it is in or ctx
// ends: then some of m may be in and some not, of each partition the first.
// The error is fatal (see [cause.Final]) when no retry helps.
func (w *Writer) Write(ctx context.Context, m []Message) error {
	if w.next == nil {
		if err := w.retry(ctx, func(ctx context.Context) error {
			n, err := w.topic.partitions(ctx)
			if err == nil {
				w.next = make([]int64, n)
			}
			return err
		}); err != nil {
			return err
		}
	}
	parts := make([][]Message, len(w.next))
	if len(parts) == 1 {
		parts[0] = m
	}
	for i := range m {
		m[i].Partition = Partition(m[i].Key, len(parts))
		if len(parts) > 1 {
			parts[m[i].Partition] = append(parts[m[i].Partition], m[i])
		}
	}
	for _, part := range parts {
		for len(part) > 0 {
			n, err := w.append(ctx, part)
			if err != nil {
				return err
			}
			part = part[n:]
		}
	}
	return nil
}

// append sends as many of m, all of one partition, as fit into a request, until
// they are in, and returns their number.
func (w *Writer) append(ctx context.Context, m []Message) (n int, err error) {
	err = w.retry(ctx, func(ctx context.Context) error {
		for {
			n = w.fit(m)
			err := w.produce(ctx, m[:n])
			if n == 1 || !errors.Is(err, kafka.MessageSizeTooLarge) {
				return err
			}
			w.bytes = size(m[:n]) / 2 // the topic takes less than the default
		}
	})
	return n, err
}

// fit returns how many of m fit into one request: at least one.
func (w *Writer) fit(m []Message) int {
	n, total := 1, size(m[:1])
	for ; n < len(m); n++ {
		if total += size(m[n : n+1]); total > w.bytes {
			break
		}
	}
	return n
}

// size is the most that messages take in a record batch, without compression.
func size(m []Message) (n int) {
	for i := range m {
		n += 32 + len(m[i].Key) + len(m[i].Value) // varints for lengths, offset and time
		for _, h := range m[i].Headers {
			n += 10 + len(h.Key) + len(h.Value)
		}
	}
	return n
}

// produce makes one request, for one partition.
func (w *Writer) produce(ctx context.Context, m []Message) error {
	if _, err := w.topic.partitions(ctx); err != nil { // from the cache, but for a cluster that never answered
		return err
	}
	p := m[0].Partition
	res, err := w.topic.client.Produce(ctx, &kafka.ProduceRequest{
		Topic: w.topic.config.Topic, Partition: p, RequiredAcks: kafka.RequireAll, Records: &recordReader{todo: m},
	})
	if err != nil {
		return err
	}
	if res.Error != nil {
		return res.Error
	}
	if res.BaseOffset < w.next[p] {
		e := w.topic.because("topic-made-anew", nil, "partition", p, "offset", w.next[p]-1)
		e.Final = true
		return e
	}
	w.next[p] = res.BaseOffset + int64(len(m))
	return nil
}

// recordReader makes records of messages: it is a [kafka.RecordReader].
type recordReader struct {
	todo   []Message
	record kafka.Record
}

// ReadRecord returns a record that is valid until the next call.
func (r *recordReader) ReadRecord() (*kafka.Record, error) {
	if len(r.todo) == 0 {
		return nil, io.EOF
	}
	m := &r.todo[0]
	r.todo = r.todo[1:]
	r.record = kafka.Record{Key: kafka.NewBytes(m.Key), Value: kafka.NewBytes(m.Value), Headers: m.Headers}
	return &r.record, nil
}

// retry is [Topic.Retry] for attempts at f. It gives up a topic that is gone.
func (w *Writer) retry(ctx context.Context, f func(ctx context.Context) error) error {
	what := "write to " + w.topic.config.Topic
	return w.topic.Retry(ctx, what, func(ctx context.Context) error {
		err := w.topic.try(ctx, what, f)
		switch {
		case !errors.Is(err, ErrNoTopic):
			w.missing = time.Time{}
		case w.missing.IsZero():
			w.missing = time.Now()
		case time.Since(w.missing) >= goneAfter:
			e := w.topic.because("topic-gone", err)
			e.Final, err = true, e
		}
		return err
	})
}

// Partition returns the partition of n that a message with this key goes to,
// as Java's client decides it: Murmur2, modulo n. So a topic that was filled by
// any of the usual clients can be continued by any other.
func Partition(key []byte, n int) int {
	if n <= 1 {
		return 0
	}
	all := make([]int, n)
	for p := range all {
		all[p] = p
	}
	return kafka.Murmur2Balancer{Consistent: true}.Balance(kafka.Message{Key: key}, all...)
}
