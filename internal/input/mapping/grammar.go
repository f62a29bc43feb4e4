package mapping

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Format is the first member of every mapping file. All that its first version
// could say means the same in the second.
const Format = "hotspot.mapping/2"

// file is a mapping file as YAML has it.
type file struct {
	Format, Title, Separator, Encoding, Header, Decimal, Century, Timezone, CRS, Point string

	Recognize, Empty, Dates texts
	Strict                  bool
	Columns                 map[string]filler
	Constants               map[string]string
}

// members are its keys.
var members = []string{
	"format", "title", "recognize", "strict", "separator", "encoding", "header", "decimal", "century", "timezone", "crs", "empty",
	"point", "columns", "constants", "dates",
}

// texts are one, or a list of them.
type texts []*yaml.Node

// UnmarshalYAML implements yaml.Unmarshaler.
func (t *texts) UnmarshalYAML(n *yaml.Node) error {
	*t = texts{n}
	if n.Kind == yaml.SequenceNode {
		*t = n.Content
	}
	for _, n := range *t {
		if n.Kind != yaml.ScalarNode {
			return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: want a text, or a list of them", n.Line)}}
		}
	}
	return nil
}

// filler is what fills one of our columns: a field, several that are joined, or
// an object.
type filler struct {
	Field, Else, Hour texts
	ID                string
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (f *filler) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return f.Field.UnmarshalYAML(n)
	}
	type object filler
	return n.Decode((*object)(f))
}

// Read reads the mapping file at path. The error is a usage error.
func Read(path string) (*Mapping, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, usage.Errorf("mapping: %w", err)
	}
	m, err := Parse(data)
	if err != nil {
		return nil, usage.Errorf("mapping: %s: %w", path, err)
	}
	return m, nil
}

// Parse checks a mapping file and reports all that is wrong with it at once,
// each with its line; but where a list stands for a text, or the like, what depends
// on it is not looked at.
func Parse(data []byte) (*Mapping, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := d.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return nil, fmt.Errorf("not a mapping: %w; docs/formats.md shows one", err)
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("not a mapping: something follows the document")
	}
	g := &grammar{m: &Mapping{point: -1, format: source.Format{Tolerant: true}}, lines: map[string]int{}}
	g.keys(doc.Content[0], "", members)
	var f file
	if err := doc.Decode(&f); err != nil {
		return nil, errors.Join(append(g.errs, err)...)
	}
	g.form(f)
	g.columns(f)
	if err := errors.Join(g.errs...); err != nil {
		return nil, err
	}
	return g.m, nil
}

// grammar makes a mapping of one file.
type grammar struct {
	m     *Mapping
	lines map[string]int // of keys: "dates", "columns: GEO_LON", "GEO_LON: id"
	errs  []error
}

func (g *grammar) wrong(line int, format string, a ...any) {
	g.errs = append(g.errs, fmt.Errorf("line %d: %w", line, fmt.Errorf(format, a...)))
}

// keys finds the keys of an object, and of those in it: each must be known, stand
// there once and have a value.
func (g *grammar) keys(n *yaml.Node, where string, known []string) {
	if n.Kind != yaml.MappingNode {
		g.wrong(n.Line, "%swant \"key: value\" lines; docs/formats.md shows a mapping", where)
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		there := value.Kind != yaml.ScalarNode && len(value.Content) > 0 || value.Value != ""
		switch name := where + key.Value; {
		case !slices.Contains(known, key.Value):
			hint := cmp.Or(usage.DidYouMean(key.Value, known), "; want one of "+strings.Join(known, ", "))
			g.wrong(key.Line, "%s%q is no key here%s", where, key.Value, hint)
		case g.lines[name] > 0:
			g.wrong(key.Line, "%s stands here twice", name)
		case !there:
			g.wrong(value.Line, "%s has no value; leave the line out", name)
		default:
			g.lines[name] = value.Line
		}
		switch {
		case where == "" && (key.Value == "columns" || key.Value == "constants"):
			g.keys(value, key.Value+": ", crime.Columns[:])
		case where == "columns: " && value.Kind == yaml.MappingNode:
			g.keys(value, key.Value+": ", []string{"field", "id", "else", "hour"})
		}
	}
}

// choice says that the text of a key that is there is one of some words.
func (g *grammar) choice(key, s string, words ...string) {
	if line, there := g.lines[key]; there && !slices.Contains(words, s) {
		g.wrong(line, "%s is %q%s; want %s", key, s, usage.DidYouMean(s, words), strings.Join(words, " or "))
	}
}

// form reads the members that say how a file and its dates are written.
func (g *grammar) form(f file) {
	m := g.m
	check := func(key string, ok bool, format string, a ...any) {
		if line, there := g.lines[key]; there && !ok {
			g.wrong(line, key+" is "+format, a...)
		}
	}
	g.choice("format", f.Format, Format, "hotspot.mapping/1")
	m.Title, m.Strict, m.format.Tolerant = f.Title, f.Strict, !f.Strict
	if err := crime.ValidTitle(f.Title); f.Title != "" && err != nil {
		g.wrong(g.lines["title"], "%w", err)
	}
	for _, n := range f.Recognize {
		m.recognize = append(m.recognize, n.Value)
	}
	separator := strings.ReplaceAll(f.Separator, "tab", "\t")
	check("separator", len(separator) == 1 && !strings.Contains("\"\r\n", separator), `%q; want one character, as ";", or tab`, f.Separator)
	if separator != "" {
		m.format.Separator = separator[0]
	}
	var err error
	if f.Encoding != "" {
		if m.format.Encoding, err = source.EncodingOf(f.Encoding); err != nil {
			g.wrong(g.lines["encoding"], "%w", err)
		}
	}
	m.format.Header, err = strconv.Atoi(f.Header)
	check("header", err == nil && m.format.Header > 0 || f.Header == "none", "%q; want the number of its line, or none", f.Header)
	if f.Header == "none" {
		m.format.Header = source.NoHeader
	}
	g.choice("decimal", f.Decimal, ".", ",")
	m.comma = f.Decimal == ","
	century, _ := strconv.Atoi(f.Century)
	check("century", 1 <= century && century <= 9900, "%q; want the first of the hundred years that two digits mean, as 1950", f.Century)
	if m.Zone = f.Timezone; m.Zone != "" {
		m.dates.zone, err = time.LoadLocation(m.Zone)
		check("timezone", err == nil, "%q; want a name as America/Toronto or Europe/London", m.Zone)
	}
	check("crs", slices.Contains([]string{"EPSG:4326", "EPSG:4269", "EPSG:4258"}, strings.ToUpper(f.CRS)),
		"%s, a projection that is not read: only degrees are (EPSG:4326); map the columns that have them, or convert these first: cs2cs %[1]s EPSG:4326, of PROJ", f.CRS)
	m.empty = map[string]bool{}
	for _, n := range f.Empty {
		m.empty[strings.ToLower(n.Value)] = true
	}
	if f.Empty == nil {
		for _, word := range unknown {
			m.empty[word] = true
		}
	}
	for _, n := range f.Dates {
		form, err := formOf(n.Value, century)
		if err != nil {
			g.wrong(n.Line, "dates: %w", err)
		}
		m.dates.forms = append(m.dates.forms, form)
	}
	if f.Dates == nil {
		m.dates.forms = iso()
	}
}

// columns reads what fills our columns.
func (g *grammar) columns(f file) {
	m := g.m
	if f.Point != "" {
		m.point = g.fields(&yaml.Node{Value: f.Point})[0]
	}
	for c, key := range crime.Columns {
		from := f.Columns[key]
		line, there := g.lines["columns: "+key]
		m.columns[c] = column{g.fields(from.Field...), g.fields(from.Else...), f.Constants[key], from.ID, g.fields(from.Hour...)}
		g.choice(key+": id", from.ID, "integer", "digits", "hash", "row")
		switch {
		case from.ID != "" && c != crime.ColIncidentID && c != crime.ColOffenseID:
			g.wrong(line, "%s: id: belongs to INCIDENT_ID and OFFENSE_ID", key)
		case there && from.Field == nil && from.ID != "row":
			g.wrong(line, "%s: field: is missing", key)
		case from.Field != nil && f.Constants[key] != "":
			g.wrong(g.lines["constants: "+key], "%s is a column and a constant; leave one out", key)
		}
	}
	line := cmp.Or(g.lines["columns"], 1)
	id, reported, occurred := m.columns[crime.ColIncidentID], m.columns[crime.ColReported], m.columns[crime.ColFirstOccurrence]
	switch {
	case f.Format == "":
		g.wrong(line, "format is missing; the first line is \"format: %s\"", Format)
	case id.from == nil && id.id != "row":
		g.wrong(line, "columns: INCIDENT_ID is missing; every row needs one: \"INCIDENT_ID: {id: row}\" takes the number of the row")
	}
	if reported.from == nil && occurred.from == nil {
		g.wrong(line, "columns: REPORTED_DATE is missing, and FIRST_OCCURRENCE_DATE, too; every row needs one of them")
	}
}

// fields are where fields of theirs stand among those that are asked for.
func (g *grammar) fields(names ...*yaml.Node) (at []int) {
	for _, n := range names {
		i := slices.Index(g.m.fields, n.Value)
		if i < 0 {
			i = len(g.m.fields)
			g.m.fields = append(g.m.fields, n.Value)
		}
		at = append(at, i)
	}
	return at
}
