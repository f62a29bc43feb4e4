package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/stream"
)

// Topic is what the comparison with the topic came to.
type Topic struct {
	Name       string `json:"name"`
	Partitions int    `json:"partitions"`
	Messages   int64  `json:"messages"`
	Rows       int64  `json:"rows"`       // different row numbers in it
	Last       int64  `json:"last"`       // the greatest of them
	Duplicates int64  `json:"duplicates"` // messages of a row that came before
	Others     int64  `json:"others"`     // messages that are no rows: dead letters of the consumer
	Expired    int64  `json:"expired"`    // offsets below the beginning of the log
}

const otherTopic = "name the topic that the folder was made from (--topic), or use another --dir for this one"

// compareTopic reads all messages and compares each row with the batches.
func (v *verifier) compareTopic(ctx context.Context) error {
	t := v.config.Topic
	if t == nil {
		return nil
	}
	v.config.Step("topic " + t.Name())
	s := &topicScan{v: v, seen: map[int64]bool{}, sum: &Topic{Name: t.Name()}}
	for tries := 0; ; tries++ {
		err := s.scan(ctx, t)
		if errors.Is(err, stream.ErrNoTopic) {
			v.addFinding("topic "+t.Name(), "it does not exist", "start the producer, which creates it, or "+otherTopic)
			return nil
		}
		if err != nil {
			return err
		}
		if tries == 0 {
			v.report.Topic, s.edge = s.sum, s.sum.Last
		}
		if _, missing := s.missing(v.last+1, s.edge); missing == 0 || tries == lookAgain {
			s.findMissing()
			return nil
		}
		select {
		case <-time.After(lookAgainEvery):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// A producer that runs has written rows to some partitions and not yet to
// the others: what seems to be missing is looked for again, for longer than a
// producer waits between two tries.
const (
	lookAgain      = 10
	lookAgainEvery = 200 * time.Millisecond
)

// scan reads what the partitions hold beyond what was read of them before.
func (s *topicScan) scan(ctx context.Context, t *stream.Topic) error {
	ranges, err := t.Ranges(ctx)
	if err != nil {
		return err
	}
	for p, r := range ranges {
		if p == len(s.read) {
			s.read = append(s.read, r.First)
			s.sum.Partitions++
			s.sum.Expired += r.First
		}
		if err := t.Scan(ctx, p, max(r.First, s.read[p]), r.End, s.compareMessage); err != nil {
			return err
		}
		s.read[p] = max(s.read[p], r.End)
	}
	return nil
}

// topicScan is one reading of the topic.
type topicScan struct {
	v        *verifier
	sum      *Topic
	read     []int64        // per partition the offset up to which it was read
	edge     int64          // the greatest row number after the first pass
	seen     map[int64]bool // row numbers
	wrong    int64          // rows that differ from those of the batches
	before   int64          // rows before the folder's first one
	unproven int64          // rows beyond batches and source
}

func (s *topicScan) compareMessage(m stream.Message) error {
	s.sum.Messages++
	text, headers := m.Header(crime.HeaderKey)
	header, err := crime.ParseHeader(text)
	if err == nil {
		_, err = crime.ParseValue(m.Value)
	}
	if headers != 1 || err != nil || header.Row > maxRow {
		s.sum.Others++
		return nil
	}
	if s.seen[header.Row] {
		s.sum.Duplicates++
	} else {
		s.seen[header.Row] = true
		s.sum.Rows++
	}
	s.sum.Last = max(s.sum.Last, header.Row)
	after, known := s.v.chainAfter(header.Row)
	before, alsoKnown := s.v.chainAfter(header.Row - 1)
	switch {
	case header.Row < s.v.from:
		s.before++
	case !known || !alsoKnown:
		s.unproven++
	case after != header.Chain:
		s.addDifference(m, header, fmt.Sprintf("it carries chain %s, and row %d of the folder has %s", header.Chain, header.Row, after))
	case before.Next(m.Value) != after:
		s.addDifference(m, header, fmt.Sprintf("its value is not that of row %d of the folder", header.Row))
	}
	return nil
}

// addDifference names the first rows that differ and counts the others.
func (s *topicScan) addDifference(m stream.Message, header crime.Header, what string) {
	if s.wrong++; s.wrong <= 3 {
		s.v.addFinding(fmt.Sprintf("topic %s, partition %d, offset %d (row %d)", s.sum.Name, m.Partition, m.Offset, header.Row), what, otherTopic)
	}
}

// maxRow bounds the row numbers that are remembered; a message with a greater
// one was written by somebody else.
const maxRow = 1 << 30

// missing counts the rows from one number to another that the topic lacks.
func (s *topicScan) missing(from, to int64) (first, count int64) {
	for row := from; row <= to; row++ {
		if !s.seen[row] {
			if count++; first == 0 {
				first = row
			}
		}
	}
	return first, count
}

// findMissing looks for rows that should be in the topic and are not.
func (s *topicScan) findMissing() {
	v, where := s.v, "topic "+s.sum.Name
	if s.wrong > 3 {
		v.addFinding(where, fmt.Sprintf("%d more rows differ from those of the folder", s.wrong-3), otherTopic)
	}
	first, missing := s.missing(v.from, max(v.last, s.edge))
	switch {
	case missing == 0:
	case s.sum.Rows == 0 && s.sum.Others > 0:
		v.addNote("no message of topic %s carries a row's number: somebody else fills it (--order offset), and it cannot be compared", s.sum.Name)
	case s.sum.Expired > 0 && first == v.from:
		v.addNote("%d rows are no longer in topic %s: its first %d messages expired or were deleted", missing, s.sum.Name, s.sum.Expired)
	case first > v.last:
		v.addFinding(where, fmt.Sprintf("%d rows are missing in it, the first is row %d, and no batch has it", missing, first),
			"run the producer again: it sends what is missing")
	default:
		v.addNote("%d rows of the batches are not in topic %s, the first is row %d: it was made anew or restored", missing, s.sum.Name, first)
	}
	if s.before > 0 {
		v.addNote("%d messages of topic %s hold rows before row %d, with which the folder begins: they were not compared", s.before, s.sum.Name, v.from)
	}
	if s.unproven > 0 {
		v.addNote("%d messages of topic %s could not be compared: their rows are in no batch and in no source that was read", s.unproven, s.sum.Name)
	}
}
