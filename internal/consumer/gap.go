package consumer

import (
	"context"
	"fmt"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/platform/cause"
)

// watchGap looks whether the next row can still come. When it cannot, the broker
// is asked why, and the error is a *HaltError with the cause: at once with one
// partition, and with several when waited says that --gap-timeout is over, which
// begins anew for each missing row.
func (s *sequencer) watchGap(ctx context.Context, waited bool) error {
	if !s.gapSeen() {
		s.gapProven = nil
		s.status.metrics.gap.Set(0)
		return nil
	}
	if len(s.partitions) == 1 || waited {
		return s.gap(ctx)
	}
	if s.gapProven == nil || s.missing != s.rows.next {
		s.gapProven, s.missing = time.After(s.config.GapTimeout), s.rows.next
		s.status.metrics.gap.Set(1)
	}
	return nil
}

// gapSeen reports whether no partition can still bring the next row. A single
// partition must be past it by readAhead, or at its end; of several, each must
// have delivered a later row, or be at its end.
func (s *sequencer) gapSeen() bool {
	held := false
	for i := range s.partitions {
		p := &s.partitions[i]
		held = held || len(p.ahead) > 0
		if p.next < p.end && (len(p.ahead) == 0 || len(s.partitions) == 1 && len(p.ahead) < readAhead) {
			return false
		}
	}
	return held
}

// The reasons of a HaltError.
const (
	HaltGap    = "gap"    // a row is missing and will not come
	HaltChain  = "chain"  // the next row does not continue the chain
	HaltWindow = "window" // the next row lies in a day, week or month that cannot be
	HaltSize   = "size"   // the rows of a day, week or month are more than a batch can hold
)

// HaltError says that the consumer cannot go on until a person decides: going
// on would lose a row or mix two files. Nothing was written.
type HaltError struct {
	Reason    string // one of the constants
	Topic     string
	Partition int
	Offset    int64
	Row       int64 // the row that was wanted
	Err       error // wraps the *cause.Error: what is so, and the ways on
}

func (e *HaltError) Error() string {
	return fmt.Sprintf("consumer: halted: %s: topic %s, partition %d, offset %d: %s", e.Reason, e.Topic, e.Partition, e.Offset, e.Err)
}
func (e *HaltError) Unwrap() error { return e.Err }

// halt is the HaltError at message it; row is the one that was wanted.
func (s *sequencer) halt(reason string, it *item, row int64, err error) error {
	return &HaltError{reason, s.topic.Name(), it.message.Partition, it.message.Offset, row, err}
}

// gap halts when the next row cannot come, and goes on when it still can.
func (s *sequencer) gap(ctx context.Context) error {
	why, err := s.whyGap(ctx)
	if err != nil {
		return err
	}
	if why == nil {
		s.gapProven, s.missing = time.After(s.config.GapTimeout), s.rows.next
		return nil
	}
	var first *item // the held row with the least number
	var latest int64
	for i := range s.partitions {
		if ahead := s.partitions[i].ahead; len(ahead) > 0 {
			latest = max(latest, ahead[0].header.Row)
			if first == nil || ahead[0].header.Row < first.header.Row {
				first = &ahead[0]
			}
		}
	}
	if s.builder == nil { // nothing is lost that this folder had
		from := "ROW --from-batch BATCH, as first_row and batch of a manifest of another folder say"
		if size := int64(s.config.BatchSize); size > 0 { // the first batch that all partitions still hold, with the row before it
			from = fmt.Sprint((latest+size-1)/size*size + 1)
		}
		why = s.because("first-rows-gone", "why", why.What, "from", from)
	}
	return s.halt(HaltGap, first, s.rows.next, fmt.Errorf("want row %d, got %d: %w", s.rows.next, first.header.Row, why))
}

func (s *sequencer) chainError(it *item, want crime.Chain) error {
	why := s.otherData(it)
	if why == nil {
		why = s.because("other-row", "got", it.header.Chain, "want", want)
	}
	return s.halt(HaltChain, it, it.header.Row, why)
}

// maxStrangers is how many rows of other data are set aside before the consumer
// halts: one that strayed blocks nothing, a file that follows is not for this folder.
const maxStrangers = 100

// otherData says that a row is of other data than the folder; nil when it is not.
func (s *sequencer) otherData(it *item) *cause.Error {
	ours, theirs := s.builder.Source(), it.header.Source
	if ours.Title == theirs.Title && ours.Area == theirs.Area {
		return nil
	}
	got, want := fmt.Sprintf("%q", theirs.Title), fmt.Sprintf("%q", ours.Title)
	if got == want {
		got, want = got+" with the area "+theirs.Area, "that with the area "+ours.Area
	}
	return s.because("other-data", "row", it.header.Row, "got", got, "want", want)
}
