package consumer

import (
	"fmt"
	"time"

	"hotspot/internal/crime"
)

// watchGap looks whether the next row can still come. When it cannot, the
// error is a *HaltError: at once with one partition, and with several after
// --gap-timeout, which begins anew for each missing row.
func (s *sequencer) watchGap() error {
	if !s.gapSeen() {
		s.gapProven = nil
		s.status.metrics.gap.Set(0)
		return nil
	}
	if len(s.partitions) == 1 {
		return s.gapError()
	}
	if s.gapProven == nil || s.missing != s.rows.next {
		s.gapProven, s.missing = time.After(s.config.GapTimeout), s.rows.next
		s.status.metrics.gap.Set(1)
	}
	return nil
}

// gapSeen reports whether no partition can still bring the next row. A single
// partition must be past it by a window, or at its end; of several, each must
// have delivered a later row, or be at its end.
func (s *sequencer) gapSeen() bool {
	held := false
	for i := range s.partitions {
		p := &s.partitions[i]
		held = held || len(p.ahead) > 0
		if p.next < p.end && (len(p.ahead) == 0 || len(s.partitions) == 1 && len(p.ahead) < window) {
			return false
		}
	}
	return held
}

// The reasons of a HaltError.
const (
	HaltGap   = "gap"   // a row is missing and will not come
	HaltChain = "chain" // the next row does not continue the chain
)

// HaltError says that the consumer cannot go on until a person decides: going
// on would lose a row or mix two files. Nothing was written.
type HaltError struct {
	Reason    string // HaltGap or HaltChain
	Topic     string
	Partition int
	Offset    int64
	Row       int64  // the row that was wanted
	Msg       string // what was wanted and found, and the ways on
}

func (e *HaltError) Error() string {
	return fmt.Sprintf("consumer: halted: %s: topic %s, partition %d, offset %d: %s", e.Reason, e.Topic, e.Partition, e.Offset, e.Msg)
}

// halt is the HaltError at message it; row is the one that was wanted.
func (s *sequencer) halt(reason string, it *item, row int64, format string, a ...any) error {
	return &HaltError{reason, s.topic.Name(), it.message.Partition, it.message.Offset, row, fmt.Sprintf(format, a...)}
}

func (s *sequencer) gapError() error {
	var first *item // of the rows that are held
	latest := int64(1)
	for i := range s.partitions {
		if ahead := s.partitions[i].ahead; len(ahead) > 0 {
			latest = max(latest, ahead[0].header.Row)
			if first == nil || ahead[0].header.Row < first.header.Row {
				first = &ahead[0]
			}
		}
	}
	want := fmt.Sprintf("want row %d", s.rows.next)
	way := fmt.Sprintf("run the producer again on a fresh topic (--fresh), and the consumer will go on at row %d", s.rows.next)
	if s.builder == nil { // nothing is lost that this folder had
		// The first batch that all partitions still hold, with the row before it.
		size := int64(s.config.BatchSize)
		way = fmt.Sprintf("begin the folder with a later row: --from-row %d; or run the producer again on a fresh topic (--fresh)", (latest+size-1)/size*size+1)
		if s.from > 1 {
			want += fmt.Sprintf(", which says what row %d continues (--from-row)", s.from)
		}
	}
	return s.halt(HaltGap, first, s.rows.next, "%s, got %d: the rows before it expired, were deleted or were never sent; %s", want, first.header.Row, way)
}

func (s *sequencer) chainError(it *item, want crime.Chain) error {
	return s.halt(HaltChain, it, it.header.Row, "row %d says that its link is %s, but after the rows before it the link is %s: the row is from another file, or was damaged; "+
		"use another --dir for that file, or send the first file again (producer --fresh)", it.header.Row, it.header.Chain, want)
}
