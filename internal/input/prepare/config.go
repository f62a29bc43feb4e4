package prepare

import (
	"errors"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Config says what to read and what to write.
type Config struct {
	Input  string `arg:"" name:"raw" help:"The city's raw CSV, plain or gzip; - is the standard input."`
	Output string `name:"output" short:"o" help:"The prepared file to write; its sidecar is FILE.meta.json."`
	Order  string `name:"order" enum:"time,file" default:"time" help:"time: by REPORTED_DATE, then OFFENSE_ID; file: as it comes."`
	// Title is by default that of the input's sidecar, else "Denver crime" for the
	// city's header, else "untitled".
	Title string `name:"title" help:"What the data is called everywhere it is shown."`

	AppendTo string `name:"append-to" placeholder:"FILE" help:"Instead of -o: a prepared file that gets the offenses it lacks, at its end; its old rows stay as they are."`

	City    string `name:"city" placeholder:"NAME" help:"Whose raw file it is, as chicago or los-angeles, when its header does not say so: docs/cities.md lists them."`
	Columns string `name:"columns" placeholder:"FILE" help:"Mapping of any other file's columns to ours (docs/cities.md); --suggest prints one."`
	Suggest bool   `name:"suggest" help:"Print a mapping to edit, guessed from the header and the first rows, and write nothing."`
	Origin  string `name:"origin" placeholder:"LON,LAT" help:"Middle of the map, for the sidecar; without it the middle of --bounds."`
	// Bounds are by default auto for another city, else the sidecar's or Denver's.
	Bounds string `name:"bounds" placeholder:"auto|W,S,E,N" help:"The area that models are trained in, for the sidecar. auto: the middle 99.9 % of the places; the default for every city but Denver."`
	Part   `embed:""`

	MaxRejects source.Percent `name:"max-rejects" default:"5%" help:"Write nothing when more than this share of the rows cannot be read."`
	DryRun     bool           `name:"dry-run" help:"Say what would become of the rows, and write nothing."`

	placed bool // Denver's file, or one whose sidecar says where its city lies

	Progress func(done, total int64) `kong:"-"` // bytes of the input, total 0 when it is not known; may be nil
}

// The orders of rows.
const (
	OrderTime = "time" // by REPORTED_DATE, then OFFENSE_ID as an integer, then text
	OrderFile = "file" // as in the input
)

// auto says whether the bounds are found in the rows.
func (c Config) auto() bool {
	return c.Bounds == BoundsAuto || c.Bounds == "" && c.AppendTo == "" && !c.placed
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
	if c.Suggest {
		return errors.Join(errs...) // writes no file
	}
	switch {
	case c.AppendTo != "" && c.Output != "":
		fail("--append-to %s and -o %s both name the file to write; leave one out", c.AppendTo, c.Output)
	case c.AppendTo != "" && (c.Title != "" || c.Origin != "" || c.Bounds != ""):
		fail("--append-to %s keeps title, origin and bounds of its sidecar; leave --title, --origin and --bounds out", c.AppendTo)
	case c.AppendTo == "" && c.Output == "":
		fail("no output: name a file with -o")
	}
	if c.Title != "" {
		if err := crime.ValidTitle(c.Title); err != nil {
			fail("%v", err)
		}
	}
	_, wrong := c.Part.check()
	errs = append(errs, wrong...)
	if c.City != "" {
		if _, err := mapping.City(c.City); err != nil {
			fail("%w", err)
		}
	}
	if c.City != "" && c.Columns != "" {
		fail("--city %s and --columns %s both say what the columns are; leave one out", c.City, c.Columns)
	}
	if _, err := c.area(nil); err != nil {
		errs = append(errs, err)
	}
	if out, inputs := c.output(), []string{c.Input, source.MetaPath(c.Input), c.Columns}; out != "" {
		errs = append(errs, durable.CheckOutput(out, inputs...), durable.CheckOutput(source.MetaPath(out), inputs...),
			source.CheckRejects(source.RejectsPath(out), inputs...))
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
