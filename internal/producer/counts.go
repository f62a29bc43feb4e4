package producer

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// counts are what linker and sender count, and what others read meanwhile.
type counts struct {
	rows, there, sent, acked atomic.Int64
	rejects                  atomic.Int64
	rejected                 map[crime.Reason]*atomic.Int64 // the same by reason; the map itself does not change
	file                     atomic.Pointer[source.File]
}

func newCounts() *counts {
	c := &counts{rejected: map[crime.Reason]*atomic.Int64{}}
	for _, reason := range crime.Reasons {
		c.rejected[reason] = new(atomic.Int64)
	}
	return c
}

// reject counts a rejected row and returns how many there are.
func (c *counts) reject(r crime.Reason) int64 {
	c.rejected[r].Add(1)
	return c.rejects.Add(1)
}

// into fills in s after a run that took so long.
func (c *counts) into(s *Summary, took time.Duration) {
	s.Rows, s.AlreadyThere, s.Sent, s.Acknowledged = c.rows.Load(), c.there.Load(), c.sent.Load(), c.acked.Load()
	s.Rejected = map[crime.Reason]int64{}
	for reason, n := range c.rejected {
		if n := n.Load(); n > 0 {
			s.Rejected[reason] = n
		}
	}
	s.Seconds = took.Seconds()
	if s.Seconds > 0 {
		s.RowsPerSecond = float64(s.Acknowledged) / s.Seconds
	}
}

func (c *counts) progress() Progress {
	p := Progress{Row: c.rows.Load(), Acknowledged: c.acked.Load()}
	if f := c.file.Load(); f != nil {
		p.Bytes, p.Size = f.Progress()
	}
	return p
}

// register shows the counts as metrics.
func (c *counts) register(r *prometheus.Registry) {
	counter := func(name, help string, v func() int64, labels prometheus.Labels) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "hotspot_producer_" + name, Help: help, ConstLabels: labels,
		}, func() float64 { return float64(v()) }))
	}
	counter("rows_total", "Rows of the source read and accepted.", c.rows.Load, nil)
	counter("sent_total", "Rows given to the broker.", c.sent.Load, nil)
	counter("acknowledged_total", "Rows that the broker has taken.", c.acked.Load, nil)
	counter("already_there_total", "Rows that the topic had before.", c.there.Load, nil)
	for _, reason := range crime.Reasons {
		counter("rejected_total", "Rows that were rejected.", c.rejected[reason].Load, prometheus.Labels{"reason": string(reason)})
	}
}

// report tells the caller how far it is, until ctx ends, and then once more.
func (p *producer) report(ctx context.Context) {
	if p.config.OnProgress == nil {
		return
	}
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for ended := false; !ended; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			ended = true
		}
		p.config.OnProgress(p.counts.progress())
	}
}
