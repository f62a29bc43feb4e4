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
//	Next <- queue <- fetched (1) <- run: fetch, back off, fetch …
//
// A goroutine fetches one step ahead of the caller, so that the network and
// the decoding of records overlap with the work on them.
type Reader struct {
	// Holes asks for a Message with Hole set where the log goes on without
	// records: a reader that wants to know where it stands needs them. Set it
	// before the first Next.
	Holes bool

	topic     *Topic
	partition int
	queue     []Message
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
	trouble := trouble{link: r.topic.link, what: fmt.Sprintf("read %s-%d", r.topic.config.Topic, r.partition)}
	defer trouble.over(false)
	for {
		var f fetched
		err := r.topic.try(ctx, trouble.what, func(ctx context.Context) (err error) {
			f, err = r.topic.fetch(ctx, r.partition, offset, follow)
			return err
		})
		switch {
		case err == nil:
		case ctx.Err() != nil, Fatal(err), errors.Is(err, ErrOutOfRange):
			return err
		default:
			if err := trouble.wait(ctx, err); err != nil {
				return err
			}
			continue
		}
		trouble.over(true)
		if n := len(f.messages); f.next > offset && (n == 0 || f.messages[n-1].Offset < f.next-1) {
			f.messages = append(f.messages, Message{Partition: r.partition, Offset: f.next - 1, Hole: true})
		}
		offset = f.next
		r.end.Store(f.end)
		if len(f.messages) == 0 {
			continue
		}
		select {
		case r.fetched <- f.messages:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Next returns the next message. It waits for one until ctx ends, through any
// absence of the broker. The error is ErrOutOfRange when the offset is outside
// the log: its record has expired, or the log is shorter than it was. After
// that, and after a fatal error, every call returns the same error.
func (r *Reader) Next(ctx context.Context) (Message, error) {
	if len(r.queue) == 0 {
		var err error
		if r.queue, err = r.Chunk(ctx); err != nil {
			return Message{}, err
		}
	}
	m := r.queue[0]
	r.queue = r.queue[1:]
	return m, nil
}

// Chunk is Next for all messages that have been fetched: one or more.
func (r *Reader) Chunk(ctx context.Context) ([]Message, error) {
	if q := r.queue; len(q) > 0 {
		r.queue = nil
		return q, nil
	}
	for {
		select {
		case m, ok := <-r.fetched:
			if !ok {
				return nil, r.err
			}
			if n := len(m); m[n-1].Hole && !r.Holes {
				m = m[:n-1]
			}
			if len(m) > 0 {
				return m, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
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
	r.queue = nil
	return nil
}
