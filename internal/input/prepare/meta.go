package prepare

import (
	"cmp"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// newMeta is the sidecar but for its counts.
func newMeta(c Config, p *part, side *source.Meta, from *mapping.Mapping) (*source.Meta, error) {
	m := &source.Meta{Format: source.MetaFormat, Title: cmp.Or(from.Title, "untitled"), Timezone: from.Zone, Identity: byRow}
	if from.Numbered() {
		m.Identity = byRowAlone
	}
	if side != nil {
		m = side
	}
	if c.Title != "" {
		m.Title = c.Title
	}
	a, err := c.area(m)
	if err != nil {
		return nil, err
	}
	m.Origin, m.Bounds = &a.Origin, &a.Bounds
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

// What makes a row another one than those before it (Meta.Identity).
const (
	byRow      = "OFFENSE_ID, and the whole row where an id repeats"
	byRowAlone = "the whole row without its ids, which are row numbers"
)

// appended is the sidecar of the file that is appended to: it stays but for its
// counts. What would make other rows than the old ones is refused; asked is the
// sidecar that the new rows would have for themselves.
func appended(path string, asked *source.Meta) (*source.Meta, error) {
	m, err := source.ReadMeta(path)
	if err != nil {
		return nil, err
	}
	if m.Area() == nil {
		return nil, usage.Errorf("prepare: --append-to %s: it has no sidecar %s that says where the city lies; prepare the file again with -o", path, source.MetaPath(path))
	}
	for _, d := range []struct {
		old, now any
		text     string
	}{
		{m.Filter, asked.Filter, "its rows are the part %q and not %q; give the same --where, --since and --until"},
		{blurOf(m), blurOf(asked), "its places were blurred by %vm and not by %vm; give the same --blur"},
		{cmp.Or(m.Identity, asked.Identity), asked.Identity, "its rows are told apart by %s, the new ones by %s; make their ids in the same way"},
		{m.Invented, asked.Invented, "its city is invented: %v, that of the new rows: %v; prepare them to a file of their own with -o"},
	} {
		if d.old != d.now {
			return nil, usage.Errorf("prepare: --append-to %s: "+d.text, path, d.old, d.now)
		}
	}
	return m, nil
}

// blurOf is by how many meters places were blurred, 0 for not.
func blurOf(m *source.Meta) float64 {
	if m.BlurM == nil {
		return 0
	}
	return *m.BlurM
}
