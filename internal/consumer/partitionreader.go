package consumer

import (
	"context"
	"errors"

	"golang.org/x/sync/semaphore"

	"hotspot/internal/stream"
)

const (
	// window is how many rows of one partition are held while an earlier row
	// is awaited: from the same partition when somebody else wrote it out of
	// order, or from another one.
	window = 1000
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
	return &partitionReader{c, partition, d, semaphore.NewWeighted(window + runLength)}
}

// run reads from offset start until ctx ends, decodes, and hands over runs of
// messages. When the position has left the log (it expired, or the topic was
// made anew) it goes on at the beginning: the sequencer drops what it has and
// finds what is missing.
func (r *partitionReader) run(ctx context.Context, start int64, runs chan<- []item) error {
	for {
		err := r.readFrom(ctx, start, runs)
		if !errors.Is(err, stream.ErrOutOfRange) {
			return err
		}
		ranges, rerr := r.topic.Ranges(ctx)
		if rerr != nil || r.partition >= len(ranges) {
			return errors.Join(err, rerr)
		}
		start = ranges[r.partition].First
		r.decoder.restart()
		r.log.Warn("position left the log, partition read from its beginning",
			"topic", r.topic.Name(), "partition", r.partition, "offset", start)
	}
}

// readFrom hands over whatever has come by now, so that no run waits for a
// message. The stream's reader fetches one step ahead.
func (r *partitionReader) readFrom(ctx context.Context, start int64, runs chan<- []item) error {
	in := r.topic.NewReader(r.partition, start) //nolint:contextcheck // it reads until Close
	defer in.Close()
	for {
		messages, err := in.Next(ctx)
		if err != nil {
			return err
		}
		for len(messages) > 0 {
			n := min(len(messages), runLength)
			run, end := make([]item, n), in.End()
			for i := range run {
				r.decoder.decode(&messages[i], &run[i])
				run[i].end = end
			}
			messages = messages[n:]
			if err := r.credit.Acquire(ctx, int64(n)); err != nil {
				return err
			}
			select {
			case runs <- run:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}
