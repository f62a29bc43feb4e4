package prepare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// Fault is one way in which rows of the input were wrong.
type Fault struct {
	Rows  int64
	First *source.RowError // the first of them
}

// Lost is a category of which no row could be read.
type Lost struct {
	Category string
	Rows     int64
}

// faults counts the rows that were read and those that were not, by what was wrong.
type faults struct {
	kinds      []Fault
	categories map[string]*[2]int64 // rows read, rows rejected
}

// maxCategories bounds what is counted when a mapping takes free text for one.
const maxCategories = 10_000

func (f *faults) category(name string, i int) {
	c := f.categories[name]
	if c == nil {
		if len(f.categories) == maxCategories {
			return
		}
		if f.categories == nil {
			f.categories = map[string]*[2]int64{}
		}
		c = new([2]int64)
		f.categories[strings.Clone(name)] = c
	}
	c[i]++
}

func (f *faults) read(rec *crime.Record) { f.category(rec.Text[crime.ColOffenseCategory], 0) }

func (f *faults) add(row *source.RowError) {
	if row.Category != "" {
		f.category(row.Category, 1)
	}
	i := slices.IndexFunc(f.kinds, func(k Fault) bool {
		return k.First.Reason == row.Reason && (k.First.Column == row.Column || row.Reason == crime.MissingColumns)
	})
	if i < 0 {
		i, f.kinds = len(f.kinds), append(f.kinds, Fault{First: row})
	}
	f.kinds[i].Rows++
}

// summary are the faults and the categories that lost all of their rows, the
// most frequent first.
func (f *faults) summary() ([]Fault, []Lost) {
	slices.SortStableFunc(f.kinds, func(a, b Fault) int { return cmp.Compare(b.Rows, a.Rows) })
	var lost []Lost
	for name, rows := range f.categories {
		if rows[0] == 0 {
			lost = append(lost, Lost{name, rows[1]})
		}
	}
	slices.SortFunc(lost, func(a, b Lost) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), strings.Compare(a.Category, b.Category))
	})
	return f.kinds, lost
}

// RejectedRows are all rows that could not be read.
func (s *Summary) RejectedRows() (n int64) {
	for _, f := range s.Rejected {
		n += f.Rows
	}
	return n
}

// tooManyRejects is an error when more rows could not be read than is allowed.
func (r *run) tooManyRejects() error {
	s := &r.summary
	n := s.RejectedRows()
	most := cmp.Or(r.config.MaxRejects, DefaultMaxRejects)
	if n == 0 || n < s.Read && !most.Exceeded(n, s.Read) {
		return nil
	}
	look := s.Rejected[0].First.Error() + "; nothing was written"
	if !r.config.DryRun {
		look += ", all of them are in " + source.RejectsPath(r.config.output())
	}
	if n == s.Read {
		return r.withNotes(fmt.Errorf("none of %d rows can be read, as %s", n, look))
	}
	return r.withNotes(fmt.Errorf("%d of %d rows cannot be read, more than --max-rejects %s, as %s", n, s.Read, most, look))
}
