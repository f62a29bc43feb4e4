package prepare

import (
	"errors"

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
		in, err = source.NewRawReader(file, file.Name(), func(h *source.Header) source.Convert {
			if h.IsCity() {
				title = "Denver crime"
			}
			return isoDates(h.IsRaw())
		})
		var other *source.FileError
		if errors.Is(err, source.ErrColumns) && errors.As(err, &other) {
			other.Msg += "; another city's file needs --city chicago or --columns FILE"
		}
		return in, title, err
	}
	in, err = source.NewForeignReader(file, file.Name(), m.Names(), m.Record)
	return in, title, err
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
