package producer

import (
	"context"
	"errors"
	"fmt"
	"io"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/stream"
)

const (
	// A chunk at full speed is what fits into one request of stream.Writer.
	chunkRows  = 3500
	chunkBytes = 900_000
	// With pauses, reading ahead has no use.
	pacedRows = 64
	// holdRows bounds what is held until the source is proven up to the last
	// row that the topic has: rows that one partition lacks and that come
	// before the last one of another. Normally those are what was being sent
	// when a producer was killed.
	holdRows = 50_000
)

// feeder reads the rows, links them into the chain, and makes messages of
// those that the topic lacks.
type feeder struct {
	p       *producer
	file    *source.File
	reader  *source.Reader
	meta    *source.Meta
	rejects *source.Rejects

	out   chan<- *chunk
	back  <-chan *chunk   // those that were written
	ctx   context.Context // of run, for the chunks that a read hands over
	chunk *chunk
	rows  int // most rows in a chunk
	held  bool
}

// openSource opens the input and its sidecar and reads the header.
func openSource(p *producer) (*feeder, error) {
	s := &feeder{p: p, rejects: source.NewRejects(p.config.Rejects), rows: chunkRows, chunk: &chunk{}}
	if p.config.SleepMax > 0 {
		s.rows = pacedRows
	}
	var err error
	if s.meta, err = source.ReadMeta(p.config.Input); err != nil {
		return nil, err
	}
	if s.file, err = source.OpenFile(p.config.Input); err != nil {
		return nil, err
	}
	p.counts.file.Store(s.file)
	var r io.Reader = s.file
	if _, size := s.file.Progress(); size == 0 {
		r = &waiting{File: s.file, before: s.handOver}
	}
	if s.reader, err = source.NewReader(r, s.file.Name()); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *feeder) close() { s.file.Close() }

// waiting is a source that may come slowly, such as a pipe: what was made of
// its rows so far is handed over before each read.
type waiting struct {
	*source.File
	before func() error
}

func (w *waiting) Read(p []byte) (int, error) {
	if err := w.before(); err != nil {
		return 0, err
	}
	return w.File.Read(p)
}

// run reads to the end, and hands over chunks of what the topic lacks. It
// returns nil at the end of the source or at the limit.
func (s *feeder) run(ctx context.Context, have *stock, out chan<- *chunk, back <-chan *chunk) error {
	s.ctx, s.out, s.back = ctx, out, back
	err := s.pass(have)
	if s.held {
		return err // nothing is sent of a source that is not proven
	}
	if sent := s.handOver(); err == nil {
		err = sent
	}
	return err
}

// pass goes through the rows.
func (s *feeder) pass(have *stock) error {
	var (
		scratch []byte
		title   = s.p.summary.Title
		stamp   = crime.Stamp{Invented: s.p.summary.Invented, Title: title}
		checks  = have.checks()
		first   = make([]int64, len(have.parts)) // per partition the first row that belongs to it
		limit   = s.p.config.Limit
		counts  = &s.p.counts
	)
	stamp.Chain = crime.StartChain(title, stamp.Invented)
	s.held = len(checks) > 0
	for rec, err := range s.reader.Rows() {
		if err != nil {
			if err := s.setAside(err); err != nil {
				return err
			}
			continue
		}
		stamp.Row++
		stamp.Line = s.reader.Line()
		key := rec.Text[crime.ColIncidentID]
		part := stream.Partition([]byte(key), len(have.parts))
		if first[part] == 0 {
			first[part] = stamp.Row
		}
		there := have.has(part, stamp.Row)
		if there {
			scratch = rec.AppendValue(scratch[:0])
			stamp.Chain = stamp.Chain.Next(scratch)
			counts.there.Add(1)
		} else {
			value := s.chunk.value(rec)
			stamp.Chain = stamp.Chain.Next(value)
			s.chunk.add(key, value, stamp)
		}
		counts.rows.Store(stamp.Row)
		for ; len(checks) > 0 && checks[0].row == stamp.Row; checks = checks[1:] {
			switch at := checks[0]; {
			case at.chain != stamp.Chain:
				return &changedError{row: stamp.Row, line: stamp.Line, file: s.file.Name(), topic: s.p.config.Kafka.Topic}
			case at.first && first[at.part] < stamp.Row:
				return usage.Errorf("partition %d of topic %s begins with row %d and not with row %d: the topic was deleted while it was being filled; begin anew with --fresh, or take another topic by --topic", at.part, s.p.config.Kafka.Topic, stamp.Row, first[at.part])
			}
		}
		s.held = len(checks) > 0
		if len(s.chunk.messages) >= s.rows || s.chunk.bytes >= chunkBytes {
			if err := s.handOver(); err != nil {
				return err
			}
		}
		if stamp.Row%1024 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if stamp.Row == limit {
			s.held = false // proven as far as the limit lets us see
			return nil
		}
	}
	if len(checks) > 0 {
		last := checks[len(checks)-1]
		return &changedError{row: stamp.Row, file: s.file.Name(), topic: s.p.config.Kafka.Topic, short: true, want: last.row}
	}
	return nil
}

// setAside counts a row that is rejected and writes it to the reject file. It
// returns err when that is another error, or when too many rows are rejected.
func (s *feeder) setAside(err error) error {
	var row *source.RowError
	if !errors.As(err, &row) {
		return err
	}
	counts, c := &s.p.counts, &s.p.config
	rejected := counts.reject(row.Reason)
	if rejected == 1 {
		s.p.log.Warn("row rejected, the next ones are only counted", "line", row.Line, "column", row.Column, "reason", row.Reason, "rejects", c.Rejects)
	}
	if err := s.rejects.Add(row); err != nil {
		return rejectsError(err)
	}
	if c.Strict {
		return usage.Errorf("%w (--strict)", row)
	}
	lines := counts.rows.Load() + rejected
	if lines >= 1000 && float64(rejected)*100 > float64(c.MaxRejects)*float64(lines) {
		return usage.Errorf("%s: %d of the first %d rows are rejected, more than --max-rejects %s; the last one: %w; is it the right file?", s.file.Name(), rejected, lines, c.MaxRejects, row)
	}
	return nil
}

// rejectsError says which flag is about the file that err names; nil stays nil.
func rejectsError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the file of rejected rows: %w; name another one by --rejects", err)
}

// handOver gives the chunk to the sender, if there is anything in it. Rows
// that must wait for the source to be proven stay.
func (s *feeder) handOver() error {
	m := s.chunk.messages
	if len(m) == 0 || s.held && len(m) < holdRows {
		return nil
	}
	select {
	case s.out <- s.chunk:
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
	select {
	case s.chunk = <-s.back:
		s.chunk.empty()
	default:
		s.chunk = &chunk{} // the first ones
	}
	return nil
}

// chunk is messages that are being made. Their bytes lie in one block, their
// headers in one slice; when these grow, what was made before keeps the old
// ones.
type chunk struct {
	messages []stream.Message
	headers  []stream.Header
	block    []byte
	bytes    int
}

// value makes the value of a record. It is part of the chunk only after add.
func (c *chunk) value(rec *crime.Record) []byte {
	n := len(c.block)
	c.block = rec.AppendValue(c.block)
	return c.block[n:len(c.block):len(c.block)]
}

// add makes the message.
func (c *chunk) add(key string, value []byte, s crime.Stamp) {
	n := len(c.block)
	c.block = append(c.block, key...)
	k := len(c.block)
	c.block = s.Append(c.block)
	h := len(c.headers)
	c.headers = append(c.headers, stream.Header{Key: crime.StampKey, Value: c.block[k:len(c.block):len(c.block)]})
	c.messages = append(c.messages, stream.Message{Key: c.block[n:k:k], Value: value, Headers: c.headers[h : h+1 : h+1]})
	c.bytes += len(value) + len(c.block) - n + 60
}

// empty makes the chunk one for other messages. What an unproven source has
// made it hold is too much to keep.
func (c *chunk) empty() {
	if cap(c.block) > 4*chunkBytes {
		*c = chunk{}
	}
	*c = chunk{messages: c.messages[:0], headers: c.headers[:0], block: c.block[:0]}
}

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
	const ways = "begin anew with --fresh, or fill another topic with --topic NAME"
	if e.short {
		return fmt.Sprintf("source changed at row %d: %s ends before it, and topic %s has rows up to %d; %s", e.row+1, e.file, e.topic, e.want, ways)
	}
	at := fmt.Sprintf("source changed at row %d (%s:%d)", e.row, e.file, e.line)
	if !e.exact && e.row > 1 {
		at = fmt.Sprintf("source changed at row %d or before (%s:%d)", e.row, e.file, e.line)
	}
	return fmt.Sprintf("%s: topic %s was filled from other rows; %s", at, e.topic, ways)
}
