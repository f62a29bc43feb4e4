package consumer

import (
	"context"
	"errors"
	"fmt"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/platform/usage"
	"hotspot/internal/stream"
)

// Foreign says how a topic that our producer did not fill is read.
type Foreign struct {
	Order   string `name:"order" enum:"row,offset" default:"row" help:"What numbers the rows: row = the header that our producer writes; offset = their place in a topic that somebody else fills with JSON objects. That topic must have one partition. A message that its writer sent twice is two rows then, and nothing can prove that none is missing before the first."`
	Columns string `name:"columns" placeholder:"FILE" help:"With --order offset: mapping of their fields to our columns (docs/formats.md); default: our own names."`
	Title   string `name:"title" placeholder:"TEXT" help:"With --order offset: title of the data; default: the topic's name."`
}

const orderOffset = "offset"

func (f Foreign) validate() error {
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
	if f.Title != "" {
		if err := crime.ValidTitle(f.Title); err != nil {
			return fmt.Errorf("--title: %w", err)
		}
	}
	return nil
}

// numbering gives the messages of somebody else's topic the numbers and the
// chain that our producer would have given them: the n-th message that is a
// row is row n. It belongs to the reader of the topic's only partition. A nil
// numbering decodes the messages of our producer.
type numbering struct {
	mapping *mapping.Mapping
	title   string
	row     int64       // of the row before the next message
	chain   crime.Chain // after that row
}

// newNumbering is nil for a topic of our own.
func newNumbering(c Config, topic string) (*numbering, error) {
	if c.Order != orderOffset {
		return nil, nil
	}
	n := &numbering{mapping: mapping.Own(), title: c.Title}
	if n.title == "" {
		n.title = topic
	}
	if c.Columns != "" {
		m, err := mapping.Read(c.Columns)
		if err != nil {
			return nil, err
		}
		n.mapping = m
	}
	n.restart()
	return n, nil
}

// restart numbers from 1 again.
func (n *numbering) restart() {
	if n != nil {
		n.row, n.chain = 0, crime.StartChain(n.title, false)
	}
}

// decode turns a message into an item, as the function decode does.
func (n *numbering) decode(m *stream.Message, it *item) {
	if n == nil {
		decode(m, it)
		return
	}
	it.message = *m
	if m.Hole {
		return
	}
	if len(m.Value) == 0 {
		it.dead = deadEmpty
		return
	}
	var err error
	if it.record, err = n.mapping.JSON(m.Value); err != nil {
		it.dead = deadRecord
		return
	}
	it.value = it.record.AppendValue(nil)
	n.row++
	n.chain = n.chain.Next(it.value)
	it.header = crime.Header{Row: n.row, Line: m.Offset + 1, Chain: n.chain, Title: n.title}
}

// resume finds where to go on in a foreign topic. The record before the saved
// position has to be the last row of the folder; then numbers and chain go on
// behind it. When it is not, the topic was made anew: it is read from its
// beginning, and its rows have to be those of the folder. The error is a
// usage error for a topic or a folder that cannot be used, and a *HaltError
// when messages expired before they were read.
func (n *numbering) resume(ctx context.Context, topic *stream.Topic, f *folder, rows *history, ranges []stream.Range) (start int64, why string, err error) {
	if len(ranges) != 1 {
		return 0, "", usage.Errorf("consumer: topic %s has %d partitions: --order offset needs one, because nothing tells the order of rows in several", topic.Name(), len(ranges))
	}
	r, last := ranges[0], f.last()
	if last == nil {
		return r.First, "the folder is empty", nil
	}
	if last.Title != n.title {
		return 0, "", usage.Errorf("consumer: the folder was made with --title %q, not %q; use that, or another --dir", last.Title, n.title)
	}
	saved := last.Transport.Next[0]
	if saved < r.First {
		return 0, "", &HaltError{
			Reason: HaltGap, Topic: topic.Name(), Offset: saved, Row: rows.next,
			Msg: fmt.Sprintf("the messages %d to %d expired before they were read; begin anew with another --dir", saved, r.First-1),
		}
	}
	if saved == r.First {
		n.row, n.chain = last.LastRow, rows.chain()
		return saved, "the saved position is the partition's beginning", nil
	}
	var m stream.Message
	var found bool
	err = topic.Retry(ctx, "read the record before the saved position", func(ctx context.Context) error {
		m, found, err = topic.Before(ctx, 0, r, saved)
		return err
	})
	if err != nil {
		return 0, "", err
	}
	if found && saved <= r.End && n.continues(m, rows) {
		n.row, n.chain = last.LastRow, rows.chain()
		return saved, "the record before it is the last row of the folder", nil
	}
	return r.First, fmt.Sprintf("the record before the saved position %d is not the last row of the folder", saved), nil
}

// continues reports whether m is the last row of the folder.
func (n *numbering) continues(m stream.Message, rows *history) bool {
	record, err := n.mapping.JSON(m.Value)
	before := len(rows.chains) - 2
	return err == nil && before >= 0 && rows.chains[before].Next(record.AppendValue(nil)) == rows.chain()
}
