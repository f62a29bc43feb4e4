package producer

import (
	"context"
	"math/rand/v2"
	"time"
)

// pace makes the pauses between rows, uniformly distributed from min to max.
// They are measured from one row's due time to the next, so that the time that
// writing takes does not add up.
type pace struct {
	min, max time.Duration
	rand     *rand.Rand
	due      time.Time // of the row before; zero before the first row
	timer    *time.Timer
	nap      func(time.Duration)
}

// fine is the end of a pause that is slept by nap. Go's timers wake a process
// that waits for nothing else up to a millisecond late, which is as long as a
// row takes to reach the topic. It is also the longest that the end of the
// context waits for a nap.
const fine = 2 * time.Millisecond

// behind is how late a row may be before the lost time is given up: after an
// absence of the broker rows go on at their pace, not all at once.
const behind = time.Second

// newPace draws its pauses from seed. A nil nap is the system's finest sleep.
func newPace(least, greatest time.Duration, seed uint64, nap func(time.Duration)) *pace {
	t := time.NewTimer(0)
	t.Stop()
	if nap == nil {
		nap = systemNap
	}
	return &pace{min: least, max: greatest, rand: rand.New(rand.NewPCG(seed, 0)), timer: t, nap: nap}
}

// wait waits until the next row is due. The first one is at once.
func (p *pace) wait(ctx context.Context) error {
	now := time.Now()
	if p.due.IsZero() {
		p.due = now
		return ctx.Err()
	}
	p.due = p.due.Add(p.min + time.Duration(p.rand.Int64N(int64(p.max-p.min)+1)))
	if now.Sub(p.due) > behind {
		p.due = now
	}
	if !now.Before(p.due) {
		return ctx.Err()
	}
	if rest := p.due.Sub(now) - fine; rest > 0 {
		p.timer.Reset(rest)
		select {
		case <-p.timer.C:
		case <-ctx.Done():
			p.timer.Stop()
			return ctx.Err()
		}
	}
	if rest := time.Until(p.due); rest > 0 {
		p.nap(rest)
	}
	return ctx.Err()
}
