package producer

import (
	"context"
	"math/rand/v2"
	"time"

	"hotspot/internal/stream"
)

// sender writes what the source hands over: whole chunks at full speed, else
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
		p.log.Info("rows are paced", "sleep_min", p.config.SleepMin, "sleep_max", p.config.SleepMax, "sleep_seed", seed)
	}
	return s
}

// run writes until the source ends, ctx ends, or the topic refuses a row. The
// row or chunk that is on its way when ctx ends is given some time more.
func (s *sender) run(ctx context.Context, chunks <-chan *chunk, back chan<- *chunk) error {
	flight, land := context.WithCancel(context.WithoutCancel(ctx))
	defer land()
	defer context.AfterFunc(ctx, func() {
		select {
		case <-time.After(grace):
			land()
		case <-flight.Done():
		}
	})()
	for {
		var c *chunk
		var ok bool
		select {
		case c, ok = <-chunks:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !ok {
			return nil
		}
		if err := s.write(ctx, flight, c.messages); err != nil {
			return err
		}
		select {
		case back <- c: // the writer has copied what it sent
		default:
		}
	}
}

func (s *sender) write(ctx, flight context.Context, m []stream.Message) error {
	step := len(m)
	if s.pause != nil {
		step = 1
	}
	for ; len(m) > 0; m = m[step:] {
		if s.pause != nil {
			if err := s.pause.wait(ctx); err != nil {
				return err
			}
		}
		s.p.counts.sent.Add(int64(step))
		s.point("message.sending")
		if err := s.writer.Write(flight, m[:step]); err != nil {
			return err
		}
		s.p.counts.acked.Add(int64(step))
		s.point("message.acked")
	}
	return ctx.Err()
}

func (s *sender) point(name string) {
	if hook := s.p.config.Hook; hook != nil {
		hook(name)
	}
}
