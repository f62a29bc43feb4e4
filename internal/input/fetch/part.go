package fetch

import (
	"encoding/csv"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"strings"

	"hotspot/internal/platform/durable"
)

// part is the file of a fetch that has not ended: a line that says what is
// fetched, then the CSV so far. Its last whole row says where to go on, so no
// second file could disagree with it. Nothing is synced before the end: what a
// power cut leaves is read as strictly as what a kill leaves.
type part struct {
	*os.File
	start  int64  // of the CSV
	key    string // name of the column whose values are unique
	header []string
	rows   int64
	last   string // the key of the last row
}

// partMark is how every part begins; browsers name theirs alike.
const partMark = "hotspot fetch "

// openPart opens the file at path, or makes it. Rows behind another first line,
// which are of another table or of another state of it, are dropped.
func openPart(path, first, key string) (*part, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	p := &part{File: f, start: int64(len(first)), key: key}
	there := make([]byte, len(first))
	if _, err = f.ReadAt(there, 0); err == nil && string(there) == first {
		end, _ := p.scan(io.Discard) // its error is why the rows end there
		err = f.Truncate(end)
	} else if err = f.Truncate(0); err == nil {
		_, err = f.WriteString(first)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return p, nil
}

// scan counts the rows that are whole, copies what it reads to w, and returns
// where the last whole row ends, and why none follows.
func (p *part) scan(w io.Writer) (end int64, err error) {
	r := csv.NewReader(io.TeeReader(io.NewSectionReader(p.File, p.start, 1<<62), w))
	keys, seed := map[uint64]bool{}, maphash.MakeSeed()
	p.header, p.rows, p.last = nil, 0, ""
	newline := make([]byte, 1)
	for end = p.start; ; end = p.start + r.InputOffset() {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return end, nil
		}
		if err == nil {
			_, err = p.ReadAt(newline, p.start+r.InputOffset()-1)
		}
		if err != nil {
			return end, err
		}
		if newline[0] != '\n' || strings.Contains(strings.Join(row, ""), "\x00") {
			return end, errors.New("its last row is torn")
		}
		if p.header == nil {
			p.header = row
			continue
		}
		key := row[slices.Index(p.header, p.key)]
		hash := maphash.String(seed, key)
		if keys[hash] {
			return end, fmt.Errorf("the row with the %s %s came twice", p.key, key)
		}
		keys[hash] = true
		p.rows, p.last = p.rows+1, key
	}
}

// add writes a page.
func (p *part) add(table [][]string) error {
	if len(table) == 0 {
		return nil
	}
	header, rows := table[0], table[1:]
	at := slices.Index(header, p.key)
	if at < 0 || p.header != nil && !slices.Equal(header, p.header) {
		return fmt.Errorf("its columns are now %.200q; want those of before, %q, with %s", header, p.header, p.key)
	}
	if p.header != nil {
		table = rows
	}
	if err := csv.NewWriter(p).WriteAll(table); err != nil {
		return err
	}
	p.header, p.rows = header, p.rows+int64(len(rows))
	if len(rows) > 0 {
		p.last = rows[len(rows)-1][at]
	}
	return nil
}

// publish puts the CSV at path when it holds so many rows, each once.
func (p *part) publish(path string, rows int64) error {
	d, err := durable.Create(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if _, err := p.scan(d); err != nil {
		return err
	}
	if p.rows != rows {
		return fmt.Errorf("it gave %d rows of %d", p.rows, rows)
	}
	if err := d.Publish(); err != nil {
		return err
	}
	return errors.Join(p.Close(), os.Remove(p.Name()))
}
