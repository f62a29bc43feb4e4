package consumer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/stream"
)

// sequencer puts the rows of all partitions into the one order of their
// numbers, checks the chain, drops what it has seen, sets dead letters aside,
// and cuts batches. It runs in one goroutine.
type sequencer struct {
	consumer
	cut     chan<- *batch.Batch
	letters *deadLetters

	rows       history        // the chain of the rows up to next-1
	from       int64          // first row of the folder, 1 but for --from-row
	before     string         // REPORTED_DATE of the row before --from-row, until that one is there
	builder    *batch.Builder // the open batch; nil before the first row of an empty folder, or the row before it
	partitions []partition    // by number

	flushed   int64     // rows.next when the newest provisional batch was made
	flushedAt time.Time // and when that was

	gapProven <-chan time.Time // fires when a row was missing for --gap-timeout; nil while none is
	missing   int64            // that row

	idle      bool  // nothing has come for growEvery
	takenThen int64 // taken when that was looked at last

	takeUp func(ranges []stream.Range) error // begins to read the partitions that are new

	duplicates, deadCount int64          // since the last cut
	taken, dead           int64          // messages since the start, and those of them that are no rows
	firstDead             string         // why the first of these is none
	strangers             int            // rows of other data that were set aside since the start
	accepted              []batch.Recent // since the status last heard
	csv                   []byte
}

// partition is what the sequencer knows of one partition.
type partition struct {
	reader *partitionReader
	ahead  []item // rows > next, ascending
	last   item   // accepted or dropped: header and offset; at first only the offset before the saved position
	saved  bool   // it was gone on with where the folder says
	held   int    // messages that hold credit: len(ahead), and in takeRun also those of the run
	next   int64  // offset after the last message taken
	end    int64  // end of the partition's log, as last heard
}

// newSequencer goes on behind the newest batch of the folder. The partitions
// are still to be set.
func newSequencer(c consumer, cut chan<- *batch.Batch) (*sequencer, error) {
	s := &sequencer{consumer: c, cut: cut, from: c.config.FromRow}
	var err error
	if s.letters, err = openDeadLetters(c); err != nil {
		return nil, err
	}
	last := c.folder.last()
	if last == nil {
		s.rows.next = max(s.from-1, 1)
		return s, nil
	}
	if s.rows, err = c.folder.replay(c.folder.lastRows()); err != nil {
		return nil, err
	}
	s.from = c.folder.manifests[0].FirstRow
	s.builder = s.newBuilder(last.Source, last.Batch+1, last.Window.Next())
	return s, nil
}

// growEvery is how often the broker is asked for partitions that were added.
const growEvery = 5 * time.Second

// run takes runs of messages until batch --batches was cut (nil), or ctx ends,
// or the rows do not go on (*HaltError).
func (s *sequencer) run(ctx context.Context, runs <-chan []item) error {
	var quiet <-chan time.Time
	if s.config.Flush {
		tick := time.NewTicker(flushEvery)
		defer tick.Stop()
		quiet = tick.C
	}
	grow := time.NewTicker(growEvery)
	defer grow.Stop()
	for {
		select {
		case run := <-runs:
			if done, err := s.takeRun(ctx, run); done || err != nil {
				return err
			}
		case <-quiet:
			s.cutProvisional()
		case <-grow.C:
			if ranges, err := s.topic.Ranges(ctx); err == nil { // else the readers say what is wrong
				if err := s.takeUp(ranges); err != nil {
					return err
				}
			}
			s.idle, s.takenThen = s.taken == s.takenThen, s.taken
			s.tellStatus()
		case <-s.gapProven:
			if err := s.watchGap(ctx, true); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// takeRun takes the messages of a run and looks whether the next row can still
// come. done says that batch --batches was cut.
func (s *sequencer) takeRun(ctx context.Context, run []item) (done bool, err error) {
	defer s.tellStatus()
	s.idle = false
	for i := range run {
		if done, err := s.take(ctx, &run[i]); done || err != nil {
			return done, err
		}
	}
	s.partitions[run[0].message.Partition].held += len(run)
	for i := range s.partitions {
		p := &s.partitions[i]
		p.reader.credit.Release(int64(p.held - len(p.ahead)))
		p.held = len(p.ahead)
	}
	s.cutProvisional()
	return false, s.watchGap(ctx, false)
}

// take deals with one message: it drops it, sets it aside, holds it, or
// accepts it and all that it was holding up.
func (s *sequencer) take(ctx context.Context, it *item) (done bool, err error) {
	p := &s.partitions[it.message.Partition]
	p.next, p.end = it.message.Offset+1, it.end
	row := it.header.Row
	if !it.message.Hole {
		s.taken++
	}
	switch {
	case it.message.Hole:
		return false, nil
	case it.dead != "":
		return false, s.setAside(ctx, it)
	case row < s.from-1, row < s.from && s.builder != nil: // before --from-row
		return false, nil
	case row < s.rows.next:
		return false, s.dropDuplicate(ctx, it)
	case row > s.rows.next:
		p.hold(*it)
		return false, nil
	}
	if s.builder == nil && s.from > 1 { // it is the row before the folder's first one
		s.beginFolder(it)
		it, err = s.nextWaiting(ctx)
	}
	for it != nil && err == nil {
		if done, err = s.acceptRow(ctx, it); done || err != nil {
			return done, err
		}
		it, err = s.nextWaiting(ctx)
	}
	return false, err
}

// hold keeps a row until those before it have come.
func (p *partition) hold(it item) {
	at, _ := slices.BinarySearchFunc(p.ahead, it.header.Row, func(a item, row int64) int { return cmp.Compare(a.header.Row, row) })
	p.ahead = slices.Insert(p.ahead, at, it)
}

// passed says that a row was accepted or dropped.
func (p *partition) passed(it *item) {
	p.last.header, p.last.message.Offset = it.header, it.message.Offset
}

// nextWaiting takes the next row out of what is held, nil when it is not there.
// On the way it drops held rows that came a second time.
func (s *sequencer) nextWaiting(ctx context.Context) (*item, error) {
	for i := range s.partitions {
		p := &s.partitions[i]
		for len(p.ahead) > 0 && p.ahead[0].header.Row <= s.rows.next {
			it := p.ahead[0]
			p.ahead = slices.Delete(p.ahead, 0, 1)
			if it.header.Row == s.rows.next {
				return &it, nil
			}
			if err := s.dropDuplicate(ctx, &it); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// acceptRow adds the next row to the open batch, when it continues the chain,
// and cuts the batch when it is full, or before the row when its window is over.
func (s *sequencer) acceptRow(ctx context.Context, it *item) (done bool, err error) {
	if s.builder == nil { // the first row of an empty folder says what the data is
		s.rows.begin(1, crime.StartChain(it.header.Source))
		s.builder = s.newBuilder(batch.Source(it.header.Source), 1, batch.Window{})
	}
	chain := s.rows.chain().Next(it.value)
	if chain != it.header.Chain {
		return false, s.chainError(it, chain)
	}
	if done, err := s.closeWindows(ctx, it); done || err != nil {
		return done, err
	}
	s.rows.add(chain)
	s.partitions[it.message.Partition].passed(it)
	s.csv = it.record.AppendCSV(s.csv[:0])
	s.builder.Add(batch.Row{
		Number: it.header.Row, Line: it.header.Line, CSV: s.csv,
		Incident: it.record.Incident, Reported: it.record.Text[crime.ColReported],
		Chain: chain, Partition: it.message.Partition, Offset: it.message.Offset,
	})
	s.accepted = append(s.accepted, batch.Recent{
		Row: it.header.Row, Located: it.record.Located, Lon: it.record.Place.Lon, Lat: it.record.Place.Lat,
		Category: it.record.Text[crime.ColOffenseCategory],
	})
	if !s.builder.Full() || s.config.BatchBy.Calendar() { // a window ends with the row after it
		return false, nil
	}
	return s.cutBatch(ctx, s.positions())
}

// dropDuplicate drops a row that is there already. A row of the open or the
// last batch that differs is not that row: it is set aside as a conflict.
func (s *sequencer) dropDuplicate(ctx context.Context, it *item) error {
	if s.rows.differs(it.header.Row, it.header.Chain, it.value) {
		it.why = fmt.Errorf("row %d was there before, with another content or after other rows", it.header.Row)
	}
	if other := s.otherData(it); other != nil { // told of every row, also of those that are no longer remembered
		if it.why, s.strangers = other, s.strangers+1; s.strangers > maxStrangers {
			return s.halt(HaltChain, it, it.header.Row, other)
		}
	}
	if it.why != nil {
		it.dead = deadConflict
		return s.setAside(ctx, it)
	}
	s.partitions[it.message.Partition].passed(it)
	s.duplicates++
	s.status.metrics.duplicates.Inc()
	return nil
}

// positions are, per partition, the offset of the first message that is not in
// a committed batch, as of this moment.
func (s *sequencer) positions() map[int]int64 {
	next := make(map[int]int64, len(s.partitions))
	for n := range s.partitions {
		p := &s.partitions[n]
		next[n] = p.next
		for i := range p.ahead {
			next[n] = min(next[n], p.ahead[i].message.Offset)
		}
	}
	return next
}

// tellStatus tells where the sequencer is.
func (s *sequencer) tellStatus() {
	s.status.setUnusable(&s.status.noRows, s.noRows())
	s.status.setRead(s)
	s.accepted = s.accepted[:0]
}

// atEnd reports whether all that the topic holds was read, and no row is held.
func (s *sequencer) atEnd() bool {
	return !slices.ContainsFunc(s.partitions, func(p partition) bool { return len(p.ahead) > 0 || p.next < p.end })
}
