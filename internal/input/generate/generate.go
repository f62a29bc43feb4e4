// Package generate writes the crimes of an invented city: a prepared file of
// any length, the same bytes on every machine. It has the shape of the city's
// real file - several offenses to an incident, places that repeat, missing and
// impossible places, the hours at which crimes are said to happen - and hot
// spots whose truth is known: see Planted.
//
// It stands beside prepare, before the flow. It uses integers only: degrees
// are counted in 1e-8, so no rounding can differ between machines.
package generate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"hotspot/internal/crime"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Title is the title of every generated file.
const Title = "Invented city"

// Config says how much of which city to write. Zero Rows and Seed mean their
// defaults.
type Config struct {
	Output string `name:"output" short:"o" default:"dataset/crime_preprocessed.csv" help:"The file to write; - is the standard output."`
	Rows   int    `name:"rows" default:"15000" help:"Accepted rows."`
	Seed   uint64 `name:"seed" default:"1" help:"Another seed is another city."`
	Raw    bool   `name:"raw" help:"Write the city's raw form, with its dirt, for hotspot prepare."`

	Still    bool                    `kong:"-"` // the hot spots of the first batch stay as they are
	Progress func(done, total int64) `kong:"-"` // rows; may be nil
}

// The number of rows: what is written when nothing is said, and the greatest,
// after which the invented years would have five digits. The raw form, which
// is not in order of time, is held in memory.
const (
	defaultRows = 15_000
	MaxRows     = 250_000_000
	MaxRawRows  = 2_000_000
)

// plantedRows is of how many rows, at most, the sidecar holds the hot spots: it
// has 1 MiB, and they are 2 more for every batch.
const plantedRows = 1_000_000

// batchRows is after how many rows the hot spots of the city change.
const batchRows = 5000

// Summary is what was written.
type Summary struct {
	Rows        int64
	NoLocation  int64
	First, Last string // least and greatest REPORTED_DATE
}

// Validate says all that is wrong with c, apart from Output.
func (c Config) Validate() error {
	most := MaxRows
	if c.Raw {
		most = MaxRawRows
	}
	if c.Rows < 0 || c.Rows > most {
		return usage.Errorf("generate: %d rows; it can be 1 to %d", c.Rows, most)
	}
	return nil
}

// Run writes c.Output and its sidecar, whole or not at all.
func Run(ctx context.Context, c Config) (Summary, error) {
	if c.Output == "" {
		return Summary{}, errors.Join(usage.Errorf("generate: no output: name a file with -o"), c.Validate())
	}
	out, err := durable.Create(c.Output)
	if err != nil {
		return Summary{}, err
	}
	defer out.Close()
	if err := checkInvented(c.Output); err != nil {
		return Summary{}, err
	}
	s, err := Write(ctx, out, c)
	if err != nil {
		return Summary{}, err
	}
	return s, source.Publish(out, meta(c, s), false)
}

// checkInvented refuses a path at which rows lie that may be real: they are
// not made again from a seed.
func checkInvented(path string) error {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil // nothing is there
	}
	if m, err := source.ReadMeta(path); err != nil || m == nil || !m.Invented {
		return usage.Errorf("generate: %s is there, and no sidecar says that its city is invented; name another file with -o, or remove it", path)
	}
	return nil
}

// Write writes the file alone, without its sidecar, to w. A longer file of the
// same seed begins with the shorter one, but in the raw form.
func Write(ctx context.Context, w io.Writer, c Config) (Summary, error) {
	if err := c.Validate(); err != nil {
		return Summary{}, err
	}
	if c.Rows == 0 {
		c.Rows = defaultRows
	}
	if c.Seed == 0 {
		c.Seed = 1
	}
	write := writePrepared
	if c.Raw {
		write = writeRaw
	}
	var s Summary
	err := write(w, func(each func(*row) error) error { return rows(ctx, c, &s, each) })
	return s, err
}

// rows makes the rows in order, counts them, and hands them on.
func rows(ctx context.Context, c Config, s *Summary, each func(*row) error) error {
	const pause = 4096 // rows after which the context is looked at and progress is told
	city := newGenerator(c.Seed)
	city.still = c.Still
	first, last := int64(0), int64(0)
	for s.Rows < int64(c.Rows) {
		group := city.next()
		for i := range min(len(group), c.Rows-int(s.Rows)) {
			r := &group[i]
			if s.Rows%pause == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				if c.Progress != nil {
					c.Progress(s.Rows, int64(c.Rows))
				}
			}
			if err := each(r); err != nil {
				return fmt.Errorf("generate: write row %d: %w", s.Rows+1, err)
			}
			if s.Rows == 0 {
				first = r.reported
			}
			last = r.reported
			s.Rows++
			if r.where == unlocated {
				s.NoLocation++
			}
		}
	}
	s.First, s.Last = string(appendMinute(nil, first, crime.DateForm)), string(appendMinute(nil, last, crime.DateForm))
	if c.Progress != nil {
		c.Progress(s.Rows, s.Rows)
	}
	return nil
}

// meta is the sidecar. The invented city lies where Denver's map does, so that
// all defaults fit.
func meta(c Config, s Summary) *source.Meta {
	origin, bounds := crime.Denver.Origin, crime.Denver.Bounds
	m := &source.Meta{
		Format: source.MetaFormat, Title: Title, Invented: true,
		Rows: s.Rows, NoLocation: s.NoLocation, Origin: &origin, Bounds: &bounds,
	}
	if !c.Raw { // there the rows are in another order, and prepare writes a sidecar of its own
		m.Planted = Planted(c.Seed, int(min(s.Rows, plantedRows)))
	}
	return m
}
