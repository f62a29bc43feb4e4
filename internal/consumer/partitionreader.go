package consumer

import (
	"context"
	"errors"

	"golang.org/x/sync/semaphore"

	"hotspot/internal/stream"
)

const (
	// readAhead is how many rows of one partition are held while an earlier row
	// is awaited: from the same partition when somebody else wrote it out of
	// order, or from another one.
	readAhead = 1000
	// runLength is how many messages at most travel together to the sequencer;
	// enough that the channel's cost vanishes.
	runLength = 256
)

// partitionReader reads one partition. Its credit bounds the messages that are
// on their way to the sequencer or held there.
type partitionReader struct {
	consumer
	partition int
	decoder   decoder
	credit    *semaphore.Weighted
}

func newPartitionReader(c consumer, partition int, d decoder) *partitionReader {
	return &partitionReader{c, partition, d, semaphore.NewWeighted(readAhead + runLength)}
}

// run reads from offset start until ctx ends, decodes, and hands over runs of
// messages. When the position has left the log (it expired, or the topic was
// made anew) it goes on at the beginning: the sequencer drops what it has and
// finds what is missing. Rows that get their numbers here cannot go on then.
func (r *partitionReader) run(ctx context.Context, start int64, runs chan<- []item) error {
	for {
		next, err := r.readFrom(ctx, start, runs)
		if !errors.Is(err, stream.ErrOutOfRange) {
			return err
		}
		var ranges []stream.Range
		err = r.topic.Retry(ctx, "read where the log begins", func(ctx context.Context) (err error) {
			ranges, err = r.topic.Ranges(ctx)
			return err
		})
		if err != nil {
			return err
		}
		there := ranges[min(r.partition, len(ranges)-1)]
		start = there.First
		if n, ok := r.decoder.(*numbering); ok && n.row > 0 && start > 0 {
			return lost(r.topic.Name(), next, start, n.row+1)
		}
		r.decoder.restart()
		r.log.Warn("position left the log, partition read from its beginning",
			"topic", r.topic.Name(), "partition", r.partition, "position", next, "offset", start)
		passed := item{message: stream.Message{Partition: r.partition, Offset: start - 1, Hole: true}, end: there.End}
		if err := r.handOver(ctx, []item{passed}, runs); err != nil {
			return err
		}
	}
}

// readFrom hands over whatever has come by now, so that no run waits for a
// message, and returns the offset of the next one. The stream's reader fetches
// one step ahead.
func (r *partitionReader) readFrom(ctx context.Context, start int64, runs chan<- []item) (next int64, err error) {
	in := r.topic.NewReader(r.partition, start) //nolint:contextcheck // it reads until Close
	defer in.Close()
	for next = start; ; {
		messages, err := in.Next(ctx)
		if err != nil {
			return next, err
		}
		for len(messages) > 0 {
			n := min(len(messages), runLength)
			run, end := make([]item, n), in.End()
			for i := range run {
				r.decoder.decode(&messages[i], &run[i])
				run[i].end = end
			}
			next, messages = messages[n-1].Offset+1, messages[n:]
			if err := r.handOver(ctx, run, runs); err != nil {
				return next, err
			}
		}
	}
}

// handOver waits until the sequencer has room for the run.
func (r *partitionReader) handOver(ctx context.Context, run []item, runs chan<- []item) error {
	if err := r.credit.Acquire(ctx, int64(len(run))); err != nil {
		return err
	}
	select {
	case runs <- run:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
