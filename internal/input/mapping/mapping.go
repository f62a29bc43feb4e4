// Package mapping says how somebody else's rows become ours: which of their
// fields is which of our columns, and how they write a date.
//
// It stands before crime: prepare reads files through it, the consumer reads
// topics that our producer did not fill. It knows neither of them: a row is
// whatever tells the text of a field by its name. What it makes is judged by
// crime.Parse, as every other row.
package mapping

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
)

// Format is the first member of every mapping file.
const Format = "hotspot.mapping/1"

// maxBytes bounds what is read of a mapping file.
const maxBytes = 1 << 20

// Mapping is a mapping file that was checked. It may be used concurrently.
type Mapping struct {
	fields    [crime.NumColumns]string // their name; "" when no field is that column
	constants [crime.NumColumns]string // the text of every row, where there is no field
	layouts   []string                 // of Go's package time, in the order in which they are tried
}

// file is a mapping file (docs/formats.md).
type file struct {
	Format    string            `yaml:"format"`
	Columns   map[string]string `yaml:"columns"`
	Constants map[string]string `yaml:"constants"`
	Dates     []string          `yaml:"dates"`
}

// Own is the mapping of rows that have our columns by their names, and ISO
// dates.
func Own() *Mapping { return &Mapping{fields: crime.Columns, layouts: isoLayouts} }

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

// Read reads the mapping file at path. The error is a usage error.
func Read(path string) (*Mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usage.Errorf("mapping: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, usage.Errorf("mapping: read %s: %w", path, err)
	}
	if len(data) > maxBytes {
		return nil, usage.Errorf("mapping: %s is longer than 1 MiB", path)
	}
	m, err := Parse(data)
	if err != nil {
		return nil, usage.Errorf("mapping: %s: %w", path, err)
	}
	return m, nil
}

// Parse checks a mapping file and reports all that is wrong with it at once.
func Parse(data []byte) (*Mapping, error) {
	var f file
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return nil, fmt.Errorf("not a mapping: %w; docs/formats.md shows one", err)
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("not a mapping: something follows the document")
	}
	m := &Mapping{}
	var errs []error
	wrong := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	if f.Format != Format {
		wrong("format is %q, want %q", f.Format, Format)
	}
	for _, part := range []struct {
		name  string
		texts map[string]string
		into  *[crime.NumColumns]string
	}{{"columns", f.Columns, &m.fields}, {"constants", f.Constants, &m.constants}} {
		for _, column := range slices.Sorted(maps.Keys(part.texts)) {
			c := slices.Index(crime.Columns[:], column)
			switch {
			case c < 0:
				wrong("%s: %q is none of our columns: %s", part.name, column, strings.Join(crime.Columns[:], ", "))
			case part.texts[column] == "":
				wrong("%s: %s has no value; leave the line out", part.name, column)
			default:
				part.into[c] = part.texts[column]
			}
		}
	}
	for c, name := range crime.Columns {
		if m.fields[c] != "" && m.constants[c] != "" {
			wrong("%s is a column and a constant; leave one out", name)
		}
	}
	for _, c := range []int{crime.ColIncidentID, crime.ColReported} {
		if m.fields[c] == "" {
			wrong("columns: %s is missing; every row needs one", crime.Columns[c])
		}
	}
	if len(f.Dates) == 0 {
		m.layouts = isoLayouts
	}
	for _, pattern := range f.Dates {
		layout, err := layoutOf(pattern)
		if err != nil {
			wrong("dates: %w", err)
		}
		m.layouts = append(m.layouts, layout)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return m, nil
}

// Names are their fields that the mapping asks for, each once, sorted.
func (m *Mapping) Names() []string {
	names := slices.DeleteFunc(slices.Clone(m.fields[:]), func(name string) bool { return name == "" })
	slices.Sort(names)
	return slices.Compact(names)
}

// Record makes a record of a row of theirs. field returns the text of a field
// by their name, "" when the row has none; spaces around it do not count.
// Without a field for OFFENSE_ID it is the INCIDENT_ID. The error says which
// of our columns has no usable text.
func (m *Mapping) Record(field func(name string) string) (crime.Record, error) {
	var text [crime.NumColumns]string
	for c, name := range m.fields {
		text[c] = m.constants[c]
		if name != "" {
			text[c] = strings.TrimSpace(field(name))
		}
	}
	if m.fields[crime.ColOffenseID] == "" && m.constants[crime.ColOffenseID] == "" {
		text[crime.ColOffenseID] = text[crime.ColIncidentID]
	}
	for _, c := range [...]int{crime.ColFirstOccurrence, crime.ColReported} {
		text[c] = m.date(text[c])
	}
	return crime.Parse(text)
}

// date rewrites a date as ISO 8601 without zone. What no layout fits comes
// back as it is, for crime.Parse to refuse.
func (m *Mapping) date(s string) string {
	for _, layout := range m.layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(isoLayouts[0])
		}
	}
	return s
}
