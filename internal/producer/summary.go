package producer

import (
	"fmt"
	"strings"

	"hotspot/internal/crime"
)

// Progress is how far the producer is.
type Progress struct {
	Row          int64 // the last row read
	Acknowledged int64 // rows that the broker took in this run
	Bytes, Size  int64 // of the input; Size is 0 when unknown
}

// Summary is what a run did.
type Summary struct {
	crime.Source
	Rows          int64 // accepted rows read
	Sent          int64 // rows given to the broker
	Acknowledged  int64 // rows that the broker has taken
	AlreadyThere  int64 // rows that the topic had before
	Rejected      map[crime.Reason]int64
	Seconds       float64
	RowsPerSecond float64 // acknowledged
	Stopped       bool    // ended by its context, not by the end of the input
}

// RejectedRows is the number of rejected rows.
func (s Summary) RejectedRows() (n int64) {
	for _, rows := range s.Rejected {
		n += rows
	}
	return n
}

// String is the summary in one line.
func (s Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows read, %d sent, %d acknowledged, %d already there, ", s.Rows, s.Sent, s.Acknowledged, s.AlreadyThere)
	fmt.Fprintf(&b, "%d rejected", s.RejectedRows())
	separator := ": "
	for _, reason := range crime.Reasons {
		if n := s.Rejected[reason]; n > 0 {
			fmt.Fprintf(&b, "%s%s %d", separator, reason, n)
			separator = ", "
		}
	}
	fmt.Fprintf(&b, "; %.1f s, %.0f rows/s", s.Seconds, s.RowsPerSecond)
	if s.Stopped {
		b.WriteString("; stopped")
	}
	return b.String()
}
