package prepare

import (
	"cmp"
	"io"
	"slices"

	"hotspot/internal/crime"
)

// rows takes rows in and writes them in an order.
type rows interface {
	add(w io.Writer, rec *crime.Record) error
	flush(w io.Writer) error
}

func newRows(order string) rows {
	if order == OrderFile {
		return &inFileOrder{}
	}
	return &inTimeOrder{}
}

// inFileOrder writes each row at once.
type inFileOrder struct{ line []byte }

func (o *inFileOrder) add(w io.Writer, rec *crime.Record) error {
	o.line = rec.AppendCSV(o.line[:0])
	_, err := w.Write(o.line)
	return err
}

func (o *inFileOrder) flush(io.Writer) error { return nil }

// inTimeOrder holds the lines of all rows one behind the other, in pieces so
// that none has to be copied as they grow, and sorts small keys to them.
type inTimeOrder struct {
	pieces [][]byte // of pieceSize; no line lies in two
	keys   []key
}

// key says when a row was reported and where its line lies.
type key struct {
	reported int64 // 20190102001300
	offense  int64
	at       int64 // position<<lengthBits + length; positions are in input order
}

const (
	pieceSize  = 1 << 20
	lengthBits = 17 // a line has up to MaxRecordBytes and a line end
)

func (o *inTimeOrder) add(_ io.Writer, rec *crime.Record) error {
	last := len(o.pieces) - 1
	if last < 0 || pieceSize-len(o.pieces[last]) <= crime.MaxRecordBytes {
		o.pieces = append(o.pieces, make([]byte, 0, pieceSize))
		last++
	}
	from := len(o.pieces[last])
	o.pieces[last] = rec.AppendCSV(o.pieces[last])
	o.keys = append(o.keys, key{
		reported: packed(rec.Text[crime.ColReported]),
		offense:  rec.Offense,
		at:       int64(last*pieceSize+from)<<lengthBits + int64(len(o.pieces[last])-from),
	})
	return nil
}

func (o *inTimeOrder) flush(w io.Writer) error {
	slices.SortFunc(o.keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.reported, b.reported), cmp.Compare(a.offense, b.offense), cmp.Compare(a.at, b.at))
	})
	for _, k := range o.keys {
		from, n := int(k.at>>lengthBits), int(k.at&(1<<lengthBits-1))
		from, piece := from%pieceSize, o.pieces[from/pieceSize]
		if _, err := w.Write(piece[from : from+n]); err != nil {
			return err
		}
	}
	return nil
}

// packed is the digits of an ISO date as a number, which sorts as the text.
func packed(date string) (n int64) {
	for _, c := range []byte(date) {
		if d := c - '0'; d <= 9 {
			n = n*10 + int64(d)
		}
	}
	return n
}
