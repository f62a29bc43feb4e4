package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"hotspot/internal/platform/cause"
)

// The back-off of every retry: doubled from the least to the greatest, each
// time longer or shorter by a fifth, so that many clients do not come at once.
// The greatest is how long a broker can be back without our noticing.
const (
	backoffMin = 50 * time.Millisecond
	backoffMax = 750 * time.Millisecond
)

// try makes one attempt at an operation. After a failure the cluster's layout
// is asked for anew, since it may be what was wrong.
func (t *Topic) try(ctx context.Context, op string, f func(ctx context.Context) error) error {
	attempt, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	err := f(attempt)
	if err == nil {
		t.conns.proven.Store(true)
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.forget()
	return fmt.Errorf("stream: %s: %w", op, t.explain(err))
}

// Retry calls f until it returns nil, a final error (see [cause.Final]) or ctx ends;
// in the last two cases it returns the error. Between the calls it backs off,
// 0.9 s at most. f must keep answers that it does not want to ask for again,
// such as ErrNoTopic, and return nil.
//
// It logs one line when a second call in a row has failed, and one when a call
// works again, with the number of attempts and the time it took. Readers and
// Writers share these lines, and Config.OnState hears of them.
func (t *Topic) Retry(ctx context.Context, what string, f func(ctx context.Context) error) (err error) {
	var (
		failed int       // attempts in a row
		began  time.Time // when the first of them failed
	)
	defer func() {
		if failed >= 2 {
			t.state.leave(err == nil, failed+1, time.Since(began))
		}
	}()
	for {
		switch err := f(ctx); {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case cause.Final(err):
			return err
		default:
			if failed++; failed == 1 { // a single failure is nobody's business: leaders change
				began = time.Now()
			} else {
				t.state.fail(what, err, failed == 2)
			}
		}
		select {
		case <-time.After(backoff(failed)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// backoff is how long to wait after so many failed attempts.
func backoff(failed int) time.Duration {
	d := backoffMax
	if failed < 5 {
		d = backoffMin << (failed - 1)
	}
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64())) // spreads clients, decides nothing
}

// state is whether the brokers can be reached, as all that a topic does sees
// it together: there is an outage as long as one Retry fails.
type state struct {
	log *slog.Logger
	on  func(outage error) // may be nil

	mu      sync.Mutex
	outages int  // Retries that fail
	gone    bool // the last that was said of them is that there is no topic
}

// fail hears of every failure of a Retry but the first one, and says the first
// that it hears, and when a broker that was away is back without the topic.
func (s *state) fail(what string, err error, enters bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := errors.Is(err, ErrNoTopic)
	if enters {
		s.outages++
	}
	if gone == s.gone && (!enters || s.outages > 1) {
		return
	}
	s.gone = gone
	log := s.log.With("while", what, "error", err, "next", "trying again, at most 0.9s apart")
	var answer kafka.Error
	switch {
	case gone:
		log.Warn("topic gone")
	case errors.As(err, &answer):
		log.Warn("broker not ready")
	default:
		log.Warn("broker unreachable")
	}
	if s.on != nil {
		s.on(err)
	}
}

func (s *state) leave(success bool, attempts int, after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outages--; s.outages > 0 || !success {
		return
	}
	s.log.Info("broker reachable again", "attempts", attempts, "after", after.Round(time.Millisecond))
	if s.on != nil {
		s.on(nil)
	}
}
