package consumer

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
)

// sequencer puts the rows of all partitions into the one order of their numbers,
// checks the chain, drops what it has seen, sets dead letters aside, and cuts
// batches. It runs in one goroutine.
type sequencer struct {
	log   *slog.Logger
	topic string
	gap   time.Duration
	rep   *reporter
	dead  *deadLetters

	rows       history        // the chain of the rows up to next-1
	from       int64          // first row of the folder, 1 but for --from-row
	builder    *batch.Builder // the open batch; nil before the first row of an empty folder, or the row before it
	size       int
	partitions []partition // by partition

	flush     time.Duration // least time between two provisional batches; 0 is none
	flushed   int64         // next when the newest one was made
	flushedAt time.Time     // and when that was

	duplicates, deadCount int64    // since the last cut
	accepted              []recent // accepted since the reporter last heard
	csv                   []byte
}

// partition is what the sequencer knows of one partition.
type partition struct {
	reader *partitionReader
	ahead  []item // rows > next, ascending
	pos    int64  // offset after the last message taken from the reader
	end    int64  // end of the partition's log, as last heard
	freed  int64  // credit to give back
}

// run takes runs until the last batch asked for was cut (nil), or ctx ends,
// or the rows do not go on (*HaltError).
func (in *sequencer) run(ctx context.Context, runs <-chan []item, sealed chan<- *batch.Batch, last int) error {
	var proof <-chan time.Time // set while a gap looks proven
	var missing int64          // the row that is waited for then
	var quiet <-chan time.Time
	if in.flush > 0 {
		tick := time.NewTicker(in.flush)
		defer tick.Stop()
		quiet = tick.C
	}
	for {
		var items []item
		select {
		case items = <-runs:
		case <-quiet:
			in.provisional(sealed)
			continue
		case <-proof:
			return in.gapError()
		case <-ctx.Done():
			return ctx.Err()
		}
		for i := range items {
			done, err := in.take(ctx, &items[i], sealed, last)
			if done || err != nil {
				in.rep.read(in)
				return err
			}
		}
		for i := range in.partitions {
			l := &in.partitions[i]
			if l.freed > 0 {
				l.reader.credit.Release(l.freed)
				l.freed = 0
			}
		}
		in.rep.read(in)
		in.partitions[items[0].message.Partition].reader.giveBack(items)
		in.provisional(sealed)
		switch proven := in.gapSeen(); {
		case !proven && proof != nil:
			proof = nil
			in.rep.gap(false)
		case !proven:
		case len(in.partitions) == 1:
			return in.gapError()
		case proof == nil || missing != in.rows.next: // each row is waited for as long
			proof, missing = time.After(in.gap), in.rows.next
			in.rep.gap(true)
		}
	}
}

// take deals with one message: it drops it, sets it aside, holds it, or
// accepts it and all that it was holding up. done says that batch last was
// handed over.
func (in *sequencer) take(ctx context.Context, it *item, sealed chan<- *batch.Batch, last int) (done bool, err error) {
	l := &in.partitions[it.message.Partition]
	l.pos, l.end = it.message.Offset+1, it.end
	switch {
	case it.message.Hole:
		l.freed++
		return false, nil
	case it.dead != "":
		l.freed++
		return false, in.setAside(ctx, it, it.dead)
	case it.header.Row < in.from-1 || it.header.Row < in.from && in.builder != nil:
		l.freed++ // before --from-row
		return false, nil
	case it.header.Row < in.rows.next:
		l.freed++
		return false, in.dropDuplicate(ctx, it)
	case it.header.Row > in.rows.next:
		at, _ := slices.BinarySearchFunc(l.ahead, it.header.Row, func(a item, row int64) int {
			return int(min(max(a.header.Row-row, -1), 1))
		})
		l.ahead = slices.Insert(l.ahead, at, *it)
		return false, nil
	}
	if in.builder == nil && in.from > 1 { // it is the row before the folder's first one
		l.freed++
		in.beginFolder(it)
		if it, l, err = in.nextWaiting(ctx); err != nil {
			return false, err
		}
	}
	for it != nil {
		l.freed++
		if done, err = in.acceptRow(ctx, it, sealed, last); done || err != nil {
			return done, err
		}
		if it, l, err = in.nextWaiting(ctx); err != nil {
			return false, err
		}
	}
	return false, nil
}

// nextWaiting takes the next row out of what is held, nil when none has it.
// On the way it drops held rows that came a second time.
func (in *sequencer) nextWaiting(ctx context.Context) (*item, *partition, error) {
	for i := range in.partitions {
		l := &in.partitions[i]
		for len(l.ahead) > 0 && l.ahead[0].header.Row <= in.rows.next {
			it := l.ahead[0]
			l.ahead = slices.Delete(l.ahead, 0, 1)
			if it.header.Row == in.rows.next {
				return &it, l, nil
			}
			l.freed++
			if err := in.dropDuplicate(ctx, &it); err != nil {
				return nil, nil, err
			}
		}
	}
	return nil, nil, nil
}

// acceptRow adds the next row to the open batch, when it continues the chain.
func (in *sequencer) acceptRow(ctx context.Context, it *item, sealed chan<- *batch.Batch, last int) (done bool, err error) {
	if in.builder == nil { // the first row of an empty folder says what the data is
		in.rows.begin(1, crime.StartChain(it.header.Title, it.header.Invented))
		in.builder = in.newBuilder(it.header.Title, it.header.Invented, 1)
	}
	chain := in.rows.chain().Next(it.value)
	if chain != it.header.Chain {
		return false, in.chainError(it, chain)
	}
	in.rows.add(chain)
	in.csv = it.record.AppendCSV(in.csv[:0])
	in.builder.Add(batch.Row{
		Number: it.header.Row, Line: it.header.Line, CSV: in.csv,
		Incident: it.record.Incident, Reported: it.record.Text[crime.ColReported],
		Chain: chain, Partition: it.message.Partition, Offset: it.message.Offset,
	})
	in.accepted = append(in.accepted, recent{it.header.Row, it.record.Place, it.record.Located, it.record.Text[crime.ColOffenseCategory]})
	if !in.builder.Full() {
		return false, nil
	}
	b := in.builder.Cut(in.positions(), in.duplicates, in.deadCount)
	in.rows.forget(b.Manifest.FirstRow)
	in.duplicates, in.deadCount = 0, 0
	select {
	case sealed <- b:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	return b.Manifest.Batch == last, nil
}

// dropDuplicate drops a row that is there already. A row of the open or the last
// batch that differs is not that row: it is set aside as a conflict.
func (in *sequencer) dropDuplicate(ctx context.Context, it *item) error {
	if in.rows.differs(it.header.Row, it.header.Chain, it.value) {
		return in.setAside(ctx, it, deadConflict)
	}
	in.duplicates++
	in.rep.duplicate()
	return nil
}

func (in *sequencer) setAside(ctx context.Context, it *item, reason string) error {
	in.deadCount++
	return in.dead.add(ctx, it, reason)
}

// positions are, per partition, the offset of the first message that is not in
// a committed batch, as of this moment.
func (in *sequencer) positions() map[int]int64 {
	next := make(map[int]int64, len(in.partitions))
	for p := range in.partitions {
		l := &in.partitions[p]
		next[p] = l.pos
		for i := range l.ahead {
			next[p] = min(next[p], l.ahead[i].message.Offset)
		}
	}
	return next
}

// gapSeen reports whether no partition can still bring the next row. One
// partition has to be past it by a window or be at its end; of several, each
// must have delivered a later row or its end.
func (in *sequencer) gapSeen() bool {
	held := false
	for i := range in.partitions {
		l := &in.partitions[i]
		held = held || len(l.ahead) > 0
		if l.pos < l.end && (len(l.ahead) == 0 || len(in.partitions) == 1 && len(l.ahead) < window) {
			return false
		}
	}
	return held
}

func (in *sequencer) gapError() error {
	var first *item
	for i := range in.partitions {
		if a := in.partitions[i].ahead; len(a) > 0 && (first == nil || a[0].header.Row < first.header.Row) {
			first = &a[0]
		}
	}
	way := fmt.Sprintf("run the producer again on a fresh topic (--fresh), and the consumer will go on at row %d", in.rows.next)
	if in.builder == nil { // nothing is lost that this folder had
		way = fmt.Sprintf("begin the folder with a later row: --from-row %d; or run the producer again on a fresh topic (--fresh)", in.fromRow())
	}
	want := fmt.Sprintf("want row %d", in.rows.next)
	if in.builder == nil && in.from > 1 {
		want = fmt.Sprintf("want row %d, which says what row %d continues (--from-row)", in.rows.next, in.from)
	}
	return &HaltError{
		Reason: HaltGap, Topic: in.topic, Partition: first.message.Partition, Offset: first.message.Offset, Row: in.rows.next,
		Msg: fmt.Sprintf("%s, got %d: rows before it expired, were deleted or were never sent; %s", want, first.header.Row, way),
	}
}

// fromRow is the least --from-row behind which every partition has its rows:
// the row before it is there too.
func (in *sequencer) fromRow() int64 {
	late, size := int64(1), int64(in.size)
	for i := range in.partitions {
		if a := in.partitions[i].ahead; len(a) > 0 {
			late = max(late, a[0].header.Row)
		}
	}
	return (late+size-1)/size*size + 1
}

func (in *sequencer) chainError(it *item, want crime.Chain) error {
	return &HaltError{
		Reason: HaltChain, Topic: in.topic, Partition: it.message.Partition, Offset: it.message.Offset, Row: it.header.Row,
		Msg: fmt.Sprintf("row %d carries chain %s and continues as %s: it is of another file than the rows before it, or was damaged; "+
			"use another --dir for it, or send the first file again (producer --fresh)", it.header.Row, it.header.Chain, want),
	}
}

// beginFolder begins an empty folder behind the row before --from-row, whose header
// is believed: nothing that is left can prove it.
func (in *sequencer) beginFolder(before *item) {
	in.rows.begin(in.from, before.header.Chain)
	in.builder = in.newBuilder(before.header.Title, before.header.Invented, int((in.from-1)/int64(in.size))+1)
	in.log.Info("folder begun behind row 1", "row", in.from, "batch", in.builder.Number(), "chain_before", before.header.Chain.String())
}

// newBuilder is the empty batch that begins with the next row.
func (in *sequencer) newBuilder(title string, invented bool, number int) *batch.Builder {
	return batch.NewBuilder(batch.Config{
		Size: in.size, Header: crime.AppendHeader(nil), Title: title, Invented: invented, Topic: in.topic, FromRow: in.from,
	}, number, in.rows.next, in.rows.chain())
}
