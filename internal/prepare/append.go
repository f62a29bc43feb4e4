package prepare

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"

	"hotspot/internal/crime"
)

// known are the rows of the prepared file that is appended to, by OFFENSE_ID.
// They are never written anew: a topic and batches rest on them.
type known struct {
	hash    maphash.Seed
	rows    map[int64]uint64 // OFFENSE_ID -> hash of its line, until it is found in the new file
	found   map[int64]bool   // those that were, and those that were appended
	line    []byte
	changed int64
}

// has says whether the offense of rec is there already.
func (k *known) has(rec *crime.Record) bool {
	if k.found[rec.Offense] {
		return true
	}
	k.found[rec.Offense] = true
	before, there := k.rows[rec.Offense]
	if !there {
		return false
	}
	k.line = rec.AppendCSV(k.line[:0])
	if maphash.Bytes(k.hash, k.line) != before {
		k.changed++
	}
	delete(k.rows, rec.Offense)
	return true
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
	file, err := crime.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	end := &endOf{w: w}
	in, err := crime.NewReader(io.TeeReader(file, end), path)
	if err != nil {
		return err
	}
	k := &known{hash: maphash.MakeSeed(), rows: make(map[int64]uint64), found: make(map[int64]bool)}
	var rec crime.Record
	for n := 0; ; n++ {
		if n%pause == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		err := in.Next(&rec)
		if err == io.EOF {
			break
		}
		var row *crime.RowError
		if errors.As(err, &row) {
			return &crime.FileError{File: path, Line: row.Line, Msg: fmt.Sprintf(
				"%s %s; rows can only be appended to a file that hotspot prepare wrote; write it again", row.Column, row.Reason)}
		}
		if err != nil {
			return err
		}
		r.count(&rec)
		k.line = rec.AppendCSV(k.line[:0])
		k.rows[rec.Offense] = maphash.Bytes(k.hash, k.line)
	}
	if end.last != '\n' {
		if _, err := w.Write([]byte("\n")); err != nil {
			return err
		}
	}
	r.before, r.known = r.summary.Kept, k
	return nil
}

// appended is the sidecar of the file that is appended to: it stays but for its
// counts. What would make other rows than the old ones is refused.
func appended(c Config, p *part) (*crime.Meta, error) {
	m, err := crime.ReadMeta(c.AppendTo)
	switch {
	case err != nil:
		return nil, err
	case m == nil:
		return nil, &ConfigError{fmt.Sprintf("--append-to %s: it has no sidecar %s; prepare the file again with -o", c.AppendTo, crime.MetaPath(c.AppendTo))}
	case p.filter() != m.Filter:
		return nil, &ConfigError{fmt.Sprintf("--append-to %s: its rows are the part %q and not %q; give the same --where, --since and --until", c.AppendTo, m.Filter, p.filter())}
	case m.BlurM == nil && p.blurM > 0 || m.BlurM != nil && *m.BlurM != p.blurM:
		was := 0.0
		if m.BlurM != nil {
			was = *m.BlurM
		}
		return nil, &ConfigError{fmt.Sprintf("--append-to %s: its places were blurred by %gm and not by %gm; give the same --blur", c.AppendTo, was, p.blurM)}
	}
	if m.Bounds == nil {
		m.Bounds = &crime.Bounds{Lon: crime.Denver.Bounds.Lon, Lat: crime.Denver.Bounds.Lat}
	}
	return m, nil
}

// publishAppended puts the longer file in its place, then its sidecar. A crash
// between the two leaves the old sidecar, which differs in its counts alone;
// the next run mends them.
func (r *run) publishAppended(path string, out *crime.Draft) error {
	side, err := crime.Create(crime.MetaPath(path))
	if err != nil {
		return err
	}
	defer side.Close()
	if _, err := side.Write(r.meta.Encode()); err != nil {
		return err
	}
	if err := out.Publish(); err != nil {
		return err
	}
	return side.Publish()
}
