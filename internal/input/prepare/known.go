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
	rows    map[int64]knownRow // by OFFENSE_ID
	line    []byte
	changed int64

	first, last int64 // least and greatest REPORTED_DATE of the new file, packed; 0 without rows
}

type knownRow struct {
	hash     uint64 // of its line
	reported int64  // packed
	found    bool   // in the new file
}

// has says whether the offense of rec is there already.
func (k *known) has(rec *crime.Record) bool {
	reported := packed(rec.Text[crime.ColReported])
	if k.last = max(k.last, reported); k.first == 0 || reported < k.first {
		k.first = reported
	}
	row, there := k.rows[rec.Offense]
	if there && !row.found {
		k.line = rec.AppendCSV(k.line[:0])
		if maphash.Bytes(k.hash, k.line) != row.hash {
			k.changed++
		}
	}
	row.found = true
	k.rows[rec.Offense] = row
	return there
}

// missing counts the old rows that the new file lacks: those reported while it
// has rows were removed, the others are beside what it covers.
func (k *known) missing() (removed, beside int64) {
	for _, row := range k.rows {
		switch {
		case row.found:
		case k.first <= row.reported && row.reported <= k.last:
			removed++
		default:
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
	k := &known{hash: maphash.MakeSeed(), rows: map[int64]knownRow{}}
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
		k.rows[rec.Offense] = knownRow{hash: maphash.Bytes(k.hash, k.line), reported: packed(rec.Text[crime.ColReported])}
	}
	if end.last != '\n' {
		if _, err := w.Write([]byte("\n")); err != nil {
			return err
		}
	}
	r.known = k
	return nil
}
