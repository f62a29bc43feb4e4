package producer

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// Progress is how far the producer is.
type Progress struct {
	Row          int64 // the last row read
	Acknowledged int64 // rows that the broker took in this run
	AlreadyThere int64 // rows that the topic had
	Bytes, Size  int64 // of the input; Size is 0 when unknown
}

// Rejected is how many rows were rejected for one reason.
type Rejected struct {
	Reason crime.Reason
	Rows   int64
}

// Summary is what a run did.
type Summary struct {
	Title         string
	Invented      bool
	Rows          int64 // accepted rows read
	Sent          int64 // rows given to the broker
	Acknowledged  int64 // rows that the broker has taken
	AlreadyThere  int64 // rows that the topic had before
	Rejected      []Rejected
	Seconds       float64
	RowsPerSecond float64 // acknowledged
	Stopped       bool    // ended by its context, not by the end of the input
}

// RejectedRows is the number of rejected rows.
func (s Summary) RejectedRows() (n int64) {
	for _, r := range s.Rejected {
		n += r.Rows
	}
	return n
}

// String is the summary in one line.
func (s Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows read, %d sent, %d acknowledged, %d already there, ", s.Rows, s.Sent, s.Acknowledged, s.AlreadyThere)
	fmt.Fprintf(&b, "%d rejected", s.RejectedRows())
	for i, r := range s.Rejected {
		fmt.Fprintf(&b, "%s%s %d", []string{": ", ", "}[min(i, 1)], r.Reason, r.Rows)
	}
	fmt.Fprintf(&b, "; %.1f s, %.0f rows/s", s.Seconds, s.RowsPerSecond)
	if s.Stopped {
		b.WriteString("; stopped")
	}
	return b.String()
}

// counts are what source and sender count, and what others read meanwhile.
type counts struct {
	rows, there, sent, acked atomic.Int64
	file                     atomic.Pointer[source.File]

	mu       sync.Mutex
	rejected map[crime.Reason]int64
	rejects  int64
}

// reject counts a rejected row and returns how many there are.
func (c *counts) reject(r crime.Reason) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rejected == nil {
		c.rejected = map[crime.Reason]int64{}
	}
	c.rejected[r]++
	c.rejects++
	return c.rejects
}

func (c *counts) rejectedBy(r crime.Reason) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rejected[r]
}

func (c *counts) into(s *Summary, took time.Duration) {
	s.Rows, s.AlreadyThere, s.Sent, s.Acknowledged = c.rows.Load(), c.there.Load(), c.sent.Load(), c.acked.Load()
	for _, r := range crime.Reasons {
		if n := c.rejectedBy(r); n > 0 {
			s.Rejected = append(s.Rejected, Rejected{r, n})
		}
	}
	s.Seconds = took.Seconds()
	if s.Seconds > 0 {
		s.RowsPerSecond = float64(s.Acknowledged) / s.Seconds
	}
}

func (c *counts) progress() Progress {
	p := Progress{Row: c.rows.Load(), Acknowledged: c.acked.Load(), AlreadyThere: c.there.Load()}
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
		counter("rejected_total", "Rows that were rejected.", func() int64 { return c.rejectedBy(reason) }, prometheus.Labels{"reason": string(reason)})
	}
}

// report tells the caller how far it is, until ctx ends, and then once more.
func (p *producer) report(ctx context.Context) {
	if p.config.OnProgress == nil {
		return
	}
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	var last Progress
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			p.config.OnProgress(p.counts.progress())
			return
		}
		if now := p.counts.progress(); now != last {
			last = now
			p.config.OnProgress(now)
		}
	}
}
