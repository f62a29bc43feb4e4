package consumer

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/metrics"
)

const (
	reportEvery = 250 * time.Millisecond
	recentRows  = 200
)

// recent is a row that was accepted a moment ago.
type recent struct {
	row      int64
	place    crime.Place
	located  bool
	category string
}

// reporter tells the outside how the consumer is doing: open.json, progress,
// health and metrics. Its methods may be called from any goroutine.
type reporter struct {
	log     *slog.Logger
	dir     *durable.Folder
	events  Events
	health  *metrics.Health
	metrics *instruments

	mu      sync.Mutex
	file    batch.Status
	next    int64
	batches int
	first   int          // number of the folder's first batch
	newest  int          // newest model of an unbroken run from first; first-1 without any
	have    map[int]bool // models beyond newest
	calm    standing     // what is so but for troubles: reading or waiting
	away    string       // why the broker cannot be reached; "" when it can
	disks   int          // writers that wait for the disk
	disk    string       // what the newest of them was told
	changed bool
	wake    chan struct{}
}

func newReporter(log *slog.Logger, dir *durable.Folder, c Config, f *folder) *reporter {
	health := metrics.NewHealth()
	r := &reporter{
		log: log, dir: dir, events: c.Events, health: health, metrics: newInstruments(health),
		have: map[int]bool{}, calm: standing{batch.Waiting, ""}, wake: make(chan struct{}, 1), batches: f.newest(), next: c.FromRow,
		first: f.first, newest: f.first - 1,
	}
	r.file = batch.Status{Batch: f.first, FirstRow: c.FromRow, BatchSize: c.BatchSize, State: batch.Waiting, Recent: []batch.Recent{}}
	if last := f.last(); last != nil {
		r.next = last.LastRow + 1
		r.file.Batch, r.file.FirstRow = last.Batch+1, r.next
		r.file.Title, r.file.Invented = last.Title, last.Invented
	}
	return r
}

// run writes open.json and reports progress until ctx ends.
func (r *reporter) run(ctx context.Context) error {
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-r.wake: // the state changed: say so at once
		case <-ctx.Done():
			return nil
		}
		r.publish()
	}
}

// publish writes what has changed.
func (r *reporter) publish() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.changed {
		return
	}
	r.changed = false
	file := r.file
	file.Recent = file.Recent[max(0, len(file.Recent)-recentRows):]
	if err := r.dir.WriteStatus(batch.StatusName, file.Encode()); err != nil { // the state is in /readyz and in the log too
		r.log.Debug("status not written", "file", batch.StatusName, "error", err)
	}
	if r.events.Progress != nil {
		r.events.Progress(Progress{
			State: r.file.State, Detail: r.file.Detail, Batch: r.file.Batch, Rows: r.file.Rows, Size: r.file.BatchSize,
			Next: r.next, Lag: r.file.Lag, Batches: r.batches, Models: r.newestModel(),
		})
	}
}

// newestModel is the newest model of the unbroken run, 0 when there is none.
func (r *reporter) newestModel() int {
	if r.newest < r.first {
		return 0
	}
	return r.newest
}

// ended says the last word: stopped, or halted and why.
func (r *reporter) ended(err error) {
	if err != nil {
		r.state(batch.Halted, err.Error())
	} else {
		r.state(batch.Stopped, "")
	}
	r.publish()
}

// broker hears from package stream whether the brokers can be reached.
func (r *reporter) broker(reachable bool, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away = ""
	if !reachable {
		r.away = cmp.Or(reason, "no reason given")
	}
	r.show()
}

// standing is a state and its detail.
type standing struct {
	state  batch.State
	detail string
}

// state sets the state; the log and /readyz hear of a change.
func (r *reporter) state(s batch.State, detail string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.setState(s, detail)
}

func (r *reporter) setState(s batch.State, detail string) {
	switch s {
	case batch.Reading, batch.Waiting:
		r.calm = standing{s, detail}
		r.show()
	default: // the last word
		r.tell(s, detail)
	}
}

// show tells the worst of what is so: rows that go on coming do not hide a
// disk that fails.
func (r *reporter) show() {
	switch {
	case r.disks > 0:
		r.tell(batch.DiskFails, r.disk)
	case r.away != "":
		r.tell(batch.BrokerAway, r.away)
	default:
		r.tell(r.calm.state, r.calm.detail)
	}
}

// waits says that one writer more, or one less, waits for the disk.
func (r *reporter) waits(more int, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.disks, r.disk = r.disks+more, cmp.Or(why, r.disk)
	r.show()
}

func (r *reporter) tell(s batch.State, detail string) {
	if r.file.State == s && r.file.Detail == detail {
		return
	}
	r.file.State, r.file.Detail, r.changed = s, detail, true
	switch s {
	case batch.Reading, batch.Waiting:
		r.health.Ready()
	default:
		reason := string(s)
		if detail != "" {
			reason += ": " + detail
		}
		r.health.NotReady(reason)
	}
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// read takes over where the sequencer is, after every run.
func (r *reporter) read(in *sequencer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := &r.file
	r.rows(in.accepted)
	in.accepted = in.accepted[:0]
	r.next = in.rows.next
	if in.builder != nil {
		f.Title, f.Invented = in.builder.Source()
		f.Batch, f.Rows = in.builder.Number(), in.builder.Len()
		f.FirstRow = in.builder.Next() - int64(f.Rows)
		f.Reported.First, f.Reported.Last = in.builder.Reported()
	}
	f.Duplicates, f.DeadLetters = in.duplicates, in.deadCount
	f.Lag = 0
	state := batch.Waiting
	for p := range in.partitions {
		r.metrics.position(p, in.partitions[p].pos)
		f.Lag += max(0, in.partitions[p].end-in.partitions[p].pos)
	}
	if f.Lag > 0 {
		state = batch.Reading
	}
	r.metrics.fill.Set(float64(f.Rows))
	r.metrics.lag.Set(float64(f.Lag))
	r.changed = true
	r.setState(state, "")
}

// rows takes over the rows that were accepted since the last call; the caller
// holds the lock.
func (r *reporter) rows(fresh []recent) {
	r.metrics.rows.Add(float64(len(fresh)))
	for _, row := range fresh[max(0, len(fresh)-recentRows):] {
		if len(r.file.Recent) == 2*recentRows {
			r.file.Recent = append(r.file.Recent[:0], r.file.Recent[recentRows:]...)
		}
		r.file.Recent = append(r.file.Recent, batch.Recent{
			Row: row.row, Located: row.located, Lon: row.place.Lon, Lat: row.place.Lat,
			Category: strings.Clone(row.category), // it is part of what was fetched
		})
	}
}

// gap says whether a row is missing that no partition can bring any more.
func (r *reporter) gap(proven bool) {
	r.metrics.gap.Set(0)
	if proven {
		r.metrics.gap.Set(1)
	}
}

func (r *reporter) duplicate() { r.metrics.duplicates.Inc() }

func (r *reporter) deadLetter(reason string) { r.metrics.deadLetters.WithLabelValues(reason).Inc() }

// batch tells of a committed batch.
func (r *reporter) batch(m *batch.Manifest) {
	r.mu.Lock()
	r.batches, r.changed = m.Batch, true
	r.mu.Unlock()
	r.metrics.batches.Inc()
	if r.events.Batch != nil {
		r.events.Batch(m)
	}
}

// models tells which models were there at the start.
func (r *reporter) models(trained map[int]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n := range trained {
		r.have[n] = true
	}
	r.advance()
}

// training tells which model is being trained; 0 is none.
func (r *reporter) training(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.file.Training, r.changed = nil, true
	if n > 0 {
		r.file.Training = &n
	}
}

// model tells of a published model.
func (r *reporter) model(m *model.Model, took time.Duration) {
	r.mu.Lock()
	r.have[m.Model] = true
	r.advance()
	r.mu.Unlock()
	r.metrics.models.Inc()
	r.metrics.training.Observe(took.Seconds())
	if r.events.Model != nil {
		r.events.Model(m, took)
	}
}

// advance moves the unbroken run of models on; the caller holds the lock.
func (r *reporter) advance() {
	for r.have[r.newest+1] {
		r.newest++
		delete(r.have, r.newest)
	}
	r.changed = true
}

// onDisk runs write until it succeeds or ctx ends: a disk that is full or
// read-only is a matter for the operator, who reads it in open.json (when it
// can be written), in /readyz and in the log.
func (r *reporter) onDisk(ctx context.Context, write func() error) error {
	const first, longest = 100 * time.Millisecond, 5 * time.Second
	pause, troubled := first, false
	for {
		err := write()
		if err == nil {
			if troubled {
				r.waits(-1, "")
				r.log.Info("disk written again")
			}
			return nil
		}
		if troubled {
			r.waits(0, err.Error())
		} else {
			troubled = true
			r.waits(1, err.Error())
			r.log.Error("disk not written, trying again", "error", err)
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, longest)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
