package mapping

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// Seen counts what is odd in the rows of one reading. The zero value is ready;
// a nil one counts nothing. It is not for concurrent use.
type Seen struct {
	notes []Note
	at    map[string]int
	exact [toMonth + 1]int64 // dates of the crime, else of the report

	seed maphash.Seed
	ids  [2]map[int64]uint64 // INCIDENT_ID and OFFENSE_ID, to the hash of what they were made of
}

// Note is one thing that was seen, with its first sample.
type Note struct {
	Rows int64
	Text string
}

// Notes are what was seen, in the order in which it was first.
func (s *Seen) Notes() []Note { return slices.Clone(s.notes) }

// Precision is the finest part that any date of a crime says, as a sidecar has
// it; "" without dates.
func (s *Seen) Precision() string {
	for exact, word := range []string{source.PrecisionTime, source.PrecisionDay, source.PrecisionMonth} {
		if s.exact[exact] > 0 {
			return word
		}
	}
	return ""
}

// add counts one more of what format says, in which %q, if it is there, is the sample.
func (s *Seen) add(format, sample string) {
	if s == nil {
		return
	}
	i, there := s.at[format]
	if !there {
		if s.at == nil {
			s.at = map[string]int{}
		}
		i = len(s.notes)
		s.at[format] = i
		if strings.Contains(format, "%q") {
			sample = fmt.Sprintf(format, sample)
		} else {
			sample = format
		}
		s.notes = append(s.notes, Note{Text: sample})
	}
	s.notes[i].Rows++
}

// date counts a date that was read; crimes says that it is that of a crime, or
// stands for it.
func (s *Seen) date(c int, t time.Time, exact exactness, crimes bool) {
	if s == nil {
		return
	}
	if crimes {
		s.exact[exact]++
	}
	if y := t.Year(); y <= 1901 || y >= 2099 {
		s.add(crime.Columns[c]+": a year that stands for an unknown one, as %q: kept", t.Format(time.DateOnly))
	}
}

// id remembers what an id was made of, and counts when it was something else before.
func (s *Seen) id(c int, id, own string) {
	n, err := strconv.ParseInt(id, 10, 64)
	if s == nil || err != nil {
		return
	}
	if c != crime.ColIncidentID {
		c = 1
	}
	if s.ids[c] == nil {
		s.seed = maphash.MakeSeed()
		s.ids[c] = map[int64]uint64{}
	}
	of := maphash.String(s.seed, own)
	if before, there := s.ids[c][n]; there && before != of {
		s.add("ids that are the same number as one of other letters, as %q: hash tells them apart", own)
	} else {
		s.ids[c][n] = of
	}
}
