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

// holdRows bounds what is held until the source is proven up to the last row
// that the topic has: rows that one partition lacks and that come before the
// last one of another. Normally those are what was being sent when a producer
// was killed.
const holdRows = 50_000

// fitRows is after how many places it is known whether the rows lie in the area
// that they go under. Of a file that does not fit, nothing is sent.
const fitRows = 100

// linker reads the rows, links them into the chain, and makes messages of those
// that the topic lacks.
type linker struct {
	p       *producer
	file    *source.File
	reader  *source.Reader
	meta    *source.Meta
	rejects *source.Rejects
	first   *source.RowError // that was rejected

	out     chan<- *request
	ctx     context.Context // of run, for the requests that a read hands over
	request *request
	rows    int  // most rows in a request
	held    bool // the source is not proven yet
	live    bool // the rows may come slowly, and none waits for others
}

// newLinker opens the input and its sidecar and reads the header.
func newLinker(p *producer) (*linker, error) {
	l := &linker{p: p, rejects: source.NewRejects(p.config.Rejects), rows: requestRows}
	if p.config.SleepMax > 0 {
		l.rows = pausedRows
	}
	l.request = newRequest(l.rows)
	var err error
	if l.meta, err = source.ReadMeta(p.config.Input); err != nil {
		return nil, err
	}
	if l.file, err = source.OpenFile(p.config.Input); err != nil {
		return nil, err
	}
	p.counts.file.Store(l.file)
	var r io.Reader = l.file
	if _, size := l.file.Progress(); size == 0 {
		r, l.live = &pipe{File: l.file, before: l.handOver}, true
	}
	if l.reader, err = source.NewReader(r, l.file.Name()); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *linker) close() { l.file.Close() }

// pipe is a source that may come slowly: what was made of its rows so far is
// handed over before each read.
type pipe struct {
	*source.File
	before func() error
}

func (p *pipe) Read(b []byte) (int, error) {
	if err := p.before(); err != nil {
		return 0, err
	}
	return p.File.Read(b)
}

// run reads to the end, and hands over what the topic lacks. It returns nil at
// the end of the source or at the limit.
func (l *linker) run(ctx context.Context, pos *position, out chan<- *request) error {
	l.ctx, l.out = ctx, out
	err := l.link(pos)
	if l.held {
		return err // what is still held of a source that is not proven is not sent
	}
	return errors.Join(err, l.handOver())
}

// link goes through the rows.
func (l *linker) link(pos *position) error {
	var (
		value  []byte
		header = crime.Header{Source: l.p.summary.Source}
		checks = pos.checks()
		first  = make([]int64, len(pos.parts)) // per partition the first row that belongs to it
		fit    = crime.NewFit(l.p.area)
		counts = l.p.counts
	)
	header.Chain = crime.StartChain(header.Source)
	l.held = true
	for rec, err := range l.reader.Rows() {
		if err != nil {
			if err := l.setAside(err); err != nil {
				l.held = len(checks) > 0 || fit.Err() != nil // what was read before it is good
				return err
			}
			continue
		}
		value = rec.AppendValue(value[:0])
		header.Row++
		header.Line, header.Chain = l.reader.Line(), header.Chain.Next(value)
		key := rec.Text[crime.ColIncidentID]
		part := stream.Partition([]byte(key), len(pos.parts))
		if first[part] == 0 {
			first[part] = header.Row
		}
		if pos.has(part, header.Row) {
			counts.there.Add(1)
		} else {
			l.request.add(key, value, header)
		}
		counts.rows.Store(header.Row)
		for ; len(checks) > 0 && checks[0].row == header.Row; checks = checks[1:] {
			switch at := checks[0]; {
			case at.chain != header.Chain:
				return &changedError{row: header.Row, line: header.Line, file: l.file.Name(), topic: l.p.config.Kafka.Topic}
			case at.first && first[at.partition] < header.Row:
				return usage.Errorf("partition %d of topic %s begins with row %d and not with row %d: the topic was deleted while it was being filled; %s", at.partition, l.p.config.Kafka.Topic, header.Row, first[at.partition], otherWays)
			}
		}
		if rec.Located && fit.Located() < fitRows {
			fit.Add(rec.Place)
			if err := l.misfit(fit, fitRows); err != nil {
				return err
			}
		}
		l.held = len(checks) > 0 || !l.live && fit.Located() < fitRows
		if len(l.request.messages) >= l.rows || l.request.size() >= requestBytes {
			if err := l.handOver(); err != nil {
				return err
			}
		}
		if header.Row%1024 == 0 && l.ctx.Err() != nil {
			return l.ctx.Err()
		}
		if header.Row == l.p.config.Limit {
			checks = nil // proven as far as the limit lets us see
			break
		}
	}
	if l.first != nil && header.Row == 0 {
		return usage.Errorf("%s: all rows are rejected; the first one: %w, want %s; is it the right file?", l.file.Name(), l.first, l.first.Reason.Want(l.first.Column))
	}
	if len(checks) > 0 {
		last := checks[len(checks)-1]
		return &changedError{row: header.Row, file: l.file.Name(), topic: l.p.config.Kafka.Topic, short: true, want: last.row}
	}
	if err := l.misfit(fit, 0); err != nil {
		return err
	}
	l.held = false
	return nil
}

// misfit says that most of the places that were counted lie in no such area, once
// there are so many.
func (l *linker) misfit(fit *crime.Fit, enough int64) error {
	if err := fit.Err(); err != nil && fit.Located() >= enough {
		return usage.Errorf("%s:%d: %w; give the right --bounds WEST,SOUTH,EAST,NORTH, or prepare the file again: hotspot prepare finds them", l.file.Name(), l.reader.Line(), err)
	}
	return nil
}

// setAside counts a row that is rejected and writes it to the reject file. It
// returns err when that is another error, or when too many rows are rejected.
func (l *linker) setAside(err error) error {
	var row *source.RowError
	if !errors.As(err, &row) {
		return err
	}
	counts, c := l.p.counts, &l.p.config
	rejected := counts.reject(row.Reason)
	if rejected == 1 {
		l.first = row
		l.p.log.Warn("line rejected; later ones are counted and not logged", "line", row.Line, "column", row.Column, "reason", row.Reason, "rejects", c.Rejects)
	}
	if err := l.rejects.Add(row); err != nil {
		return rejectsError(err)
	}
	if c.Strict {
		return usage.Errorf("%w (--strict)", row)
	}
	lines := counts.rows.Load() + rejected
	if lines >= 1000 && c.MaxRejects.Exceeded(rejected, lines) {
		return usage.Errorf("%s: %d of the first %d lines are rejected, more than --max-rejects %s; the last one: %w; is it the right file?", l.file.Name(), rejected, lines, c.MaxRejects, row)
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

// handOver gives the request to the sender, if there is anything in it. Rows
// that must wait for the source to be proven stay.
func (l *linker) handOver() error {
	m := l.request.messages
	if len(m) == 0 || l.held && len(m) < holdRows {
		return nil
	}
	select {
	case l.out <- l.request:
		l.request = newRequest(l.rows)
		return nil
	case <-l.ctx.Done():
		return l.ctx.Err()
	}
}
