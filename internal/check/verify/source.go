package verify

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// Source is what the comparison with the prepared file came to.
type Source struct {
	File     string `json:"file"`
	Rows     int64  `json:"rows"`     // accepted rows in the file
	Rejected int64  `json:"rejected"` // rejected ones
	Compared int64  `json:"compared"` // rows that are in a batch too
}

const otherSource = "give the file that the topic was filled from (--input), or begin anew: producer --fresh and another --dir"

// compareSource reads the prepared file and compares it with the batches, row by
// row. The first row that differs is named with its column; after it no row
// can agree, because each carries all rows before it.
func (v *verifier) compareSource(ctx context.Context) error {
	if v.config.Input == "" {
		return nil
	}
	v.config.Step(v.config.Input)
	src, err := source.Open(v.config.Input)
	if err != nil {
		return err
	}
	defer src.Close()
	s := &Source{File: v.config.Input}
	v.report.Source = s
	chain := crime.StartChain(v.identify(src.Meta))
	if _, known := v.chainAfter(0); !known && v.from == 1 {
		v.setChain(0, chain) // no batch says it
	}
	moved, differs := int64(0), false
	var value []byte
	for rec, err := range src.Rows() {
		var reject *source.RowError
		if errors.As(err, &reject) {
			s.Rejected++
			continue
		}
		if err != nil {
			return err
		}
		if s.Rows++; s.Rows%5000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		value = rec.AppendValue(value[:0])
		chain = chain.Next(value)
		want, known := v.chainAfter(s.Rows)
		switch {
		case !known && s.Rows >= int64(len(v.chains)) && !differs:
			v.setChain(s.Rows, chain) // what the topic may hold beyond the batches
		case !known || differs:
		case chain != want:
			differs = true
			v.addSourceDifference(s.Rows, src.Line(), rec)
		case s.Rows < v.from: // the row before the folder's first one, which says what that continues
		default:
			s.Compared++
			if m := v.batchOf(s.Rows); m != nil && m.Line(s.Rows) != src.Line() {
				moved++
			}
		}
	}
	if s.Rows < v.last && !differs {
		v.addFinding(s.File, fmt.Sprintf("it ends with row %d, and the batches go on to row %d", s.Rows, v.last), otherSource)
	}
	if moved > 0 {
		v.addNote("%d rows stand in other lines of %s than the manifests say: lines were added or removed that are no rows", moved, s.File)
	}
	return nil
}

// identify is what the rows have in common: as the folder says, which may have
// heard it from flags; without batches as the sidecar does.
func (v *verifier) identify(meta *source.Meta) crime.Source {
	if len(v.manifests) == 0 {
		return meta.Source()
	}
	if meta != nil && meta.Title != v.report.Title {
		v.addNote("the sidecar of %s calls the data %q, the batches %q (producer --title)", v.config.Input, meta.Title, v.report.Title)
	}
	if meta != nil && meta.Invented != v.report.Invented {
		v.addFinding(source.MetaPath(v.config.Input), fmt.Sprintf("invented is %t, and the batches say %t", meta.Invented, v.report.Invented), otherSource)
	}
	return crime.Source{Title: v.report.Title, Invented: v.report.Invented, Area: v.report.Area}
}

// addSourceDifference says in which column a row of the source is another one
// than the row of that number in its batch.
func (v *verifier) addSourceDifference(row, line int64, rec *crime.Record) {
	what := "it does not continue the chain of the batches"
	if m := v.batchOf(row); m != nil {
		what = cmp.Or(v.findDifference(row, rec, m), what)
	}
	v.addFinding(fmt.Sprintf("%s:%d (row %d)", v.config.Input, line, row), what, otherSource)
}

// findDifference names the first column in which rec differs from its row of a
// batch, "" when there is none.
func (v *verifier) findDifference(row int64, rec *crime.Record, m *batch.Manifest) string {
	csv, err := v.batches.CSV(m)
	if err != nil {
		return ""
	}
	r, err := source.NewReader(bytes.NewReader(csv), m.CSV.Name)
	if err != nil {
		return ""
	}
	n := m.FirstRow - 1
	for there, err := range r.Rows() {
		if n++; err != nil || n > row {
			break
		}
		for c, name := range crime.Columns {
			if n == row && rec.Text[c] != there.Text[c] {
				return fmt.Sprintf("%s is %q, and %s:%d says %q", name, rec.Text[c], m.CSV.Name, r.Line(), there.Text[c])
			}
		}
	}
	return ""
}

// batchOf is the manifest of the batch that holds a row, nil when there is none.
func (v *verifier) batchOf(row int64) *batch.Manifest {
	n, _ := slices.BinarySearchFunc(v.inOrder, row, func(m *batch.Manifest, row int64) int { return cmp.Compare(m.LastRow, row) })
	if n == len(v.inOrder) || row < v.inOrder[n].FirstRow {
		return nil
	}
	return v.inOrder[n]
}
