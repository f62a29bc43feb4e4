package stream

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// Reader reads one partition from an offset on, for ever. It belongs to one
// goroutine, but for End.
//
//	Next <- fetched (1) <- run: fetch, back off, fetch …
//
// A goroutine fetches one step ahead of the caller, so that the network and
// the decoding of records overlap with the work on them.
type Reader struct {
	topic     *Topic
	partition int
	fetched   chan []Message
	cancel    context.CancelFunc
	err       error // why fetched was closed
	end       atomic.Int64
}

// NewReader begins to read a partition at an offset. It returns at once; Close
// must be called.
func (t *Topic) NewReader(partition int, offset int64) *Reader {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Reader{topic: t, partition: partition, fetched: make(chan []Message, 1), cancel: cancel}
	r.end.Store(offset)
	go func() {
		defer close(r.fetched)
		r.err = r.run(ctx, offset)
	}()
	return r
}

// run fetches until ctx ends or no retry will help.
func (r *Reader) run(ctx context.Context, offset int64) error {
	what := fmt.Sprintf("read %s-%d", r.topic.config.Topic, r.partition)
	for {
		var got fetched
		var outside error
		err := r.topic.Retry(ctx, what, func(ctx context.Context) (err error) {
			got, err = r.topic.fetch(ctx, what, r.partition, offset, follow)
			if errors.Is(err, ErrOutOfRange) {
				outside, err = err, nil
			}
			return err
		})
		if err := errors.Join(err, outside); err != nil {
			return err
		}
		if n := len(got.messages); got.next > offset && (n == 0 || got.messages[n-1].Offset < got.next-1) {
			got.messages = append(got.messages, Message{Partition: r.partition, Offset: got.next - 1, Hole: true})
		}
		offset = got.next
		r.end.Store(got.end)
		if len(got.messages) == 0 {
			continue
		}
		select {
		case r.fetched <- got.messages:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Next returns the next messages, one or more, in the order of their offsets.
// Where the log goes on without records, as it does behind every transaction,
// the last of them is a hole (see [Message]): so the caller knows how far the
// reading is. Next waits for messages until ctx ends, through any outage of the
// broker. The error is ErrOutOfRange when the offset is outside the log: its
// record has expired, or the log is shorter than it was. After that, and after
// a fatal error, every call returns the same error.
func (r *Reader) Next(ctx context.Context) ([]Message, error) {
	select {
	case m, ok := <-r.fetched:
		if !ok {
			return nil, r.err
		}
		return m, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// End returns the end of the log when the partition was last asked: the offset
// that its next message will get, or the beginning of the first transaction that
// is still open. It may be called from any goroutine.
func (r *Reader) End() int64 { return r.end.Load() }

// Close ends the reading and waits for it.
func (r *Reader) Close() error {
	r.cancel()
	for range r.fetched { // until run has ended
	}
	return nil
}
