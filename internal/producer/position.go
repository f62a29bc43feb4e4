package producer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"hotspot/internal/crime"
	"hotspot/internal/platform/cause"
	"hotspot/internal/platform/usage"
	"hotspot/internal/stream"
)

const (
	// lookBack is how many records that are no rows may stand at the end of a
	// partition: what others wrote into the topic by mistake.
	lookBack = 1000
	// sample is how many records at the beginning of a partition, and around its
	// last row, are looked at: when their keys belong to other partitions, the
	// number of partitions was changed.
	sample = 64
)

// position is how far the topic is filled.
type position struct {
	parts []partition
	moved bool // the number of partitions was changed, so rows are where their keys no longer belong
}

// partition is what one partition holds.
type partition struct {
	last   crime.Header // of its last row; Row is 0 when it has none
	offset int64        // of that row
	first  crime.Header // of the row at offset 0; Row is 0 when there is none, it has expired, or is not ours
	begin  int64        // offset of the first record that is left
}

// findPosition reads the first and the last rows of every partition.
func findPosition(ctx context.Context, log *slog.Logger, topic *stream.Topic) (*position, error) {
	var pos *position
	err := topic.Retry(ctx, "read what the topic has", func(ctx context.Context) error {
		ranges, err := topic.Ranges(ctx)
		if err != nil {
			return err
		}
		pos = &position{parts: make([]partition, len(ranges))}
		for p, r := range ranges {
			if err := pos.find(ctx, topic, p, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && pos.moved {
		log.Warn("number of partitions was changed, all rows are sent again", "topic", topic.Name(), "partitions", len(pos.parts))
	}
	return pos, err
}

// find fills in partition p, which holds the offsets r.
func (pos *position) find(ctx context.Context, topic *stream.Topic, p int, r stream.Range) error {
	part := &pos.parts[p]
	part.begin = r.First
	var older error
	for before, n := r.End, 0; part.last.Row == 0; n++ {
		m, found, err := topic.Before(ctx, p, r, before)
		if err != nil {
			return err
		}
		if older != nil && (!found || n == lookBack) {
			return cause.Of("older-topic", usage.Wrap(older), "topic", topic.Name())
		}
		if !found {
			return nil
		}
		if n == lookBack {
			none := fmt.Sprintf("topic %s holds something other than rows: none of the last %d messages of partition %d is a row", topic.Name(), lookBack, p)
			return cause.Of("not-ours", usage.Wrap(errors.New(none)), "reason", none)
		}
		header, ok, err := headerOf(m)
		if errors.Is(err, crime.ErrOlder) {
			older = err
		}
		if ok {
			part.last, part.offset = header, m.Offset
		}
		before = m.Offset
	}
	tail, err := records(ctx, topic, p, max(r.First, part.offset-sample/2), r.End)
	if err != nil {
		return err
	}
	pos.moved = pos.moved || !belong(tail, p, len(pos.parts))
	head, err := records(ctx, topic, p, r.First, r.End)
	if err != nil {
		return err
	}
	if len(head) > 0 && head[0].Offset == 0 && belong(head, p, len(pos.parts)) {
		part.first, _, _ = headerOf(head[0])
	}
	return nil
}

// records reads up to sample records with offsets from begin to end-1.
func records(ctx context.Context, topic *stream.Topic, p int, begin, end int64) (all []stream.Message, err error) {
	enough := errors.New("enough")
	err = topic.Scan(ctx, p, begin, end, func(m stream.Message) error {
		if all = append(all, m); len(all) == sample {
			return enough
		}
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return all, err
}

// belong reports whether partition p of n is where these rows belong.
func belong(m []stream.Message, p, n int) bool {
	return !slices.ContainsFunc(m, func(m stream.Message) bool {
		_, ours, _ := headerOf(m)
		return ours && stream.Partition(m.Key, n) != p
	})
}

// headerOf returns the header of a message, and false when it has none or more
// than one; err says why it is none.
func headerOf(m stream.Message) (h crime.Header, ok bool, err error) {
	text, headers := m.Header(crime.HeaderKey)
	h, err = crime.ParseHeader(text)
	return h, err == nil && headers == 1, err
}

// last is the greatest row that the topic has.
func (pos *position) last() (row int64) {
	for _, p := range pos.parts {
		row = max(row, p.last.Row)
	}
	return row
}

// has reports whether partition p has this row, which belongs to it.
func (pos *position) has(p int, row int64) bool { return !pos.moved && row <= pos.parts[p].last.Row }

// check is a row at which the source must have this chain.
type check struct {
	row       int64
	chain     crime.Chain
	partition int
	first     bool // and it is the first row that belongs to the partition
}

// checks are those of all partitions, by row.
func (pos *position) checks() []check {
	var all []check
	for p, part := range pos.parts {
		if part.last.Row > 0 {
			all = append(all, check{part.last.Row, part.last.Chain, p, false})
		}
		if part.first.Row > 0 && !pos.moved {
			all = append(all, check{part.first.Row, part.first.Chain, p, true})
		}
	}
	slices.SortFunc(all, func(a, b check) int { return cmp.Compare(a.row, b.row) })
	return all
}
