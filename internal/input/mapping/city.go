package mapping

import (
	_ "embed"
	"slices"
)

//go:embed chicago.yaml
var chicago []byte

// Chicago is the mapping of the CSV that Chicago's portal exports.
func Chicago() *Mapping {
	m, err := Parse(chicago)
	if err != nil {
		panic("mapping: chicago.yaml: " + err.Error()) // it is ours, and a test reads it
	}
	return m
}

// Names are their fields that the mapping asks for, each once, sorted.
func (m *Mapping) Names() []string {
	var names []string
	for _, name := range m.fields {
		if name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
