// Package prepare turns the city's raw file into a prepared one: our columns,
// dates in ISO 8601, in order of time, without addresses, with a sidecar that
// says what it is. It stands before the flow and knows nothing of it.
package prepare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

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
// so: they are rewritten, not converted. The summary comes also with an error,
// as far as the run came.
//
// Rows are held in memory until all are there: about 270 bytes each; so is the
// file that is appended to.
func Run(ctx context.Context, c Config) (Summary, error) {
	if err := c.Validate(); err != nil {
		return Summary{}, err
	}
	if c.Progress == nil {
		c.Progress = func(int64, int64) {}
	}
	file, err := source.OpenFile(c.Input)
	if err != nil {
		return Summary{}, err
	}
	defer file.Close()
	r := &run{
		config: c, file: file, w: io.Discard, rejects: source.NewRejects(""), seen: &mapping.Seen{IDs: map[uint64]uint64{}},
		categories: map[string]bool{}, rejected: map[string]int64{}, first: math.MaxInt64, last: math.MinInt64,
	}
	defer r.close()
	for _, step := range []func(context.Context) error{r.open, r.readOld, r.read, r.judge, r.publish} {
		if err = step(ctx); err != nil {
			break
		}
	}
	r.summary.Notes = r.seen.Notes()
	return r.summary, err
}

// run is one reading of an input.
type run struct {
	config     Config
	ours       bool // the input is Denver's file, or a prepared one
	part       part
	old        []byte // of AppendTo
	known      *known // rows of old
	meta       *source.Meta
	file       *source.File
	in         *source.Reader
	seen       *mapping.Seen  // in its rows
	out        *durable.Draft // nil with DryRun
	w          io.Writer      // to out
	rejects    *source.Rejects
	held       []heldRow
	line       []byte
	categories map[string]bool  // of rows that could be read
	rejected   map[string]int64 // rows that could not be read, by category
	noTime     int64            // rows without a time of day
	first      int64            // least REPORTED_DATE, in seconds
	last       int64
	summary    Summary
}

// open begins to read the input and to write the output.
func (r *run) open(context.Context) error {
	side, err := source.ReadMeta(r.config.Input)
	if err != nil {
		return err
	}
	head := r.file.Head()
	m, err := r.config.mapping(r.file.Name(), head)
	if err != nil {
		return err
	}
	r.ours = m.Strict
	r.config.placed = m.City == "denver" || m.Strict && side.Area() != nil
	if err := r.reader(r.file, m, head); err != nil {
		return err
	}
	c := r.config
	r.part, _ = c.Part.check()
	r.meta, err = newMeta(c, &r.part, side, m)
	if err == nil && c.AppendTo != "" {
		r.meta, err = appended(c.AppendTo, r.meta)
	}
	if err != nil || c.DryRun {
		return err
	}
	r.rejects = source.NewRejects(source.RejectsPath(c.output()))
	r.out, err = durable.Create(c.output())
	r.w = r.out
	return err
}

func (r *run) close() {
	r.rejects.Close()
	if r.out != nil {
		r.out.Close()
	}
}

// pause is after how many rows the context is looked at and progress is told.
const pause = 4096

// read takes all rows in.
func (r *run) read(ctx context.Context) error {
	s := &r.summary
	progress := func() { r.config.Progress(r.file.Progress()) }
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
		case err == nil:
			err = r.take(rec)
		case errors.As(err, &row):
			err = r.reject(row)
		}
		if err != nil {
			return err
		}
	}
	progress()
	return nil
}

// take holds a row, unless it is not of the part or there already.
func (r *run) take(rec *crime.Record) error {
	if c := rec.Text[crime.ColOffenseCategory]; !r.categories[c] {
		r.categories[strings.Clone(c)] = true
	}
	if !r.part.keeps(rec) {
		r.summary.LeftOut++
		return nil
	}
	if err := r.part.blur(rec); err != nil {
		return err
	}
	r.dropUnknown(rec)
	r.noteTime(rec)
	if r.config.AppendTo != "" {
		there, again := r.known.has(rec)
		if again {
			r.seen.Note(1, twice)
		}
		if there {
			r.summary.Already++
			return nil
		}
	}
	r.hold(rec)
	return nil
}

// judge decides about all rows, and ends with an error when they cannot be what
// was meant.
func (r *run) judge(context.Context) error {
	s, appends := &r.summary, r.config.AppendTo != ""
	s.Title, s.Identity, s.Unseen = r.meta.Title, r.meta.Identity, r.part.unseen()
	if n := r.in.Guessed(); n > 0 {
		r.seen.Note(n, "not UTF-8, read as Windows-1252; encoding: in a mapping names another")
	}
	if err := r.judgeRejects(); err != nil {
		return err
	}
	if s.Read == 0 && !appends {
		return &source.FileError{File: r.file.Name(), Msg: "a header and no row below it; is the file whole?"}
	}
	if s.LeftOut > 0 && s.LeftOut == s.Read-s.RejectedRows {
		return usage.Errorf("prepare: %s keeps none of %d rows; look at the values in the file, then mend --where, --since or --until",
			r.part.filter(), s.LeftOut)
	}
	if err := r.findArea(); err != nil {
		return err
	}
	r.identify()
	s.Added = int64(len(r.held))
	r.judgeTimes()
	for _, row := range r.held {
		r.count(row.located(), row.reported)
		if row.located() && !r.meta.Bounds.Contains(row.place) {
			s.OutOfArea++
		}
	}
	if appends {
		return r.compare()
	}
	return nil
}

// count counts a row that is written.
func (r *run) count(located bool, reported int64) {
	s := &r.summary
	s.Kept++
	if !located {
		s.NoLocation++
	}
	r.first, r.last = min(r.first, reported), max(r.last, reported)
}

// publish makes the files visible, the prepared one last.
func (r *run) publish(context.Context) error {
	s := &r.summary
	if s.Kept > 0 {
		s.First, s.Last = dateOf(r.first), dateOf(r.last)
	}
	r.meta.Rows, r.meta.NoLocation = s.Kept, s.NoLocation
	f := feature.Of(*r.meta.Area())
	s.Place, s.Area = placeText(f.Origin, 1), f.String()
	if err := r.write(r.w); err != nil {
		return fmt.Errorf("prepare: write %s: %w", r.config.output(), err)
	}
	if r.out == nil {
		return nil
	}
	if r.config.AppendTo != "" {
		if err := r.keepOld(); err != nil {
			return err
		}
	}
	return source.Publish(r.out, r.meta, r.config.AppendTo != "")
}
