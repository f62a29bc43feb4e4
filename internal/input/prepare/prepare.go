// Package prepare turns the city's raw file into a prepared one: 16 columns,
// dates in ISO 8601, in order of time, without addresses, with a sidecar that
// says what it is. It stands before the flow and knows nothing of it.
package prepare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Config says what to read and what to write.
type Config struct {
	Input    string                  // the raw file, plain or gzip, or a prepared one; "-" is the standard input
	Output   string                  // the prepared file; its sidecar and its rejects lie beside it
	AppendTo string                  // a prepared file that gets the offenses it lacks, at its end; instead of Output
	Order    string                  // "time" (the default) or "file"
	Title    string                  // "": the input's sidecar's, else "Denver crime" for the city's header, else "untitled"
	City     string                  // "denver" (the default) or "chicago": whose raw file it is
	Columns  string                  // a mapping file (docs/formats.md) for any other; not with City
	Origin   string                  // LON,LAT; "": the middle of Bounds, or what stands where they come from
	Bounds   string                  // BoundsAuto, or WEST,SOUTH,EAST,NORTH; "": BoundsAuto for another city, else the sidecar's or Denver's
	Part     Part                    // which rows, and how exact
	Progress func(done, total int64) // bytes of the input, total 0 when it is not known; may be nil
}

// The orders of rows.
const (
	OrderTime = "time" // by REPORTED_DATE, then OFFENSE_ID as an integer, then place in the input
	OrderFile = "file" // as in the input
)

// Summary is what a run did.
type Summary struct {
	Title       string
	Invented    bool
	Read        int64    // rows found
	Kept        int64    // rows written
	Added       int64    // of Kept, with AppendTo: behind the old rows
	Already     int64    // rows of the input whose offense was there; with AppendTo
	Changed     int64    // of Already, those whose row differs from the old one, which stays
	Removed     int64    // old rows that the input lacks although it has rows from before and after them; they stay
	Beside      int64    // old rows reported before the first or after the last row of the input; they stay
	LeftOut     int64    // readable rows that are not of the Part
	Unseen      []string // COLUMN=value of Part.Where that no row has
	Rejected    []Count  // by reason, in the order of crime.Reasons
	NoLocation  int64    // kept, both coordinates empty
	OutOfArea   int64    // kept, outside the bounds
	First, Last string   // least and greatest REPORTED_DATE, "" without rows
	Area        string   // origin and bounds as the flags of a consumer, which has no sidecar
}

// Count is how many rows were rejected for one reason.
type Count struct {
	Reason crime.Reason
	Rows   int64
}

// Validate says all that is wrong with c.
func (c Config) Validate() error {
	var errs []error
	fail := func(format string, args ...any) {
		errs = append(errs, usage.Errorf("prepare: "+format, args...))
	}
	if c.Input == "" {
		fail("no input: name the city's file, or - for the standard input")
	}
	switch {
	case c.AppendTo != "" && c.Output != "":
		fail("--append-to %s and -o %s both name the file to write; leave one out", c.AppendTo, c.Output)
	case c.AppendTo != "" && (c.Title != "" || c.Origin != "" || c.Bounds != ""):
		fail("--append-to %s keeps title, origin and bounds of its sidecar; leave --title, --origin and --bounds out", c.AppendTo)
	case c.AppendTo == "" && c.Output == "":
		fail("no output: name a file with -o")
	}
	if c.Order != "" && c.Order != OrderTime && c.Order != OrderFile {
		fail("order %q is neither %q nor %q", c.Order, OrderTime, OrderFile)
	}
	if c.Title != "" {
		if err := crime.ValidTitle(c.Title); err != nil {
			fail("%v", err)
		}
	}
	_, wrong := c.Part.check()
	errs = append(errs, wrong...)
	if c.City != "" && c.City != Denver && c.City != Chicago {
		fail("--city %q is neither %q nor %q; give any other city's columns with --columns FILE", c.City, Denver, Chicago)
	}
	if c.City != "" && c.Columns != "" {
		fail("--city %s and --columns %s both say what the columns are; leave one out", c.City, c.Columns)
	}
	if _, err := c.frame(nil); err != nil {
		errs = append(errs, err)
	}
	in, errIn := os.Stat(c.Input)
	out, errOut := os.Stat(c.output())
	if errIn == nil && errOut == nil && os.SameFile(in, out) {
		fail("%s would overwrite its own input", c.output())
	}
	return errors.Join(errs...)
}

// output is the file to write.
func (c Config) output() string {
	if c.AppendTo != "" {
		return c.AppendTo
	}
	return c.Output
}

// Run reads c.Input and writes c.Output, its sidecar, and - when rows could not
// be read - source.RejectsPath(c.Output). Every file is whole or as it was. No row is
// left out but those and what is not of c.Part, and dates are rewritten, not converted: they are local
// times and stay so.
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
	in, title, err := c.reader(file)
	if err != nil {
		return Summary{}, err
	}

	out, err := durable.Create(c.output())
	if err != nil {
		return Summary{}, err
	}
	defer out.Close()
	rejects := source.NewRejects(source.RejectsPath(c.output()))
	defer rejects.Close()

	p, _ := c.Part.check()
	meta, err := newMeta(c, &p, side, title)
	if err == nil && c.AppendTo != "" {
		meta, err = appended(c.AppendTo, meta)
	}
	if err != nil {
		return Summary{}, err
	}
	r := &run{part: p, meta: meta, auto: c.AppendTo == "" && c.auto(), origin: c.Origin, in: in, rejects: rejects, rows: newRows(c.Order)}
	if c.AppendTo != "" {
		if err := r.readKnown(ctx, c.AppendTo, out); err != nil {
			return Summary{}, err
		}
	} else if _, err := out.Write(crime.AppendHeader(nil)); err != nil {
		return Summary{}, fmt.Errorf("prepare: write %s: %w", c.output(), err)
	}
	err = r.read(ctx, out, func() {
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
	part    part
	known   *known // nil without AppendTo
	before  int64  // rows that were there
	origin  string // that of the Config
	auto    bool   // bounds come from the places, which are kept for it
	lons    []float64
	lats    []float64
	meta    *source.Meta
	in      *source.Reader
	rejects *source.Rejects
	rows    rows
	reasons map[crime.Reason]int64
	summary Summary
	first   *source.RowError // the first reject
}

// pause is after how many rows the context is looked at and progress is told.
const pause = 4096

// read takes all rows in and writes them to w.
func (r *run) read(ctx context.Context, w io.Writer, progress func()) error {
	r.reasons = make(map[crime.Reason]int64)
	progress()
	n := 0
	for rec, err := range r.in.Rows() {
		if n++; n%pause == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			progress()
		}
		var row *source.RowError
		switch {
		case err == nil && !r.part.keeps(rec):
			r.summary.LeftOut++
		case err == nil:
			if err = r.part.blur(rec); err == nil && r.known != nil && r.known.has(rec) {
				r.summary.Already++
			} else if err == nil {
				r.count(rec)
				err = r.rows.add(w, rec)
			}
		case errors.As(err, &row):
			if r.first == nil {
				r.first = row
			}
			r.reasons[row.Reason]++
			err = r.rejects.Add(row)
		}
		if err != nil {
			return err
		}
	}
	progress()
	return r.rows.flush(w)
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
	if r.auto && rec.Located {
		r.lons, r.lats = append(r.lons, rec.Place.Lon), append(r.lats, rec.Place.Lat)
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
	s.Title, s.Invented, s.Read = r.meta.Title, r.meta.Invented, s.Kept-r.before+s.Already+s.LeftOut
	if r.known != nil {
		s.Added, s.Changed = s.Kept-r.before, r.known.changed
		s.Removed, s.Beside = r.known.missing()
	}
	s.Unseen = r.part.unseen()
	for _, reason := range crime.Reasons {
		if n := r.reasons[reason]; n > 0 {
			s.Rejected = append(s.Rejected, Count{reason, n})
			s.Read += n
		}
	}
	if s.Kept == 0 && s.LeftOut > 0 {
		return Summary{}, usage.Errorf("prepare: %s keeps none of %d rows; look at the values in the file, then mend --where, --since or --until",
			r.part.filter(), s.LeftOut)
	}
	if err := r.rejects.Publish(); err != nil {
		return Summary{}, err
	}
	if s.Kept-r.before+s.Already+s.LeftOut == 0 && r.first != nil {
		return *s, &source.FileError{File: r.first.File, Line: r.first.Line, Msg: fmt.Sprintf(
			"none of %d rows can be read, this one because %s %s; see %s", s.Read, r.first.Column, r.first.Reason, source.RejectsPath(path))}
	}
	if err := r.settle(); err != nil {
		return Summary{}, err
	}
	r.meta.Rows, r.meta.NoLocation = s.Kept, s.NoLocation
	f, err := feature.Ground{}.Frame(r.meta)
	if err != nil {
		return Summary{}, err
	}
	s.Area = f.String()
	if r.known != nil {
		return *s, source.PublishAppended(out, r.meta)
	}
	return *s, source.Publish(out, r.meta)
}
