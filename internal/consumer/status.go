package consumer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/metrics"
	"hotspot/internal/stream"
)

const (
	statusEvery = 250 * time.Millisecond
	recentRows  = 200
)

// status tells the outside how the consumer is doing: open.json, progress,
// health and metrics. Its methods may be called from any goroutine.
type status struct {
	log     *slog.Logger
	dir     *durable.Folder
	events  Events
	health  *metrics.Health
	metrics *instruments

	mu      sync.Mutex
	now     Progress
	changed bool // since open.json was written
	wake    chan struct{}

	state       state  // but for outages
	outage      error  // of the brokers or the topic; nil is none
	diskOutage  string // what the newest writer that waits for the disk was told
	diskWaiters int
	behind      bool // it was said that the topic ends before the folder
	// Why nothing can be made of what comes, "" while something can: no message is a
	// row, none has a field of the mapping, or no row of the newest batch has a place.
	noRows, noField, noPlace string
}

// state is what the consumer does, and why.
type state struct {
	name   batch.State
	detail string
}

func newStatus(log *slog.Logger, c Config, f *folder) *status {
	health := metrics.NewHealth()
	s := &status{
		log: log, dir: f.dir, events: c.Events, health: health, metrics: newInstruments(health),
		wake: make(chan struct{}, 1), state: state{batch.Waiting, ""},
		now: Progress{
			Status: batch.Status{Batch: f.first, FirstRow: c.FromRow, BatchSize: c.BatchSize, State: batch.Waiting},
			Next:   c.FromRow, Batches: f.newest(),
		},
	}
	if last := f.last(); last != nil {
		s.now.Batch, s.now.FirstRow, s.now.Next = last.Batch+1, last.LastRow+1, last.LastRow+1
		s.now.Source = last.Source
		s.now.Window = last.Window.Next()
	}
	if f.newestModel != nil {
		s.noPlace = withoutPlace(f.newestModel)
	}
	for n := f.first; f.trained[n]; n++ {
		s.now.Models = n
	}
	return s
}

// run writes open.json and reports progress until ctx ends. The error is nil.
func (s *status) run(ctx context.Context) error {
	tick := time.NewTicker(statusEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.wake: // the state changed: say so at once
		case <-ctx.Done():
			return nil
		}
		s.publish()
	}
}

// publish writes what has changed.
func (s *status) publish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.changed {
		return
	}
	s.changed = false
	if err := s.dir.WriteStatus(batch.StatusName, s.now.Encode()); err != nil { // the state is in /readyz and in the log too
		s.log.Debug("status not written", "file", batch.StatusName, "error", err)
	}
	if s.events.Progress != nil {
		p := s.now
		p.Recent = nil // they are still being written
		s.events.Progress(p)
	}
}

// change runs f under the lock, shows the state as it is then, and wakes run
// when it is another one.
func (s *status) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.changed = true
	s.show(s.worst())
}

// worst is the state with the worst outage: rows that go on coming do not hide
// a disk that fails.
func (s *status) worst() state {
	switch {
	case s.diskWaiters > 0:
		return state{batch.DiskFails, s.diskOutage}
	case errors.Is(s.outage, stream.ErrNoTopic):
		return state{batch.TopicGone, s.outage.Error()}
	case s.outage != nil:
		return state{batch.BrokerAway, s.outage.Error()}
	case cmp.Or(s.noRows, s.noField, s.noPlace) != "":
		return state{batch.Unusable, cmp.Or(s.noRows, s.noField, s.noPlace)}
	default:
		return s.state
	}
}

// show makes st the state that the outside sees; the caller has the lock.
func (s *status) show(st state) {
	if st == (state{s.now.State, s.now.Detail}) {
		return
	}
	s.now.State, s.now.Detail, s.changed = st.name, st.detail, true
	switch reason := string(st.name); {
	case st.name == batch.Reading, st == state{batch.Waiting, ""}:
		s.health.Ready()
	default:
		if st.detail != "" {
			reason += ": " + st.detail
		}
		s.health.NotReady(reason)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// setState says what the consumer does but for outages.
func (s *status) setState(name batch.State, detail string) {
	s.change(func() { s.state = state{name, detail} })
}

// setOutage hears from package stream what is wrong with brokers and topic.
func (s *status) setOutage(outage error) {
	s.change(func() { s.outage = outage })
}

// setDisk says that one writer more, or one less, waits for the disk, and why.
func (s *status) setDisk(more int, why string) {
	s.change(func() { s.diskWaiters, s.diskOutage = s.diskWaiters+more, cmp.Or(why, s.diskOutage) })
}

// end says the last word, whatever the outages: stopped, or halted and why.
func (s *status) end(err error) {
	last := state{batch.Stopped, ""}
	if err != nil {
		last = state{batch.Halted, err.Error()}
	}
	s.mu.Lock()
	s.show(last)
	s.mu.Unlock()
	s.publish()
}

// setRead takes over where the sequencer is, after every run of messages.
func (s *status) setRead(seq *sequencer) {
	s.change(func() {
		s.metrics.rows.Add(float64(len(seq.accepted)))
		s.addRecent(seq.accepted)
		s.now.Next = seq.rows.next
		o := &s.now
		if b := seq.builder; b != nil {
			o.Source = b.Source()
			o.Batch, o.Rows = b.Number(), b.Len()
			if o.Window = b.Window(); o.Window.First == "" {
				o.Window = batch.Window{} // until the first row says which
			}
			o.FirstRow = b.Next() - int64(o.Rows)
			o.Reported.First, o.Reported.Last = b.Reported()
		}
		o.Duplicates, o.DeadLetters, o.Lag = seq.duplicates, seq.deadCount, 0
		for n, p := range seq.partitions {
			s.metrics.offset.WithLabelValues(strconv.Itoa(n)).Set(float64(p.next))
			o.Lag += max(0, p.end-p.next)
		}
		if s.state = (state{batch.Waiting, seq.endsBefore()}); o.Lag > 0 {
			s.state.name = batch.Reading
		}
		if why := s.state.detail; why != "" && !s.behind {
			s.behind = true
			s.log.Warn("the topic ends before the folder", "because", why)
		}
		s.metrics.fill.Set(float64(o.Rows))
		s.metrics.lag.Set(float64(o.Lag))
	})
}

// addRecent keeps the newest rows; the caller has the lock.
func (s *status) addRecent(rows []batch.Recent) {
	for _, row := range rows[max(0, len(rows)-recentRows):] {
		row.Category = strings.Clone(row.Category) // it is part of what was fetched
		s.now.Recent = append(s.now.Recent, row)
	}
	s.now.Recent = slices.Delete(s.now.Recent, 0, max(0, len(s.now.Recent)-recentRows))
}

// batchCommitted tells of a committed batch.
func (s *status) batchCommitted(m *batch.Manifest) {
	s.change(func() { s.now.Batches = m.Batch })
	s.metrics.batches.Inc()
	if s.events.Batch != nil {
		s.events.Batch(m)
	}
}

// setTraining tells which model is being trained; 0 is none.
func (s *status) setTraining(n int) {
	s.change(func() {
		s.now.Training = nil
		if n > 0 {
			s.now.Training = &n
		}
	})
}

// withoutPlace says why m, of rows of which none has a usable place, has no areas;
// "" of any other model.
func withoutPlace(m *model.Model) string {
	r := m.Rows
	if r.Trained > 0 || r.Total == 0 {
		return ""
	}
	return fmt.Sprintf("none of the %d rows of batch %d has a usable place: %d have none, %d lie outside of the map's %s", r.Total, m.Model, r.NoLocation, r.OutOfArea, m.Frame)
}

// setUnusable says why nothing can be made of what comes: reason, one of the three
// of s, is why from now on.
func (s *status) setUnusable(reason *string, why string) {
	s.change(func() {
		if why != "" && why != *reason {
			s.log.Warn("nothing can be made of what comes", "because", why)
		}
		*reason = why
	})
}

// hasModel tells that model n is on disk, and all before it.
func (s *status) hasModel(n int) { s.change(func() { s.now.Models = max(s.now.Models, n) }) }

// modelPublished tells of a new model.
func (s *status) modelPublished(m *model.Model, took time.Duration) {
	s.hasModel(m.Model)
	s.metrics.models.Inc()
	s.metrics.training.Observe(took.Seconds())
	if s.events.Model != nil {
		s.events.Model(m, took)
	}
}
