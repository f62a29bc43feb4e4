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

// reject counts a row that could not be read, by what was wrong.
func (r *run) reject(row *source.RowError) error {
	r.rejected[row.Category]++
	s := &r.summary
	s.RejectedRows++
	i := slices.IndexFunc(s.Rejected, func(f Fault) bool {
		return f.First.Reason == row.Reason && (f.First.Column == row.Column || row.Reason == crime.MissingColumns)
	})
	if i < 0 {
		i, s.Rejected = len(s.Rejected), append(s.Rejected, Fault{First: row})
	}
	s.Rejected[i].Rows++
	return r.rejects.Add(row)
}

// judgeRejects names the categories of which no row could be read, and ends with an
// error when more rows could not be read than is allowed.
func (r *run) judgeRejects() error {
	s := &r.summary
	slices.SortStableFunc(s.Rejected, func(a, b Fault) int { return cmp.Compare(b.Rows, a.Rows) })
	var lost []string
	var rows int64
	for name, n := range r.rejected {
		if name != "" && !r.categories[name] {
			lost, rows = append(lost, name), rows+n
		}
	}
	slices.SortFunc(lost, func(a, b string) int { return cmp.Or(cmp.Compare(r.rejected[b], r.rejected[a]), cmp.Compare(a, b)) })
	if lost != nil {
		r.seen.Note(rows, "all rows of %d categories were rejected: %s", len(lost), strings.Join(lost[:min(len(lost), 10)], ", "))
	}
	if err := r.rejects.Publish(); err != nil {
		return err
	}
	n := s.RejectedRows
	if n == 0 || n < s.Read && !r.config.MaxRejects.Exceeded(n, s.Read) {
		return nil
	}
	look := s.Rejected[0].First.Error() + "; nothing was written"
	if !r.config.DryRun {
		look += ", all of them are in " + source.RejectsPath(r.config.output())
	}
	if n == s.Read {
		return fmt.Errorf("none of %d rows can be read, as %s", n, look)
	}
	return fmt.Errorf("%d of %d rows cannot be read, more than --max-rejects %s, as %s", n, s.Read, r.config.MaxRejects, look)
}
