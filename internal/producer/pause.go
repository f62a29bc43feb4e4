package producer

import (
	"context"
	"math/rand/v2"
	"time"
)

// pause makes the pauses between rows, uniformly distributed from min to max.
// They are measured from one row's due time to the next, so that neither the
// time that writing takes nor a late timer adds up.
type pause struct {
	min, max time.Duration
	rng      *rand.Rand
	due      time.Time // of the row before; zero before the first row
}

// behind is how late a row may be before the lost time is given up: after an
// outage of the broker rows go on at their pace, not all at once.
const behind = time.Second

// newPause draws its pauses from seed.
func newPause(least, greatest time.Duration, seed uint64) *pause {
	return &pause{min: least, max: greatest, rng: rand.New(rand.NewPCG(seed, 0))}
}

// wait waits until the next row is due. The first one is at once.
func (p *pause) wait(ctx context.Context) error {
	now := time.Now()
	if p.due.IsZero() {
		p.due = now
	} else {
		p.due = p.due.Add(p.min + time.Duration(p.rng.Int64N(int64(p.max-p.min)+1)))
	}
	if now.Sub(p.due) > behind {
		p.due = now
	}
	select {
	case <-time.After(p.due.Sub(now)):
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
