package train

import (
	"encoding/binary"
	"fmt"

	"hotspot/internal/crime"
)

// detail is what a cluster's description needs of a row.
type detail struct {
	place                  int32 // number of its vector
	category, neighborhood int32 // numbers of names
	span                   crime.Span
}

// details are those of rows, in order. They are read as often as one likes,
// concurrently too, once all have been added.
type details struct {
	memory  *Memory
	from    int64    // where in the file of memory
	spilled int      // pieces there
	pieces  [][]byte // the others; a zero ends one before its end
}

const (
	pieceBytes = 64 << 10
	mostBytes  = 5 * binary.MaxVarintLen32 // of a detail
)

// add appends one. Before it takes more memory it asks grow, which may spill.
func (d *details) add(t detail, grow func() error) error {
	last := len(d.pieces) - 1
	if last < 0 || len(d.pieces[last])+mostBytes > pieceBytes {
		if err := grow(); err != nil {
			return err
		}
		d.pieces = append(d.pieces, make([]byte, 0, pieceBytes))
		last = len(d.pieces) - 1
	}
	b := d.pieces[last]
	for _, v := range [...]int32{t.place + 1, t.category, t.neighborhood, int32(t.span.Start), t.span.Minutes} {
		b = binary.AppendUvarint(b, uint64(v)) //nolint:gosec // none is negative
	}
	d.pieces[last] = b
	return nil
}

// spill moves all of them to the file.
func (d *details) spill() error {
	if d.spilled == 0 {
		d.from = d.memory.size
	}
	for _, piece := range d.pieces {
		if err := d.memory.spill(piece[:pieceBytes]); err != nil {
			return err
		}
		d.spilled++
	}
	d.pieces = nil
	return nil
}

// each calls do for all of them in order.
func (d *details) each(do func(t detail)) error {
	buffer := make([]byte, pieceBytes)
	for i := range d.spilled + len(d.pieces) {
		b := buffer
		if i >= d.spilled {
			b = d.pieces[i-d.spilled]
		} else if _, err := d.memory.file.ReadAt(b, d.from+int64(i)*pieceBytes); err != nil {
			return fmt.Errorf("rows are read again from the temporary file: %w", err)
		}
		for len(b) > 0 && b[0] != 0 {
			var v [5]int32
			for j := range v {
				u, n := binary.Uvarint(b)
				v[j], b = int32(u), b[n:] //nolint:gosec // as it was written
			}
			do(detail{v[0] - 1, v[1], v[2], crime.Span{Start: int16(v[3]), Minutes: v[4]}})
		}
	}
	return nil
}
