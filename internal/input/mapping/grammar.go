package mapping

import (
	"bytes"
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
// each with its line.
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
	g := &grammar{m: &Mapping{point: -1, format: source.Format{Tolerant: true}}, nodes: map[string]*yaml.Node{}, empty: unknown}
	g.pairs(doc.Content[0], "", members, func(key string, n *yaml.Node) { g.nodes[key] = n })
	for _, key := range members {
		if n := g.nodes[key]; n != nil {
			g.member(key, n)
		}
	}
	g.finish(doc.Content[0])
	if err := errors.Join(g.errs...); err != nil {
		return nil, err
	}
	return g.m, nil
}

// members are the keys of a mapping file, in the order in which they are read:
// what the others depend on comes first.
var members = []string{
	"format", "title", "recognize", "strict", "separator", "encoding", "header", "decimal", "century", "timezone", "crs", "empty",
	"point", "columns", "constants", "dates",
}

// grammar reads one mapping file.
type grammar struct {
	m       *Mapping
	nodes   map[string]*yaml.Node // of members
	century int
	empty   []string
	errs    []error
}

func (g *grammar) wrong(n *yaml.Node, format string, a ...any) {
	g.errs = append(g.errs, fmt.Errorf("line %d: %w", n.Line, fmt.Errorf(format, a...)))
}

// pairs reads an object whose keys are among known.
func (g *grammar) pairs(n *yaml.Node, where string, known []string, do func(key string, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		g.wrong(n, "%swant \"key: value\" lines; docs/formats.md shows a mapping", where)
		return
	}
	var there []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !slices.Contains(known, key.Value):
			hint := usage.DidYouMean(key.Value, known)
			if hint == "" {
				hint = "; want one of " + strings.Join(known, ", ")
			}
			g.wrong(key, "%s%q is no key here%s", where, key.Value, hint)
		case slices.Contains(there, key.Value):
			g.wrong(key, "%s%s stands here twice", where, key.Value)
		default:
			do(key.Value, n.Content[i+1])
		}
		there = append(there, key.Value)
	}
}

// text reads a text or a number.
func (g *grammar) text(key string, n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		g.wrong(n, "%s has no value; leave the line out", key)
		return ""
	}
	return n.Value
}

// list reads texts: one, or a list of them.
func (g *grammar) list(key string, n *yaml.Node) (nodes []*yaml.Node) {
	nodes = []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	if len(nodes) == 0 {
		g.wrong(n, "%s has no value; leave the line out", key)
	}
	return slices.DeleteFunc(slices.Clone(nodes), func(n *yaml.Node) bool { return g.text(key, n) == "" })
}

func (g *grammar) texts(key string, n *yaml.Node) (texts []string) {
	for _, n := range g.list(key, n) {
		texts = append(texts, n.Value)
	}
	return texts
}

// choice reads one of some words.
func (g *grammar) choice(key string, n *yaml.Node, words ...string) string {
	s := g.text(key, n)
	if s != "" && !slices.Contains(words, s) {
		g.wrong(n, "%s is %q%s; want %s", key, s, usage.DidYouMean(s, words), strings.Join(words, " or "))
	}
	return s
}

func (g *grammar) member(key string, n *yaml.Node) {
	m := g.m
	var err error
	switch key {
	case "format":
		g.choice(key, n, Format, "hotspot.mapping/1")
	case "title":
		m.Title = g.text(key, n)
		err = crime.ValidTitle(m.Title)
	case "recognize":
		m.recognize = g.texts(key, n)
	case "strict":
		m.Strict = g.choice(key, n, "true") != ""
		m.format.Tolerant = false
	case "separator":
		s := strings.ReplaceAll(g.text(key, n), "tab", "\t")
		if len(s) == 1 && !strings.Contains("\"\r\n", s) {
			m.format.Separator = s[0]
		} else {
			err = fmt.Errorf(`separator is %q; want one character, as ";", or tab`, n.Value)
		}
	case "encoding":
		m.format.Encoding, err = source.EncodingOf(g.text(key, n))
	case "header":
		if m.format.Header, err = strconv.Atoi(n.Value); n.Value == "none" {
			m.format.Header, err = source.NoHeader, nil
		} else if err != nil || m.format.Header < 1 {
			err = fmt.Errorf("header is %q; want the number of its line, or none", n.Value)
		}
	case "decimal":
		m.comma = g.choice(key, n, ".", ",") == ","
	case "century":
		if g.century, err = strconv.Atoi(n.Value); err != nil || g.century < 1 || g.century > 9900 {
			err = fmt.Errorf("century is %q; want the first of the hundred years that two digits mean, as 1950", n.Value)
		}
	case "timezone":
		m.Zone = g.text(key, n)
		if m.dates.zone, err = time.LoadLocation(m.Zone); err != nil {
			err = fmt.Errorf("timezone is %q; want a name as America/Toronto or Europe/London", n.Value)
		}
	case "crs":
		if s := g.text(key, n); !slices.Contains([]string{"EPSG:4326", "EPSG:4269", "EPSG:4258"}, strings.ToUpper(s)) {
			err = fmt.Errorf("crs is %s, a projection that is not read: only degrees are (EPSG:4326); map the columns that have them, or convert these first: cs2cs %s EPSG:4326, of PROJ", s, s)
		}
	case "empty":
		g.empty = g.texts(key, n)
	case "point":
		m.point = g.field(g.text(key, n))
	case "columns":
		g.pairs(n, "columns: ", crime.Columns[:], g.column)
	case "constants":
		g.pairs(n, "constants: ", crime.Columns[:], g.constant)
	case "dates":
		for _, n := range g.list(key, n) {
			f, err := formOf(n.Value, g.century)
			if err != nil {
				g.wrong(n, "dates: %w", err)
			}
			m.dates.forms = append(m.dates.forms, f)
		}
	}
	if err != nil && n.Value != "" {
		g.wrong(n, "%w", err)
	}
}

// column reads what fills one of our columns: a field, a list of them that are
// joined, or {field, id, else, hour}.
func (g *grammar) column(key string, n *yaml.Node) {
	col := &g.m.columns[slices.Index(crime.Columns[:], key)]
	if n.Kind != yaml.MappingNode {
		col.from = g.fields(key, n)
		return
	}
	g.pairs(n, key+": ", []string{"field", "id", "else", "hour"}, func(member string, n *yaml.Node) {
		switch member {
		case "field":
			col.from = g.fields(key, n)
		case "else":
			col.otherwise = g.fields(key, n)
		case "hour":
			col.hour = g.fields(key, n)
		case "id":
			col.id = g.choice(key+": id", n, "integer", "digits", "hash", "row")
			if key != crime.Columns[crime.ColIncidentID] && key != crime.Columns[crime.ColOffenseID] {
				g.wrong(n, "%s: id: belongs to INCIDENT_ID and OFFENSE_ID", key)
			}
		}
	})
	if col.from == nil && col.id != "row" {
		g.wrong(n, "%s: field: is missing", key)
	}
}

func (g *grammar) constant(key string, n *yaml.Node) {
	col := &g.m.columns[slices.Index(crime.Columns[:], key)]
	if col.from != nil {
		g.wrong(n, "%s is a column and a constant; leave one out", key)
	}
	col.constant = g.text("constants: "+key, n)
}

func (g *grammar) fields(key string, n *yaml.Node) (at []int) {
	for _, n := range g.list("columns: "+key, n) {
		at = append(at, g.field(n.Value))
	}
	return at
}

// field is where a field of theirs stands among those that are asked for.
func (g *grammar) field(name string) int {
	at := slices.Index(g.m.fields, name)
	if at < 0 {
		at = len(g.m.fields)
		g.m.fields = append(g.m.fields, name)
	}
	return at
}

// finish checks what the members say together.
func (g *grammar) finish(n *yaml.Node) {
	m := g.m
	id, reported, occurred := m.columns[crime.ColIncidentID], m.columns[crime.ColReported], m.columns[crime.ColFirstOccurrence]
	if c := g.nodes["columns"]; c != nil {
		n = c
	}
	switch {
	case g.nodes["format"] == nil:
		g.wrong(n, "format is missing; the first line is \"format: %s\"", Format)
	case id.from == nil && id.id != "row":
		g.wrong(n, "columns: INCIDENT_ID is missing; every row needs one: \"INCIDENT_ID: {id: row}\" takes the number of the row")
	}
	if reported.from == nil && occurred.from == nil {
		g.wrong(n, "columns: REPORTED_DATE is missing, and FIRST_OCCURRENCE_DATE, too; every row needs one of them")
	}
	m.empty = map[string]bool{}
	for _, word := range g.empty {
		m.empty[strings.ToLower(word)] = true
	}
	if g.nodes["dates"] == nil {
		m.dates.forms = iso()
	}
}
