package mapping

import (
	"embed"
	"slices"
	"strings"
	"sync"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Own is the mapping of rows that have our columns by their names, and ISO
// dates.
func Own() *Mapping {
	m := *prepared()
	m.Strict, m.format.Tolerant, m.empty = false, true, nil
	m.dates = dates{forms: iso()}
	return &m
}

// prepared is the mapping of rows that have our columns and are taken as they are.
func prepared() *Mapping {
	m := *cities()[slices.Index(Cities(), "denver")]
	m.City, m.Title, m.Zone, m.dates.zone = "", "", "", nil
	return &m
}

//go:embed cities/*.yaml
var files embed.FS

// cities are the built-in mappings, by name.
var cities = sync.OnceValue(func() (all []*Mapping) {
	entries, _ := files.ReadDir("cities")
	for _, e := range entries {
		data, _ := files.ReadFile("cities/" + e.Name())
		m, err := Parse(data)
		if err != nil {
			panic("mapping: " + e.Name() + ": " + err.Error()) // it is ours, and a test reads it
		}
		m.City = strings.TrimSuffix(e.Name(), ".yaml")
		all = append(all, m)
	}
	return all
})

// Cities are the names of the built-in mappings.
func Cities() (names []string) {
	for _, m := range cities() {
		names = append(names, m.City)
	}
	return names
}

// City is the built-in mapping of that name. The error is a usage error.
func City(name string) (*Mapping, error) {
	at := slices.Index(Cities(), name)
	if at < 0 {
		return nil, usage.Errorf("--city %q is none of %s%s; hotspot prepare --suggest RAW prints a mapping for any other city",
			name, strings.Join(Cities(), ", "), usage.DidYouMean(name, Cities()))
	}
	return cities()[at], nil
}

// Recognize is the mapping that knows this header: of a prepared file, or a
// built-in one; nil for none. Of several the one that asks for most names.
func Recognize(h source.Header) (best *Mapping) {
	for _, m := range cities() {
		if m.knows(h) && (best == nil || len(m.recognize) > len(best.recognize)) {
			best = m
		}
	}
	lacks := func(name string) bool { return !slices.Contains(h, name) }
	if ours := slices.DeleteFunc(slices.Clone(crime.Columns[:]), lacks); best == nil && len(ours) > len(crime.Columns)/2 {
		return prepared()
	}
	return best
}

func (m *Mapping) knows(h source.Header) bool {
	return !slices.ContainsFunc(m.recognize, func(name string) bool {
		at, err := h.Like(name)
		return at < 0 || err != nil
	})
}
