package consumer

import (
	"context"
	"fmt"

	"hotspot/internal/crime"
	"hotspot/internal/platform/cause"
	"hotspot/internal/stream"
)

// whyGap asks the broker why the next row does not come: it is the cause of a
// halt, or nil when reading can go on, because partitions were added, or because
// topic or brokers are away and are waited for.
func (s *sequencer) whyGap(ctx context.Context) (*cause.Error, error) {
	var in stream.Inspection
	err := s.topic.Retry(ctx, "ask why a row is missing", func(ctx context.Context) (err error) {
		in, err = s.topic.Inspect(ctx)
		return err
	})
	if err != nil || len(in.Ranges) == 0 {
		return nil, err
	}
	if len(in.Ranges) > len(s.partitions) {
		return nil, s.takeUp(in.Ranges)
	}
	if anew, err := s.madeAnew(ctx, in.Ranges); anew != nil || err != nil {
		return anew, err
	}
	if l := s.deadRow(); l != nil {
		return s.because("row-set-aside", "partition", l.Partition, "offset", l.Offset, "reason", l.Reason+" "+l.Detail), nil
	}
	holes := false
	for n := range s.partitions {
		p := &s.partitions[n]
		wanted := p.last.message.Offset + 1
		holes = holes || len(p.ahead) > 0 && p.ahead[0].message.Offset > wanted
		if first := in.Ranges[n].First; wanted < first {
			names := []any{"partition", n, "first", first, "wanted", wanted}
			for _, loss := range in.Losses {
				if loss.Name != "compacted" {
					return s.because("rows-expired", append(names, "why", loss.What, "alter", loss.Next)...), nil
				}
			}
			return s.because("rows-deleted", names...), nil
		}
	}
	for _, loss := range in.Losses {
		if holes && loss.Name == "compacted" {
			return s.because("row-compacted", "why", loss.What, "alter", loss.Next), nil
		}
	}
	return s.because("row-not-sent"), nil
}

// madeAnew is the cause when the topic no longer holds what was read from it.
func (s *sequencer) madeAnew(ctx context.Context, ranges []stream.Range) (*cause.Error, error) {
	for n := range s.partitions {
		p := &s.partitions[n]
		at := p.last.message.Offset
		same := n < len(ranges) && p.next <= ranges[n].End
		if same && p.last.header.Row > 0 && at >= ranges[n].First {
			err := s.topic.Retry(ctx, "read a row again", func(ctx context.Context) error {
				m, found, err := s.topic.Before(ctx, n, ranges[n], at+1)
				text, _ := m.Header(crime.HeaderKey)
				header, _ := crime.ParseHeader(text)
				same = found && m.Offset == at && header.Chain == p.last.header.Chain
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		if !same {
			return s.because("topic-made-anew", "partition", n, "offset", at), nil
		}
	}
	return nil, nil
}

// deadRow is the dead letter whose header says that it is the next row, nil when
// there is none.
func (s *sequencer) deadRow() (dead *DeadLetter) {
	err := DeadLetters(s.config.Dir, func(l DeadLetter, _ []byte) error {
		for _, h := range l.Headers {
			if header, err := crime.ParseHeader(h.Value); err == nil && h.Key == crime.HeaderKey && header.Row == s.rows.next && l.Topic == s.topic.Name() {
				dead = &l
			}
		}
		return nil
	})
	if err != nil {
		s.log.Debug("dead letters not read", "error", err)
	}
	return dead
}

// because is the error that the cause of this name was found at the next row.
func (s *sequencer) because(name string, names ...any) *cause.Error {
	return cause.Of(name, nil, append(names, "row", s.rows.next, "topic", s.topic.Name(), "dir", s.config.Dir)...)
}

// manyMessages is how many may be no rows before it is said that none is.
const manyMessages = 100

// endsBefore says that nothing comes from the topic, and what it holds ends before
// the rows of the folder; "" when that is not so.
func (s *sequencer) endsBefore() string {
	if s.builder == nil || !s.idle || !s.atEnd() {
		return ""
	}
	latest := int64(0)
	for _, p := range s.partitions {
		if latest = max(latest, p.last.header.Row); p.saved || latest >= s.rows.next-1 {
			return ""
		}
	}
	holds := fmt.Sprintf("rows up to %d only", latest)
	if latest == 0 {
		holds = "no rows"
	}
	return s.because("topic-behind", "holds", holds).Error()
}

// noRows says that all messages so far are no rows, once there are many or there
// are no others; "" when that is not so.
func (s *sequencer) noRows() string {
	if s.dead < s.taken || s.taken == 0 || s.taken < manyMessages && !s.atEnd() {
		return ""
	}
	return s.because("no-rows", "count", min(s.taken, manyMessages), "reason", s.firstDead).Error()
}
