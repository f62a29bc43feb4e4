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
	// runLength is how many messages at most travel together from a partitionReader
	// to the sequencer; enough that the channel's cost vanishes.
	runLength = 256
)

// item is one message of the topic after decoding: a row, a dead letter, or a
// hole in the log.
type item struct {
	message stream.Message
	header  crime.Header
	record  crime.Record
	value   []byte // of the row, over which the chain goes: the message's own, but for a foreign one
	dead    string // why it is a dead letter; "" for a row
	end     int64  // end of the partition's log when the message was read
}

// The reasons of dead letters (docs/formats.md).
const (
	deadEmpty    = "empty-value"
	deadNoHeader = "no-row-header"
	deadHeader   = "bad-row-header"
	deadSchema   = "unknown-schema"
	deadRecord   = "not-a-record"
	deadConflict = "conflict"
)

// decode turns a message into an item, which is zero. It never fails: what
// cannot be a row is a dead letter with its reason.
func decode(m *stream.Message, it *item) {
	it.message, it.value = *m, m.Value
	if m.Hole {
		return
	}
	var headers int
	var err error
	for _, h := range m.Headers {
		if h.Key != crime.HeaderKey {
			continue
		}
		if headers++; headers == 1 {
			it.header, err = crime.ParseHeader(h.Value)
		}
	}
	switch {
	case len(m.Value) == 0:
		it.dead = deadEmpty
	case headers == 0:
		it.dead = deadNoHeader
	case errors.Is(err, crime.ErrUnknownSchema):
		it.dead = deadSchema
	case err != nil || headers > 1:
		it.dead = deadHeader
	default:
		if it.record, err = crime.ParseValue(m.Value); err != nil {
			it.dead = deadRecord
		}
	}
}

// partitionReader reads one partition. Its credit bounds what it may have in flight and
// in the sequencer's window.
type partitionReader struct {
	partition int
	numbering *numbering // gives rows their numbers, where messages have none; else nil
	start     int64
	credit    *semaphore.Weighted
	back      chan []item // what the sequencer is done with: one is on its way, one in the making
}

func newPartitionReader(partition int, start int64) *partitionReader {
	return &partitionReader{partition: partition, start: start, credit: semaphore.NewWeighted(window + runLength), back: make(chan []item, 2)}
}

// run reads until ctx ends, decodes, and hands over runs. When the position
// has left the log (it expired, or the topic was made anew) it goes on at the
// beginning: the sequencer drops what it has and finds what is missing.
func (r *partitionReader) run(ctx context.Context, log *slog.Logger, topic *stream.Topic, out chan<- []item) error {
	start := r.start
	for {
		err := r.read(ctx, topic, start, out)
		if !errors.Is(err, stream.ErrOutOfRange) {
			return err
		}
		ranges, rerr := topic.Ranges(ctx)
		if rerr != nil || r.partition >= len(ranges) {
			return errors.Join(err, rerr)
		}
		start = ranges[r.partition].First
		r.numbering.restart()
		log.Warn("position left the log, partition read from its beginning",
			"topic", topic.Name(), "partition", r.partition, "offset", start)
	}
}

// read is one reader's life: the reader fetches one step ahead, this goroutine
// decodes whatever has come by now, so that a run never waits for a message.
func (r *partitionReader) read(ctx context.Context, topic *stream.Topic, start int64, out chan<- []item) error {
	log := topic.NewReader(r.partition, start)
	defer log.Close()
	for {
		messages, err := log.Next(ctx)
		if err != nil {
			return err
		}
		for len(messages) > 0 {
			n := min(len(messages), runLength)
			items := r.take(n)
			end := log.End()
			for i := range items {
				r.numbering.decode(&messages[i], &items[i])
				items[i].end = end
			}
			messages = messages[n:]
			if err := r.credit.Acquire(ctx, int64(n)); err != nil {
				return err
			}
			select {
			case out <- items:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// take returns n zero items, those of a run that came back if there is one.
func (r *partitionReader) take(n int) []item {
	select {
	case items := <-r.back:
		return items[:n]
	default:
		return make([]item, n, runLength)
	}
}

// giveBack takes the memory of a run that the sequencer is done with.
func (r *partitionReader) giveBack(items []item) {
	clear(items) // the texts hold on to what was fetched
	select {
	case r.back <- items:
	default:
	}
}
