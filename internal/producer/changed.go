package producer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/source"
	"hotspot/internal/stream"
)

// searchTime bounds the search for the row that differs: it only makes the
// message better.
const searchTime = 30 * time.Second

// changedError is a source that is not the one which the topic was filled
// from.
type changedError struct {
	row   int64 // the first row that differs, or with short the last row of the source
	line  int64 // in the source
	exact bool  // an earlier row cannot differ
	short bool  // the source ends before the topic does
	want  int64 // the topic's last row
	file  string
	topic string
}

// Usage marks the error as one of the input, not of the program.
func (e *changedError) Usage() bool { return true }

func (e *changedError) Error() string {
	if e.short {
		return fmt.Sprintf("source changed at row %d: %s ends before it, and topic %s has rows up to %d; %s", e.row+1, e.file, e.topic, e.want, otherWays)
	}
	before := ""
	if !e.exact && e.row > 1 {
		before = " or before"
	}
	return fmt.Sprintf("source changed at row %d%s (%s:%d): topic %s was filled from other rows; %s", e.row, before, e.file, e.line, e.topic, otherWays)
}

// find looks for the first row that differs: it reads source and topic again
// from their beginnings. When it cannot, e stays as it is.
func (e *changedError) find(ctx context.Context, p *producer, topic *stream.Topic, pos *position) {
	if p.config.Input == "-" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	chains, lines, err := chainsOf(ctx, p, e.row)
	if err != nil {
		return
	}
	first, complete := int64(0), true
	for n, part := range pos.parts {
		row, all := differs(ctx, topic, n, part, chains)
		if row > 0 && (first == 0 || row < first) {
			first = row
		}
		complete = complete && all
	}
	if first > 0 {
		e.row, e.line, e.exact, e.short = first, lines[first], complete, false
	}
}

// chainsOf reads the source again and returns the chain after each row up to
// last, and the row's line.
func chainsOf(ctx context.Context, p *producer, last int64) (chains []crime.Chain, lines []int64, err error) {
	src, err := source.Open(p.config.Input)
	if err != nil {
		return nil, nil, err
	}
	defer src.Close()
	var value []byte
	var rejected *source.RowError
	chains = append(chains, crime.StartChain(p.summary.Source))
	lines = append(lines, 0)
	for rec, err := range src.Rows() {
		if errors.As(err, &rejected) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		value = rec.AppendValue(value[:0])
		chains = append(chains, chains[len(chains)-1].Next(value))
		lines = append(lines, src.Line())
		if int64(len(chains)) > last || ctx.Err() != nil {
			break
		}
	}
	return chains, lines, ctx.Err()
}

// differs returns the first row of a partition whose chain is another one than
// that of the source, 0 when there is none, and whether all rows up to it were
// compared.
func differs(ctx context.Context, topic *stream.Topic, n int, part partition, chains []crime.Chain) (row int64, all bool) {
	if part.last.Row == 0 {
		return 0, true
	}
	err := topic.Scan(ctx, n, part.begin, part.offset+1, func(m stream.Message) error {
		if s, ok, _ := headerOf(m); ok && s.Row < int64(len(chains)) && s.Chain != chains[s.Row] && (row == 0 || s.Row < row) {
			row = s.Row
		}
		return nil
	})
	return row, err == nil && part.begin == 0
}
