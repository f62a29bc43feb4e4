package consumer

import (
	"context"
	"errors"
	"log/slog"

	"golang.org/x/sync/semaphore"

	"hotspot/internal/crime"
	"hotspot/internal/stream"
)

const (
	// window is how many rows of one partition are held while an earlier row
	// is awaited: from the same partition when somebody else wrote it out of
	// order, or from another one.
	window = 1000
	// chunk is how many messages at most travel together from a lane to the
	// intake; enough that the channel's cost vanishes.
	chunk = 256
)

// item is one message of the topic after decoding: a row, a dead letter, or a
// hole in the log.
type item struct {
	message stream.Message
	stamp   crime.Stamp
	record  crime.Record
	value   []byte // of the row, over which the chain goes: the message's own, but for a foreign one
	dead    string // why it is a dead letter; "" for a row
	end     int64  // end of the partition's log when the message was read
}

// The reasons of dead letters (docs/formats.md).
const (
	deadEmpty    = "empty-value"
	deadNoStamp  = "no-row-header"
	deadStamp    = "bad-row-header"
	deadSchema   = "unknown-schema"
	deadRecord   = "not-a-record"
	deadConflict = "conflict"
)

// decode turns a message into an item. It never fails: what cannot be a row
// is a dead letter with its reason.
func decode(m stream.Message, it *item) {
	*it = item{message: m, value: m.Value}
	if m.Hole {
		return
	}
	var stamps int
	var err error
	for _, h := range m.Headers {
		if h.Key != crime.StampKey {
			continue
		}
		if stamps++; stamps == 1 {
			it.stamp, err = crime.ParseStamp(h.Value)
		}
	}
	switch {
	case len(m.Value) == 0:
		it.dead = deadEmpty
	case stamps == 0:
		it.dead = deadNoStamp
	case errors.Is(err, crime.ErrUnknownSchema):
		it.dead = deadSchema
	case err != nil || stamps > 1:
		it.dead = deadStamp
	default:
		if it.record, err = crime.ParseValue(m.Value); err != nil {
			it.dead = deadRecord
		}
	}
}

// lane reads one partition. Its credit bounds what it may have in flight and
// in the intake's window.
type lane struct {
	partition int
	numbering *numbering // gives rows their numbers, where messages have none; else nil
	start     int64
	credit    *semaphore.Weighted
}

func newLane(partition int, start int64) *lane {
	return &lane{partition: partition, start: start, credit: semaphore.NewWeighted(window + chunk)}
}

// run reads until ctx ends, decodes, and hands over chunks. When the position
// has left the log (it expired, or the topic was made anew) it goes on at the
// beginning: the intake drops what it has and finds what is missing.
func (l *lane) run(ctx context.Context, log *slog.Logger, topic *stream.Topic, out chan<- []item) error {
	start := l.start
	for {
		err := l.read(ctx, topic, start, out)
		if !errors.Is(err, stream.ErrOutOfRange) {
			return err
		}
		ranges, rerr := topic.Ranges(ctx)
		if rerr != nil || l.partition >= len(ranges) {
			return errors.Join(err, rerr)
		}
		start = ranges[l.partition].First
		l.numbering.restart()
		log.Warn("position left the log, partition read from its beginning",
			"topic", topic.Name(), "partition", l.partition, "offset", start)
	}
}

// read is one reader's life: a goroutine fetches, this one decodes whatever
// has come by now, so that a chunk never waits for a message.
func (l *lane) read(ctx context.Context, topic *stream.Topic, start int64, out chan<- []item) error {
	r := topic.NewReader(l.partition, start)
	r.Holes = true // the end of the log may be one: behind a transaction there is always
	fetched := make(chan stream.Message, chunk)
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for {
			m, err := r.Next(ctx)
			if err != nil {
				ended <- err
				close(fetched)
				return
			}
			select {
			case fetched <- m:
			case <-ctx.Done():
			}
		}
	}()
	defer func() {
		cancel()
		for range fetched { // until the fetching goroutine has ended
		}
		r.Close()
	}()
	for {
		m, ok := <-fetched
		if !ok {
			return <-ended
		}
		items := make([]item, 0, 1+min(len(fetched), chunk-1))
		for more := true; more; {
			items = append(items, item{})
			l.numbering.decode(m, &items[len(items)-1])
			if len(items) == cap(items) {
				break
			}
			m, more = <-fetched
		}
		end := r.End()
		for i := range items {
			items[i].end = end
		}
		if err := l.credit.Acquire(ctx, int64(len(items))); err != nil {
			return err
		}
		select {
		case out <- items:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
