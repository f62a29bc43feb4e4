package prepare

import (
	"errors"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// The cities whose raw files are known.
const (
	Denver  = "denver"
	Chicago = "chicago"
)

// auto says whether the bounds are found in the rows.
func (c Config) auto() bool {
	return c.Bounds == BoundsAuto || c.Bounds == "" && (c.City == Chicago || c.Columns != "")
}

// reader reads the rows of the input by the columns of its city, and says what
// they are called when nobody else does.
func (c Config) reader(file *source.File) (in *source.Reader, title string, err error) {
	var m *mapping.Mapping
	title = "untitled"
	switch {
	case c.City == Chicago:
		m, title = mapping.Chicago(), "Chicago crime"
	case c.Columns != "":
		if m, err = mapping.Read(c.Columns); err != nil {
			return nil, "", err
		}
	default:
		return c.ownColumns(file)
	}
	at := map[string]int{}
	for i, name := range m.Names() {
		at[name] = i
	}
	in, err = source.NewReaderOf(file, file.Name(), m.Names(), func(rec *crime.Record, texts []string) (err error) {
		*rec, err = m.Record(func(name string) string { return texts[at[name]] })
		return err
	})
	return in, title, hint(err, func(header source.Header) string {
		return "it has " + strings.Join(header, ", ") + "; mend the mapping, or name the right file with it"
	})
}

// ownColumns is reader for the city's raw file, and for a prepared one.
func (c Config) ownColumns(file *source.File) (in *source.Reader, title string, err error) {
	raw := false
	in, err = source.NewReaderOf(file, file.Name(), crime.Columns[:], func(rec *crime.Record, texts []string) error {
		copy(rec.Text[:], texts)
		if err := isoDates(&rec.Text, raw); err != nil {
			return err
		}
		return rec.Parse()
	})
	if err != nil {
		return nil, "", hint(err, func(source.Header) string { return "another city's file needs --city chicago or --columns FILE" })
	}
	raw = in.Header().IsRaw()
	if in.Header().IsCity() {
		return in, "Denver crime", nil
	}
	return in, "untitled", nil
}

// hint adds to an error about missing columns what to do.
func hint(err error, advice func(source.Header) string) error {
	var file *source.FileError
	var lacks *source.ColumnsError
	if errors.As(err, &file) && errors.As(err, &lacks) {
		file.Msg += "; " + advice(lacks.Header)
	}
	return err
}

// newMeta is the sidecar but for its counts.
func newMeta(c Config, p *part, side *source.Meta, title string) (*source.Meta, error) {
	m := &source.Meta{Format: source.MetaFormat, Title: title}
	if side != nil {
		m = side
	}
	if c.Title != "" {
		m.Title = c.Title
	}
	f, err := c.frame(m)
	if err != nil {
		return nil, err
	}
	m.Origin, m.Bounds = &f.Origin, &f.Bounds
	if filter := p.filter(); filter != "" {
		m.Title += " (" + filter + ")"
		if err := crime.ValidTitle(m.Title); err != nil {
			return nil, usage.Errorf("prepare: the title names the part: %q: %v; give a shorter --title or fewer values to --where", m.Title, err)
		}
		if m.Filter != "" {
			filter = m.Filter + ", " + filter
		}
		m.Filter, m.Planted = filter, nil // a part has other row numbers than the planted ones
	}
	if p.blurM > blurOf(m) {
		m.BlurM = &p.blurM
	}
	return m, nil
}
