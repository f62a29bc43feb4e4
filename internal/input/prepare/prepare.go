// Package prepare turns the city's raw file into a prepared one: 16 columns,
// dates in ISO 8601, in order of time, without addresses, with a sidecar that
// says what it is. It stands before the flow and knows nothing of it.
package prepare

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/input/mapping"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Run reads c.Input and writes c.Output, its sidecar, and, when rows could not be
// read, source.RejectsPath(c.Output). Every file is whole or as it was. No row is
// left out but those and what is not of c.Part. Dates are local times and stay
// so: they are rewritten, not converted.
//
// Rows in order of time are held in memory: about 250 bytes each.
func Run(ctx context.Context, c Config) (Summary, error) {
	if err := c.Validate(); err != nil {
		return Summary{}, err
	}
	side, err := source.ReadMeta(c.Input)
	if err != nil {
		return Summary{}, err
	}
	file, err := source.OpenFile(c.Input)
	if err != nil {
		return Summary{}, err
	}
	defer file.Close()
	head := file.Head()
	m, err := c.mapping(file.Name(), head)
	if err != nil {
		return Summary{}, err
	}
	c.ours = m.Ours()
	r := &run{config: c}
	if err := r.reader(file, m, head); err != nil {
		return Summary{}, err
	}

	out, err := durable.Create(c.output())
	if err != nil {
		return Summary{}, err
	}
	defer out.Close()
	rejects := source.NewRejects(source.RejectsPath(c.output()))
	defer rejects.Close()

	r.part, _ = c.Part.check()
	r.meta, err = newMeta(c, &r.part, side, cmp.Or(m.Title, "untitled"))
	if err == nil && c.AppendTo != "" {
		r.meta, err = appended(c.AppendTo, r.meta)
	}
	if err != nil {
		return Summary{}, err
	}
	r.rejects, r.rows = rejects, rows{w: out, byTime: c.Order != OrderFile}
	if c.AppendTo != "" {
		if err := r.readKnown(ctx, c.AppendTo, out); err != nil {
			return Summary{}, err
		}
	} else if _, err := out.Write(crime.AppendHeader(nil)); err != nil {
		return Summary{}, fmt.Errorf("prepare: write %s: %w", c.output(), err)
	}
	err = r.read(ctx, func() {
		if c.Progress != nil {
			c.Progress(file.Progress())
		}
	})
	if err != nil {
		return Summary{}, err
	}
	return r.publish(c.output(), out)
}

// run is one reading of an input.
type run struct {
	config  Config
	part    part
	known   *known        // nil without AppendTo
	places  []crime.Place // kept to find the bounds in them
	meta    *source.Meta
	in      *source.Reader
	seen    *mapping.Seen // in its rows
	rejects *source.Rejects
	rows    rows
	summary Summary
	first   *source.RowError // the first reject
}

// pause is after how many rows the context is looked at and progress is told.
const pause = 4096

// read takes all rows in and writes them.
func (r *run) read(ctx context.Context, progress func()) error {
	s := &r.summary
	progress()
	for rec, err := range r.in.Rows() {
		if s.Read++; s.Read%pause == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			progress()
		}
		var row *source.RowError
		switch {
		case err == nil && !r.part.keeps(rec):
			s.LeftOut++
		case err == nil:
			if err = r.part.blur(rec); err == nil && r.known != nil && r.known.has(rec) {
				s.Already++
			} else if err == nil {
				r.count(rec)
				s.Added++
				err = r.rows.add(rec)
			}
		case errors.As(err, &row):
			if r.first == nil {
				r.first, s.Rejected = row, map[crime.Reason]int64{}
			}
			s.Rejected[row.Reason]++
			err = r.rejects.Add(row)
		}
		if err != nil {
			return err
		}
	}
	progress()
	return r.rows.flush()
}

func (r *run) count(rec *crime.Record) {
	s := &r.summary
	s.Kept++
	switch {
	case !rec.Located:
		s.NoLocation++
	case !r.meta.Bounds.Contains(rec.Place):
		s.OutOfArea++
	}
	if r.config.auto() && rec.Located {
		r.places = append(r.places, rec.Place)
	}
	reported := rec.Text[crime.ColReported]
	if s.First == "" || reported < s.First {
		s.First = reported
	}
	if reported > s.Last {
		s.Last = reported
	}
}

// publish makes the files visible, the prepared one last.
func (r *run) publish(path string, out *durable.Draft) (Summary, error) {
	s := &r.summary
	s.Title, s.Unseen, s.Notes = r.meta.Title, r.part.unseen(), r.notes()
	if r.known != nil {
		s.Changed = r.known.changed
		s.Removed, s.Beside = r.known.missing()
	}
	if s.Kept == 0 && s.LeftOut > 0 {
		return Summary{}, usage.Errorf("prepare: %s keeps none of %d rows; look at the values in the file, then mend --where, --since or --until",
			r.part.filter(), s.LeftOut)
	}
	if err := r.rejects.Publish(); err != nil {
		return Summary{}, err
	}
	if s.Added+s.Already+s.LeftOut == 0 && r.first != nil {
		return *s, r.withNotes(&source.FileError{File: r.first.File, Line: r.first.Line, Msg: fmt.Sprintf(
			"none of %d rows can be read, this one because %s %s; see %s", s.Read, r.first.Column, r.first.Reason, source.RejectsPath(path))})
	}
	if err := r.findBounds(); err != nil {
		return Summary{}, r.withNotes(err)
	}
	r.meta.Rows, r.meta.NoLocation = s.Kept, s.NoLocation
	f, err := feature.FrameFlags{}.Frame(r.meta)
	if err != nil {
		return Summary{}, err
	}
	s.Area = f.String()
	return *s, source.Publish(out, r.meta, r.known != nil)
}
