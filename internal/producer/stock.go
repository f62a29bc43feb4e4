package producer

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/stream"
)

// lookBack is how many records without a stamp of ours may stand at the end of
// a partition: what others wrote into the topic by mistake.
const lookBack = 1000

// stock is what the topic has.
type stock struct {
	parts []part
	moved bool // the number of partitions was changed, so rows are where their keys no longer belong
}

// part is what one partition has.
type part struct {
	last   crime.Stamp // of its last row; Row is 0 when it has none
	offset int64       // of that row
	first  crime.Stamp // of the row at offset 0; Row is 0 when there is none, it has expired, or is not ours
	begin  int64       // offset of the first record that is left
}

// takeStock reads the first and the last rows of every partition.
func takeStock(ctx context.Context, log *slog.Logger, topic *stream.Topic) (*stock, error) {
	var s *stock
	err := topic.Retry(ctx, "read what the topic has", func(ctx context.Context) error {
		ranges, err := topic.Ranges(ctx)
		if err != nil {
			return err
		}
		s = &stock{parts: make([]part, len(ranges))}
		for p, r := range ranges {
			if err := s.take(ctx, topic, p, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && s.moved {
		log.Warn("number of partitions was changed, all rows are sent again", "topic", topic.Name(), "partitions", len(s.parts))
	}
	return s, err
}

// sample is how many rows at the beginning and at the end of a partition are
// looked at: when their keys belong to other partitions, the number of
// partitions was changed.
const sample = 32

func (s *stock) take(ctx context.Context, topic *stream.Topic, p int, r stream.Range) error {
	have := &s.parts[p]
	have.begin = r.First
	for before, n := r.End, 0; have.last.Row == 0; n++ {
		m, found, err := topic.Before(ctx, p, r, before)
		if err != nil {
			return err
		}
		if !found {
			return nil
		}
		if n == lookBack {
			err := usage.Errorf("topic %s holds something else than rows: none of the last %d records of partition %d is one; take another topic by --topic, or begin anew with --fresh", topic.Name(), lookBack, p)
			return &stream.FatalError{Msg: err.Error(), Err: err}
		}
		if stamp, ok := stampOf(m); ok {
			have.last, have.offset = stamp, m.Offset
		}
		before = m.Offset
	}
	tail, err := records(ctx, topic, p, max(r.First, have.offset-sample), r.End)
	if err != nil {
		return err
	}
	s.moved = s.moved || !belong(tail, p, len(s.parts))
	head, err := records(ctx, topic, p, r.First, r.End)
	if err != nil {
		return err
	}
	if head[0].Offset == 0 && belong(head, p, len(s.parts)) {
		have.first, _ = stampOf(head[0])
	}
	return nil
}

// records reads up to 2*sample records with offsets from from to end-1.
func records(ctx context.Context, topic *stream.Topic, p int, from, end int64) (all []stream.Message, err error) {
	enough := errors.New("enough")
	err = topic.Scan(ctx, p, from, end, func(m stream.Message) error {
		if all = append(all, m); len(all) == 2*sample {
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
		_, ours := stampOf(m)
		return ours && stream.Partition(m.Key, n) != p
	})
}

// stampOf returns the stamp of a message, and false when it has none or more
// than one.
func stampOf(m stream.Message) (crime.Stamp, bool) {
	var found []byte
	for _, h := range m.Headers {
		if h.Key == crime.StampKey {
			if found != nil {
				return crime.Stamp{}, false
			}
			found = h.Value
		}
	}
	s, err := crime.ParseStamp(found)
	return s, err == nil && found != nil
}

// last is the greatest row that the topic has.
func (s *stock) last() (row int64) {
	for _, p := range s.parts {
		row = max(row, p.last.Row)
	}
	return row
}

// has reports whether partition p has this row, which belongs to it.
func (s *stock) has(p int, row int64) bool { return !s.moved && row <= s.parts[p].last.Row }

// check is a row at which the source must have this chain.
type check struct {
	row   int64
	chain crime.Chain
	part  int
	first bool // and of the rows that belong to part, it is the first
}

// checks are those of all partitions, by row.
func (s *stock) checks() []check {
	var all []check
	for p, have := range s.parts {
		if have.last.Row > 0 {
			all = append(all, check{have.last.Row, have.last.Chain, p, false})
		}
		if have.first.Row > 0 && !s.moved {
			all = append(all, check{have.first.Row, have.first.Chain, p, true})
		}
	}
	slices.SortFunc(all, func(a, b check) int { return int(a.row - b.row) })
	return all
}

// entitle finds title and origin of the data: those of the flag and the
// sidecar, else those that the topic carries.
func (p *producer) entitle(meta *source.Meta, have *stock, topic string) error {
	title, invented, known := p.config.Title, false, false
	if meta != nil {
		invented, known = meta.Invented, true
		if title == "" {
			title = meta.Title
		}
	}
	for _, part := range have.parts {
		if part.last.Row == 0 {
			continue
		}
		if title == "" {
			title = part.last.Title
		}
		if !known {
			invented, known = part.last.Invented, true
		}
		switch {
		case title != part.last.Title:
			return usage.Errorf("topic %s carries the title %q, and this source %q; go on with --title %q if it is the same data, else take another topic by --topic, or begin anew with --fresh", topic, part.last.Title, title, part.last.Title)
		case invented != part.last.Invented:
			return usage.Errorf("topic %s holds %s, and this source is %s; take another topic by --topic, or begin anew with --fresh", topic, kind(part.last.Invented), kind(invented))
		}
	}
	if title == "" {
		title = "untitled"
	}
	p.summary.Title, p.summary.Invented = title, invented
	return nil
}

func kind(invented bool) string {
	if invented {
		return "an invented city"
	}
	return "no invented city"
}
