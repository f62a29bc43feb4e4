package producer

import (
	"context"
	"math/rand/v2"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/stream"
)

const (
	// What fits into one request of a stream.Writer: some 1,600 rows of the city.
	requestRows  = 2000
	requestBytes = 900_000
	// With pauses each row is a request of its own, and reading far ahead has
	// no use.
	pausedRows = 64
)

// grace is how long a row that is on its way may take when the context ends.
const grace = 2 * time.Second

// sender writes what the linker hands over: whole requests at full speed, else
// row by row with pauses between them.
type sender struct {
	p      *producer
	writer *stream.Writer
	pause  *pause // nil at full speed
}

func newSender(p *producer, topic *stream.Topic) *sender {
	s := &sender{p: p, writer: topic.NewWriter()}
	if p.config.SleepMax > 0 {
		seed := rand.Uint64()
		if p.config.SleepSeed != nil {
			seed = *p.config.SleepSeed
		}
		s.pause = newPause(p.config.SleepMin, p.config.SleepMax, seed)
		p.log.Info("pauses chosen", "sleep_min", p.config.SleepMin, "sleep_max", p.config.SleepMax, "sleep_seed", seed)
	}
	return s
}

// run writes until there are no more requests, ctx ends, or the topic refuses a
// row. What is on its way when ctx ends may take grace.
func (s *sender) run(ctx context.Context, requests <-chan *request) error {
	writing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	for {
		select {
		case r, ok := <-requests:
			if !ok || ctx.Err() != nil {
				return ctx.Err()
			}
			if err := s.write(ctx, writing, r.messages); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// write writes m, pausing until ctx ends, and sending until writing ends.
func (s *sender) write(ctx, writing context.Context, m []stream.Message) error {
	if s.pause == nil {
		return s.send(writing, m)
	}
	for i := range m {
		if err := s.pause.wait(ctx); err != nil {
			return err
		}
		if err := s.send(writing, m[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (s *sender) send(ctx context.Context, m []stream.Message) error {
	s.p.counts.sent.Add(int64(len(m)))
	s.p.config.Hook("message.sending")
	if err := s.writer.Write(ctx, m); err != nil {
		return err
	}
	s.p.counts.acked.Add(int64(len(m)))
	s.p.config.Hook("message.acked")
	return nil
}

// request is messages that go to the topic together. Their bytes lie in one
// block, their headers in one slice; when these grow, what was made before keeps
// the old ones.
type request struct {
	messages []stream.Message
	headers  []stream.Header
	block    []byte
}

// newRequest has room for so many rows, or for requestBytes.
func newRequest(rows int) *request {
	return &request{
		messages: make([]stream.Message, 0, rows),
		headers:  make([]stream.Header, 0, rows),
		block:    make([]byte, 0, requestBytes/requestRows*rows),
	}
}

// add makes the message of a row; it copies key and value.
func (r *request) add(key string, value []byte, header crime.Header) {
	begin := len(r.block)
	r.block = append(r.block, key...)
	k := len(r.block)
	r.block = append(r.block, value...)
	v := len(r.block)
	r.block = header.Append(r.block)
	b, h := r.block, len(r.headers)
	r.headers = append(r.headers, stream.Header{Key: crime.HeaderKey, Value: b[v:len(b):len(b)]})
	r.messages = append(r.messages, stream.Message{Key: b[begin:k:k], Value: b[k:v:v], Headers: r.headers[h : h+1 : h+1]})
}

// size is about what the request takes in a record batch.
func (r *request) size() int { return len(r.block) + 60*len(r.messages) }
