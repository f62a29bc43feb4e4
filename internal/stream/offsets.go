package stream

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/segmentio/kafka-go"
)

// Range is what a partition holds: the offsets from First to End-1. Some of
// them may have no record.
type Range struct{ First, End int64 }

// Ranges returns what the partitions hold, in the order of their numbers. The
// error is ErrNoTopic when there is no such topic. It makes one attempt; put
// [Topic.Retry] around it.
func (t *Topic) Ranges(ctx context.Context) ([]Range, error) {
	var ranges []Range
	err := t.try(ctx, "offsets of "+t.config.Topic, func(ctx context.Context) error {
		n, err := t.partitions(ctx)
		if err != nil {
			return err
		}
		var ask []kafka.OffsetRequest
		for p := range n {
			ask = append(ask, kafka.FirstOffsetOf(p), kafka.LastOffsetOf(p))
		}
		res, err := t.client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{t.config.Topic: ask}})
		if err != nil {
			return err
		}
		ranges = make([]Range, n)
		for _, p := range res.Topics[t.config.Topic] {
			if p.Error != nil {
				return p.Error
			}
			ranges[p.Partition] = Range{First: p.FirstOffset, End: p.LastOffset}
		}
		return nil
	})
	return ranges, err
}

// Before returns the last record of a partition before an offset, and false
// when there is none in r. It looks behind the holes that transactions and
// compaction leave. It makes one attempt.
func (t *Topic) Before(ctx context.Context, partition int, r Range, offset int64) (m Message, found bool, err error) {
	end := min(offset, r.End)
	for step := int64(1); end > r.First && !found; step *= 8 {
		start := max(r.First, end-step)
		err := t.scan(ctx, partition, start, end, lookup, func(record Message) error {
			m, found = record, true
			return nil
		})
		if err != nil {
			return Message{}, false, err
		}
		end = start
	}
	return m, found, nil
}

// Scan calls f with every record of a partition from the offset start to
// end-1, in order, until f returns an error, which Scan returns. Holes in the
// log are passed over, and a log that is shorter than end ends the scan. It
// makes one attempt at every request.
func (t *Topic) Scan(ctx context.Context, partition int, start, end int64, f func(m Message) error) error {
	return t.scan(ctx, partition, start, end, follow, f)
}

func (t *Topic) scan(ctx context.Context, partition int, start, end int64, w want, f func(m Message) error) error {
	for next := start; next < end; {
		got, err := t.fetch(ctx, fmt.Sprintf("scan %s-%d", t.config.Topic, partition), partition, next, w)
		if err != nil {
			return err
		}
		for _, m := range got.messages {
			if m.Offset >= end {
				return nil
			}
			if err := f(m); err != nil {
				return err
			}
		}
		if got.next == next { // the log ends before end
			return nil
		}
		next = got.next
	}
	return nil
}

// Commit says how far a group has read: per partition the offset of the next
// message. It is not a member of the group, so the group must have none. It
// makes one attempt; a coordinator that is still loading or has moved is an
// error worth a retry.
func (t *Topic) Commit(ctx context.Context, group string, next map[int]int64) error {
	return t.try(ctx, "commit the offsets of group "+group, func(ctx context.Context) error {
		commits := make([]kafka.OffsetCommit, 0, len(next))
		for _, p := range slices.Sorted(maps.Keys(next)) {
			commits = append(commits, kafka.OffsetCommit{Partition: p, Offset: next[p]})
		}
		res, err := t.client.OffsetCommit(ctx, &kafka.OffsetCommitRequest{
			GroupID: group, GenerationID: -1, Topics: map[string][]kafka.OffsetCommit{t.config.Topic: commits},
		})
		if err != nil {
			return err
		}
		for _, p := range res.Topics[t.config.Topic] {
			if p.Error != nil {
				return p.Error
			}
		}
		return nil
	})
}
