package mapping

import (
	"fmt"
	"hash/maphash"
	"slices"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// Seen counts what is odd in the rows of one reading. The zero value is ready;
// a nil one counts nothing. It is not for concurrent use.
type Seen struct {
	Tell func(Note)        // of each 1, 10, 100, ... rows of a kind; nil to tell nobody
	Has  []bool            // which of Mapping.Names any JSON object has had; nil not to ask
	IDs  map[uint64]uint64 // hash of an id to that of what it was made of, 20 bytes for each; nil not to ask whether it is another's, too

	notes []Note
	exact string // the finest that a date of a crime said
}

// Note is one thing that was seen.
type Note struct {
	Rows int64
	Text string // with its first sample
	What string // without, to be logged
	next int64  // Rows when it is told again
}

// Notes are what was seen, in the order in which it was first.
func (s *Seen) Notes() []Note { return slices.Clone(s.notes) }

// Precision is the finest part that any date of a crime says, as a sidecar has
// it; "" without dates.
func (s *Seen) Precision() string { return s.exact }

// Note counts rows more of what is odd.
func (s *Seen) Note(rows int64, what string, a ...any) {
	s.count(rows, fmt.Sprintf(what, a...), "", "")
}

// add counts one more of what; its first sample, and advice, are told with it.
func (s *Seen) add(what, sample, advice string) { s.count(1, what, sample, advice) }

func (s *Seen) count(rows int64, what, sample, advice string) {
	if s == nil {
		return
	}
	i := slices.IndexFunc(s.notes, func(n Note) bool { return n.What == what })
	if i < 0 {
		i = len(s.notes)
		text := what
		if sample != "" {
			text += fmt.Sprintf(", as %q", sample)
		}
		s.notes = append(s.notes, Note{Text: text + advice, What: what, next: 1})
	}
	n := &s.notes[i]
	if n.Rows += rows; n.Rows >= n.next && s.Tell != nil {
		n.next *= 10
		s.Tell(*n)
	}
}

// date remembers a date that was read; crimes says that it is that of a crime, or
// stands for it.
func (s *Seen) date(c int, t time.Time, exact string, crimes bool) {
	finer := func(a, b string) bool { return slices.Index(source.Precisions, a) < slices.Index(source.Precisions, b) }
	if s != nil && crimes && (s.exact == "" || finer(exact, s.exact)) {
		s.exact = exact
	}
	if y := t.Year(); y <= 1901 || y >= 2099 {
		s.add(crime.Columns[c]+": a year that stands for an unknown one", t.Format(time.DateOnly), ": kept")
	}
}

var seed = maphash.MakeSeed()

// id remembers what an id was made of, and counts when it was something else before.
func (s *Seen) id(c int, id, own string) {
	if s == nil || s.IDs == nil || id == "" {
		return
	}
	key, of := maphash.String(seed, crime.Columns[c]+id), maphash.String(seed, own)
	if before, there := s.IDs[key]; there && before != of {
		s.add("ids that are the same number as one of other letters", own, ": hash tells them apart")
		return
	}
	s.IDs[key] = of
}
