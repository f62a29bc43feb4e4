// Package past says what is more or fewer in a batch than its own past lets
// expect: in the whole city, in each area, neighborhood and category.
//
// It stands between the batches of a folder and who shows the answer: the command
// hotspot compare, the api, the sheet of package report. It opens no file; the
// same batches give the same answer on every machine.
//
//	batches n-P … n-1 -> counts, in the areas of model n-1 -> what is usual -> judge <- counts of batch n
package past

import (
	"fmt"
	"slices"

	"hotspot/internal/catalog"
	"hotspot/internal/model"
)

// How many batches before say what is usual: when nothing is said, and the least
// and the most that can be asked for.
const (
	Usual = 8
	Least = 3
	Most  = 400
)

// Result is the answer, member by member as GET /models/{n}/changes gives it.
type Result struct {
	Model   int      `json:"model"`
	Asked   int      `json:"asked"`    // how many batches of the past were asked for
	Past    []int    `json:"past"`     // those that say what is usual
	AreasOf *int     `json:"areas_of"` // the model whose areas all are counted in; nil when none before has areas
	Judged  bool     `json:"judged"`   // else Verdict says why not, and there are no counts
	Verdict string   `json:"verdict"`  // in words
	Notes   []string `json:"notes"`    // in words: what it is compared with, what was left out and why
	Counts  []Count  `json:"counts"`   // the city, areas by number, neighborhoods and categories by id
}

// Count is how often something was reported, beside what its past lets expect.
type Count struct {
	Thing
	Now       int     `json:"now"`
	Expected  float64 `json:"expected"` // in a batch of as many days, 1 decimal
	Low       int     `json:"low"`      // from Low to High 90 % of the counts lie
	High      int     `json:"high"`
	P         float64 `json:"p"`          // of both sides, 6 decimals
	PAdjusted float64 `json:"p_adjusted"` // by Benjamini and Hochberg, over all counts
	Verdict   Verdict `json:"verdict"`
	Words     string  `json:"words"` // +9 reports (16 usual, 25 now; 11 to 22 is common)
}

// Verdict says what a count is beside its past.
type Verdict string

// The verdicts. More and Fewer have an adjusted p of at most .05.
const (
	Common Verdict = "usual"
	More   Verdict = "more"
	Fewer  Verdict = "fewer"
)

// Nothing is the verdict on a batch in which no count is more or fewer.
const Nothing = "nothing beyond the usual"

// Compare compares batch n of v, which has a model, with up to past batches before
// it, Least to Most. By the calendar a count is that of a window, by rows that of
// as many days as the batch has; so a batch of a window that is still open is not
// judged, and a first window that began before its first row says nothing of what
// is usual. The error is that of View.Model, or a *catalog.LoadingError.
func Compare(v *catalog.View, n, past int) (*Result, error) {
	served, err := v.Model(n)
	if err != nil {
		return nil, err
	}
	now, err := v.Rows(served)
	if err != nil {
		return nil, err
	}
	r := &Result{Model: n, Asked: past, Past: []int{}, Notes: []string{}, Counts: []Count{}}
	var areas *model.Model
	var before []*catalog.Batch
	for i := n - 1; i >= max(v.First, n-past); i-- {
		m := v.Models[i-v.First]
		b, err := v.Rows(m)
		if err != nil {
			return nil, err
		}
		if areas == nil && len(m.Clusters) > 0 {
			areas, r.AreasOf = m.Model, &m.Model.Model
		}
		if why := unfit(v, b); why != "" {
			r.Notes = append(r.Notes, fmt.Sprintf("%s is left out: %s", name(b), why))
			continue
		}
		before, r.Past = append(before, b), append(r.Past, i)
	}
	slices.Reverse(r.Past)
	slices.Reverse(r.Notes)
	beside := fmt.Sprintf("batches in its past: %d of %d", len(before), past)
	if areas != nil {
		beside += fmt.Sprintf(", in the areas of model %d", areas.Model)
	}
	r.Notes = append([]string{beside}, r.Notes...)
	if late := now.Window.Late; late > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of its rows came late: they are of earlier windows, and counted in this one", late))
	}
	switch {
	case now.Rows == 0:
		r.Verdict = fmt.Sprintf("not judged: %s holds no rows; nothing was reported, or the data lack it", name(now))
	case now.Provisional && now.Window.By.Calendar():
		r.Verdict = fmt.Sprintf("not judged: %s is still open; a row after %s closes it", name(now), now.Window.Last)
	case len(before) < Least:
		r.Verdict = fmt.Sprintf("not judged: what is usual takes %d batches before it at least, and it has %d", Least, len(before))
	default:
		r.Judged = true
		r.judge(gather(now, before, areas), days(now))
	}
	return r, nil
}

// unfit says why b cannot say what is usual, "" when it can.
func unfit(v *catalog.View, b *catalog.Batch) string {
	switch {
	case b.Rows == 0:
		return "it holds no rows"
	case b.Number() == v.First && b.Window.By.Calendar() && b.Reported.First[:len(b.Window.First)] > b.Window.First:
		return "the first row is of " + b.Reported.First[:len(b.Window.First)]
	}
	return ""
}

// name is what a person calls a batch.
func name(b *catalog.Batch) string {
	if s := b.Window.String(); s != "" {
		return fmt.Sprintf("batch %d (%s)", b.Number(), s)
	}
	return fmt.Sprintf("batch %d", b.Number())
}

// Changes are the counts that are more or fewer, the greatest difference first.
func (r *Result) Changes() []Count {
	changes := slices.DeleteFunc(slices.Clone(r.Counts), func(c Count) bool { return c.Verdict == Common })
	slices.SortStableFunc(changes, func(a, b Count) int {
		return max(b.difference(), -b.difference()) - max(a.difference(), -a.difference())
	})
	return changes
}
