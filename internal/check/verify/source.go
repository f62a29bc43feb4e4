package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
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

// source reads the prepared file and compares it with the batches, row by
// row. The first row that differs is named with its column; after it no row
// can agree, because each carries all rows before it.
func (v *verifier) source(ctx context.Context) error {
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
	title, invented := v.identity(src.Meta)
	chain := crime.StartChain(title, invented)
	if _, known := v.known(0); !known && v.from == 1 {
		v.know(0, chain) // no batch says it
	}
	lines := v.lines()
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
		want, known := v.known(s.Rows)
		switch {
		case !known && s.Rows >= int64(len(v.chains)) && !differs:
			v.know(s.Rows, chain) // what the topic may hold beyond the batches
		case !known || differs:
		case chain != want:
			differs = true
			v.differs(s.Rows, src.Line(), rec)
		case s.Rows < v.from: // the row before the folder's first one, which says what that continues
		default:
			s.Compared++
			if line, ok := lines.of(s.Rows); ok && line != src.Line() {
				moved++
			}
		}
	}
	if last := v.lastRow(); s.Rows < last && !differs {
		v.found(s.File, fmt.Sprintf("it ends with row %d, and the batches go on to row %d", s.Rows, last), otherSource)
	}
	if moved > 0 {
		v.note("%d rows stand in other lines of %s than the manifests say: lines were added or removed that are no rows", moved, s.File)
	}
	return nil
}

// identity is title and invented of the rows: those of the folder, which may
// have come by --title; without batches those of the sidecar.
func (v *verifier) identity(meta *source.Meta) (string, bool) {
	if len(v.manifests) == 0 {
		if meta == nil {
			return "untitled", false
		}
		return meta.Title, meta.Invented
	}
	if meta != nil && meta.Title != v.report.Title {
		v.note("the sidecar of %s calls the data %q, the batches %q (producer --title)", v.config.Input, meta.Title, v.report.Title)
	}
	if meta != nil && meta.Invented != v.report.Invented {
		v.found(source.MetaPath(v.config.Input), fmt.Sprintf("invented is %t, and the batches say %t", meta.Invented, v.report.Invented), otherSource)
	}
	return v.report.Title, v.report.Invented
}

// differs says in which columns a row of the source is another one than the
// row of that number in its batch.
func (v *verifier) differs(row, line int64, rec *crime.Record) {
	where := fmt.Sprintf("%s:%d (row %d)", v.config.Input, line, row)
	for _, m := range v.manifests {
		if row < m.FirstRow || row > m.LastRow {
			continue
		}
		csv, err := v.batches.CSV(m)
		if err != nil {
			break
		}
		r, err := source.NewReader(bytes.NewReader(csv), m.CSV.Name)
		if err != nil {
			break
		}
		n := m.FirstRow - 1
		for there, err := range r.Rows() {
			if err != nil {
				break
			}
			if n++; n < row {
				continue
			}
			for c, name := range crime.Columns {
				if rec.Text[c] != there.Text[c] {
					v.found(where, fmt.Sprintf("%s is %q, and %s:%d says %q", name, rec.Text[c], m.CSV.Name, r.Line(), there.Text[c]), otherSource)
					return
				}
			}
			break
		}
	}
	v.found(where, "it does not continue the chain of the batches", otherSource)
}

func (v *verifier) lastRow() int64 {
	var last int64
	for _, m := range v.manifests {
		last = max(last, m.LastRow)
	}
	return last
}

// lines tells in which line of the source each row stood.
func (v *verifier) lines() *walk {
	w := &walk{}
	for _, n := range slices.Sorted(maps.Keys(v.manifests)) {
		w.runs = append(w.runs, v.manifests[n].Transport.Lines...)
	}
	return w
}

// walk looks rows up in runs; the rows come in ascending order.
type walk struct {
	runs []batch.LineRun
	at   int
}

func (w *walk) of(row int64) (line int64, ok bool) {
	for w.at < len(w.runs) && row >= w.runs[w.at][0]+w.runs[w.at][2] {
		w.at++
	}
	if w.at == len(w.runs) || row < w.runs[w.at][0] {
		return 0, false
	}
	return w.runs[w.at][1] + row - w.runs[w.at][0], true
}
