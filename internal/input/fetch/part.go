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
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	p := &part{File: f, start: int64(len(first)), key: key}
	there := make([]byte, len(first))
	end := p.start
	if _, err := f.ReadAt(there, 0); err == nil && string(there) == first {
		end, err = p.scan(io.Discard) // its error is where the rows end, but for this one:
		if errors.Is(err, errTwice) {
			end, p.header, p.rows, p.last = p.start, nil, 0, ""
		}
	}
	_, err = f.WriteAt([]byte(first), 0)
	if err == nil {
		err = f.Truncate(end)
	}
	if err == nil {
		_, err = f.Seek(end, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return p, nil
}

// errTwice is of a portal that does not keep its keys unique.
var errTwice = errors.New("came twice")

// scan counts the rows that are whole, copies what it reads to w, and returns
// where the last whole row ends, and why none follows.
func (p *part) scan(w io.Writer) (end int64, err error) {
	r := csv.NewReader(io.TeeReader(io.NewSectionReader(p.File, p.start, 1<<62), w))
	keys, seed := map[uint64]struct{}{}, maphash.MakeSeed()
	p.header, p.rows, p.last = nil, 0, ""
	newline := make([]byte, 1)
	for end = p.start; ; end = p.start + r.InputOffset() {
		row, err := r.Read()
		if err == io.EOF {
			return end, nil
		}
		if err == nil {
			_, err = p.ReadAt(newline, p.start+r.InputOffset()-1)
		}
		if err != nil {
			return end, err
		}
		if newline[0] != '\n' || strings.IndexByte(strings.Join(row, ""), 0) >= 0 {
			return end, errors.New("its last row is torn")
		}
		if p.header == nil {
			p.header = row
			continue
		}
		p.last = row[slices.Index(p.header, p.key)]
		hash := maphash.String(seed, p.last)
		if _, twice := keys[hash]; twice {
			return end, fmt.Errorf("the row with the %s %s %w", p.key, p.last, errTwice)
		}
		keys[hash] = struct{}{}
		p.rows++
	}
}

// add writes a page.
func (p *part) add(header []string, rows [][]string) error {
	at := slices.Index(header, p.key)
	all := rows
	switch {
	case len(rows) == 0:
		return nil
	case at < 0:
		return fmt.Errorf("its columns %s lack %s", strings.Join(header, ", "), p.key)
	case p.header == nil:
		all = append([][]string{header}, rows...)
	case !slices.Equal(header, p.header):
		return fmt.Errorf("its columns were %s and are now %s", strings.Join(p.header, ", "), strings.Join(header, ", "))
	}
	var text strings.Builder
	if err := csv.NewWriter(&text).WriteAll(all); err != nil {
		return err
	}
	if _, err := io.WriteString(p, strings.ReplaceAll(text.String(), "\x00", "\uFFFD")); err != nil {
		return err
	}
	p.header, p.rows, p.last = header, p.rows+int64(len(rows)), rows[len(rows)-1][at]
	return nil
}

// publish puts the CSV at path when it holds the rows that were added, each once.
func (p *part) publish(path string) error {
	d, err := durable.Create(path)
	if err != nil {
		return err
	}
	defer d.Close()
	rows := p.rows
	if _, err = p.scan(d); err == nil && p.rows != rows {
		err = errors.New("somebody else writes there, too")
	}
	if err != nil {
		return fmt.Errorf("%s: %w; run the command again", p.Name(), err)
	}
	if err := d.Publish(); err != nil {
		return err
	}
	return errors.Join(p.Close(), os.Remove(p.Name()))
}
