package consumer

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/platform/cause"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/stream"
)

// Foreign says how a topic that our producer did not fill is read.
type Foreign struct {
	Order   string `name:"order" enum:"row,offset" default:"row" help:"What numbers the rows: row = the header that our producer writes; offset = their place in a topic that somebody else fills with JSON objects. That topic must have one partition. A message that its writer sent twice is two rows then, and nothing can prove that none is missing before the first."`
	Columns string `name:"columns" placeholder:"FILE" help:"With --order offset: mapping of their fields to our columns (docs/formats.md); default: our own names."`
	Title   string `name:"title" placeholder:"TEXT" help:"With --order offset: title of the data; default: the topic's name."`
}

const orderOffset = "offset"

func (f Foreign) validate(area source.AreaFlags) error {
	if f.Order != orderOffset {
		var errs []error
		if f.Order != "" && f.Order != "row" {
			errs = append(errs, fmt.Errorf("--order %q: want row or offset", f.Order))
		}
		if f.Columns != "" || f.Title != "" {
			errs = append(errs, errors.New("--columns and --title need --order offset: rows of our producer carry both"))
		}
		return errors.Join(errs...)
	}
	var errs []error
	if area.Bounds == "" {
		errs = append(errs, errors.New("--bounds: with --order offset nothing else says where the city lies; give WEST,SOUTH,EAST,NORTH in degrees"))
	}
	if f.Title != "" {
		if err := crime.ValidTitle(f.Title); err != nil {
			errs = append(errs, fmt.Errorf("--title: %w", err))
		}
	}
	return errors.Join(errs...)
}

// numbering gives the messages of somebody else's topic the numbers and the
// chain that our producer would have given them: the n-th message that is a
// row is row n. It is the decoder of the topic's only partition.
type numbering struct {
	mapping *mapping.Mapping
	source  crime.Source
	row     int64       // of the row before the next message
	chain   crime.Chain // after that row

	seen   mapping.Seen
	status *status
}

// missAfter is after how many rows, and then after how many more, a field is missed
// that none of them had.
const missAfter = 1000

// newNumbering returns the numbering that c asks for, nil for a topic of our
// own producer.
func newNumbering(c Config, topic string, status *status) (*numbering, error) {
	if c.Order != orderOffset {
		return nil, nil
	}
	area, err := c.AreaFlags.Area(nil)
	if err != nil {
		return nil, usage.Wrap(err)
	}
	n := &numbering{mapping: mapping.Own(), source: crime.Source{Title: cmp.Or(c.Title, topic), Area: area.String()}, status: status}
	n.seen.Tell = func(odd mapping.Note) { status.log.Warn("odd in the rows", "what", odd.What, "rows", odd.Rows) }
	if c.Columns != "" {
		if n.mapping, err = mapping.Read(c.Columns); err != nil {
			return nil, err
		}
		n.seen.Has = make([]bool, len(n.mapping.Names()))
	}
	return n, nil
}

// check says whether the topic and the folder can be used. The error is a
// usage error when they cannot, and a *HaltError when messages expired before
// they were read, because then nothing tells the numbers of the later ones.
func (n *numbering) check(topic string, ranges []stream.Range, last *batch.Manifest) error {
	if len(ranges) != 1 {
		return usage.Errorf("consumer: topic %s has %d partitions: --order offset needs one, because nothing tells the order of rows in several", topic, len(ranges))
	}
	if last == nil {
		return nil
	}
	if crime.Source(last.Source) != n.source {
		return usage.Errorf("consumer: the folder was made with --title %q and the area %s, not %q and %s; use those, or another --dir", last.Title, last.Area, n.source.Title, n.source.Area)
	}
	if saved, first := last.Transport.Next[0], ranges[0].First; saved < first {
		return lost(topic, saved, first, last.LastRow+1)
	}
	return nil
}

// lost is the halt when messages are gone before they were read: the number of
// the next row is the one that was wanted, or any later one.
func lost(topic string, wanted, first, row int64) error {
	e := cause.Of("messages-gone", nil, "wanted", wanted, "last", first-1, "topic", topic)
	return &HaltError{Reason: HaltGap, Topic: topic, Offset: wanted, Row: row, Err: e}
}

func (n *numbering) restart() { n.continueAfter(0, crime.StartChain(n.source)) }

func (n *numbering) continueAfter(row int64, chain crime.Chain) { n.row, n.chain = row, chain }

func (n *numbering) decode(m *stream.Message, it *item) {
	it.message = *m
	if m.Hole {
		return
	}
	if len(m.Value) == 0 {
		it.dead = deadEmpty
		return
	}
	if it.record, it.why = n.mapping.JSON(m.Value, n.row+1, &n.seen); it.why != nil {
		it.dead = deadRecord
		return
	}
	it.value = it.record.AppendValue(nil)
	n.continueAfter(n.row+1, n.chain.Next(it.value))
	if n.row%missAfter == 0 {
		n.status.setUnusable(&n.status.noField, n.missing())
	}
	it.header = crime.Header{Row: n.row, Line: m.Offset + 1, Chain: n.chain, Source: n.source}
}

// missing says which fields of the mapping file no row has had, "" for none.
func (n *numbering) missing() string {
	var fields []string
	for i, has := range n.seen.Has {
		if !has {
			fields = append(fields, n.mapping.Names()[i])
		}
	}
	if len(fields) == 0 {
		return ""
	}
	return "no message so far has what the mapping asks for: " + strings.Join(fields, ", ") + "; mend --columns, or name the right topic"
}
