package prepare

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// known are the rows of the prepared file that is appended to, by OFFENSE_ID.
// They are never written anew: a topic and batches rest on them.
type known struct {
	hash    maphash.Seed
	rows    map[int64]oldRow // by OFFENSE_ID, until it is found in the new file
	found   map[int64]bool   // those that were, and those that were appended
	line    []byte
	changed int64

	first, last int64 // least and greatest REPORTED_DATE of the new file, packed; 0 without rows
}

type oldRow struct {
	hash     uint64 // of its line
	reported int64  // packed
}

// has says whether the offense of rec is there already.
func (k *known) has(rec *crime.Record) bool {
	reported := packed(rec.Text[crime.ColReported])
	if k.last = max(k.last, reported); k.first == 0 || reported < k.first {
		k.first = reported
	}
	if k.found[rec.Offense] {
		return true
	}
	k.found[rec.Offense] = true
	before, there := k.rows[rec.Offense]
	if !there {
		return false
	}
	k.line = rec.AppendCSV(k.line[:0])
	if maphash.Bytes(k.hash, k.line) != before.hash {
		k.changed++
	}
	delete(k.rows, rec.Offense)
	return true
}

// missing counts the old rows that the new file lacks: those reported while it
// has rows were removed, the others are beside what it covers.
func (k *known) missing() (removed, beside int64) {
	for _, row := range k.rows {
		if k.first <= row.reported && row.reported <= k.last {
			removed++
		} else {
			beside++
		}
	}
	return removed, beside
}

// endOf keeps the last byte that was written.
type endOf struct {
	w    io.Writer
	last byte
}

func (e *endOf) Write(p []byte) (int, error) {
	if len(p) > 0 {
		e.last = p[len(p)-1]
	}
	return e.w.Write(p)
}

// readKnown copies the prepared file to w, byte for byte, and counts its rows.
func (r *run) readKnown(ctx context.Context, path string, w io.Writer) error {
	file, err := source.OpenFile(path)
	if err != nil {
		return err
	}
	defer file.Close()
	end := &endOf{w: w}
	in, err := source.NewReader(io.TeeReader(file, end), path)
	if err != nil {
		return err
	}
	k := &known{hash: maphash.MakeSeed(), rows: make(map[int64]oldRow), found: make(map[int64]bool)}
	n := 0
	for rec, err := range in.Rows() {
		if n++; n%pause == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var row *source.RowError
		if errors.As(err, &row) {
			return &source.FileError{File: path, Line: row.Line, Msg: fmt.Sprintf(
				"%s %s; rows can only be appended to a file that hotspot prepare wrote; write it again", row.Column, row.Reason)}
		}
		if err != nil {
			return err
		}
		r.count(rec)
		k.line = rec.AppendCSV(k.line[:0])
		k.rows[rec.Offense] = oldRow{maphash.Bytes(k.hash, k.line), packed(rec.Text[crime.ColReported])}
	}
	if end.last != '\n' {
		if _, err := w.Write([]byte("\n")); err != nil {
			return err
		}
	}
	r.known = k
	return nil
}
