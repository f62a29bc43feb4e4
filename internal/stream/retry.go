package stream

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

// The back-off of every retry: doubled from the least to the greatest, each
// time longer or shorter by a fifth, so that many clients do not come at once.
// The greatest is how long a broker can be back without our noticing.
const (
	backoffMin = 50 * time.Millisecond
	backoffMax = 750 * time.Millisecond
)

// Retry calls f until it returns nil, a fatal error (see [Fatal]) or ctx ends;
// in the last two cases it returns the error. Between the calls it backs off,
// 0.9 s at most. f must keep answers that it does not want to ask for again,
// such as ErrNoTopic, and return nil.
//
// It logs one line when a second call in a row has failed, and one when a
// call works again, with the number of attempts and the time it took.
func Retry(ctx context.Context, log *slog.Logger, what string, f func(ctx context.Context) error) error {
	return retry(ctx, newLink(log, nil), what, f)
}

// Retry is the function Retry for calls of this topic: it shares its log lines
// with the topic's readers and writers, and Config.OnState hears of it.
func (t *Topic) Retry(ctx context.Context, what string, f func(ctx context.Context) error) error {
	return retry(ctx, t.link, what, f)
}

func retry(ctx context.Context, l *link, what string, f func(ctx context.Context) error) error {
	tr := trouble{link: l, what: what}
	defer tr.over(false)
	for {
		err := f(ctx)
		if err == nil {
			tr.over(true)
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if Fatal(err) {
			return err
		}
		if err := tr.wait(ctx, err); err != nil {
			return err
		}
	}
}

// trouble is the failed attempts in a row of one actor: a reader, a writer or
// a Retry. It belongs to one goroutine.
type trouble struct {
	link     *link
	what     string
	attempts int
	began    time.Time
	answered bool // the last attempt failed by an answer, not for want of one
	step     int  // attempts of this kind
}

// wait takes note of a failed attempt and waits before the next one.
func (tr *trouble) wait(ctx context.Context, err error) error {
	if answered := isAnswer(err); answered != tr.answered { // the broker is back, or gone: look again soon
		tr.answered, tr.step = answered, 0
	}
	tr.step++
	tr.attempts++
	switch tr.attempts {
	case 1:
		tr.began = time.Now()
	case 2: // a single failure is nobody's business: leaders change
		tr.link.enter(tr.what, err)
	}
	timer := time.NewTimer(backoff(tr.step))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// over ends the trouble, if there was any: with success, or because its actor
// gave up.
func (tr *trouble) over(success bool) {
	if tr.attempts >= 2 {
		tr.link.leave(success, tr.attempts, time.Since(tr.began))
	}
	tr.attempts, tr.step = 0, 0
}

// isAnswer reports whether a broker has answered, if only to refuse.
func isAnswer(err error) bool {
	var code kafka.Error
	return errors.As(err, &code) || errors.Is(err, ErrNoTopic)
}

func backoff(attempt int) time.Duration {
	d := backoffMax
	if attempt < 6 {
		d = backoffMin << (attempt - 1)
	}
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64())) // spreads clients, decides nothing
}

// link is whether the brokers can be reached, as all actors of a topic see it
// together: it is down as long as one of them is in trouble.
type link struct {
	log     *slog.Logger
	onState func(reachable bool, reason string)

	mu      sync.Mutex
	failing int // actors in trouble
}

func newLink(log *slog.Logger, onState func(bool, string)) *link {
	return &link{log: log, onState: onState}
}

func (l *link) enter(what string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failing++; l.failing > 1 {
		return
	}
	msg := "broker unreachable"
	if isAnswer(err) {
		msg = "broker not ready"
	}
	l.log.Warn(msg, "while", what, "error", err, "next", "trying again, at most 0.9s apart")
	if l.onState != nil {
		l.onState(false, err.Error())
	}
}

func (l *link) leave(success bool, attempts int, after time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failing--; l.failing > 0 || !success {
		return
	}
	l.log.Info("broker reachable again", "attempts", attempts+1, "after", after.Round(time.Millisecond))
	if l.onState != nil {
		l.onState(true, "")
	}
}
