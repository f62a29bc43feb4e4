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
	notes []Note
	exact [toMonth + 1]bool // what dates of crimes said
	ids   map[uint64]uint64 // hash of an id to that of what it was made of
}

// Note is one thing that was seen, with its first sample.
type Note struct {
	Rows int64
	Text string
	what string
}

// Notes are what was seen, in the order in which it was first.
func (s *Seen) Notes() []Note { return slices.Clone(s.notes) }

// Precision is the finest part that any date of a crime says, as a sidecar has
// it; "" without dates.
func (s *Seen) Precision() string {
	for exact, word := range []string{source.PrecisionTime, source.PrecisionDay, source.PrecisionMonth} {
		if s.exact[exact] {
			return word
		}
	}
	return ""
}

// add counts one more of what; its first sample, and advice, are told with it.
func (s *Seen) add(what, sample, advice string) {
	if s == nil {
		return
	}
	i := slices.IndexFunc(s.notes, func(n Note) bool { return n.what == what })
	if i < 0 {
		i = len(s.notes)
		text := what
		if sample != "" {
			text += fmt.Sprintf(", as %q", sample)
		}
		s.notes = append(s.notes, Note{Text: text + advice, what: what})
	}
	s.notes[i].Rows++
}

// date remembers a date that was read; crimes says that it is that of a crime, or
// stands for it.
func (s *Seen) date(c int, t time.Time, exact exactness, crimes bool) {
	if s != nil && crimes {
		s.exact[exact] = true
	}
	if y := t.Year(); y <= 1901 || y >= 2099 {
		s.add(crime.Columns[c]+": a year that stands for an unknown one", t.Format(time.DateOnly), ": kept")
	}
}

var seed = maphash.MakeSeed()

// id remembers what an id was made of, and counts when it was something else before.
func (s *Seen) id(c int, id, own string) {
	if s == nil || id == "" {
		return
	}
	if s.ids == nil {
		s.ids = map[uint64]uint64{}
	}
	key, of := maphash.String(seed, crime.Columns[c]+id), maphash.String(seed, own)
	if before, there := s.ids[key]; there && before != of {
		s.add("ids that are the same number as one of other letters", own, ": hash tells them apart")
		return
	}
	s.ids[key] = of
}
