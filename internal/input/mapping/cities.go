package mapping

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Own is the mapping of rows that have our columns by their names, and ISO
// dates.
func Own() *Mapping { return ours(false) }

// ours is Own; strict, it takes rows as they are, and dates in Denver's form, too.
func ours(strict bool) *Mapping {
	m := &Mapping{strict: strict, point: -1, format: source.Format{Tolerant: !strict}}
	for c, name := range crime.Columns {
		m.fields = append(m.fields, field{name: name})
		m.columns[c].from = []int{c}
	}
	m.dates.strict = strict
	patterns := isoPatterns
	if strict {
		patterns = []string{isoPatterns[0], "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p"}
	}
	for _, pattern := range patterns {
		f, _ := formOf(pattern, 0)
		m.dates.forms = append(m.dates.forms, f)
	}
	return m
}

//go:embed cities/*.yaml
var files embed.FS

// cities are the built-in mappings, by name.
var cities = sync.OnceValue(func() (all []*Mapping) {
	entries, err := files.ReadDir("cities")
	for _, e := range entries {
		data, _ := files.ReadFile("cities/" + e.Name())
		var m *Mapping
		if m, err = Parse(data); err != nil {
			break
		}
		m.City = strings.TrimSuffix(e.Name(), ".yaml")
		all = append(all, m)
	}
	if err != nil {
		panic("mapping: a built-in one: " + err.Error()) // it is ours, and a test reads it
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
			name, strings.Join(Cities(), ", "), didYouMean(name, Cities()))
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
	same := 0
	for _, name := range crime.Columns {
		if slices.Contains(h, name) {
			same++
		}
	}
	if best == nil && same > len(crime.Columns)/2 {
		return ours(true)
	}
	return best
}

func (m *Mapping) knows(h source.Header) bool {
	return !slices.ContainsFunc(m.recognize, func(name string) bool {
		at, err := h.Like(name)
		return at < 0 || err != nil || m.strict && h[at] != name
	})
}

// Unknown says what to do with a header that Recognize does not know.
func Unknown(raw string, h source.Header) error {
	return fmt.Errorf("no built-in mapping knows this header: %v; hotspot prepare --suggest %s > mapping.yaml prints one, then add --columns mapping.yaml",
		h, raw)
}
