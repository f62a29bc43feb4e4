package source

import (
	"bufio"
	"encoding/base64"
	"io"
	"strconv"
)

// Rejects writes the reject file: a CSV of line, byte_offset, reason, column
// and raw_base64, the header also when there is nothing to tell. It is
// rewritten whole by each pass over a source, so it always tells of all of it.
type Rejects struct {
	w    *bufio.Writer
	line []byte
}

// RejectsHeader is its first line.
const RejectsHeader = "line,byte_offset,reason,column,raw_base64\n"

// NewRejects begins a reject file.
func NewRejects(w io.Writer) *Rejects {
	r := &Rejects{w: bufio.NewWriter(w)}
	r.w.WriteString(RejectsHeader) //nolint:errcheck // Flush returns it
	return r
}

// Add writes a row that was rejected.
func (r *Rejects) Add(e *RowError) error {
	b := strconv.AppendInt(r.line[:0], e.Line, 10)
	b = strconv.AppendInt(append(b, ','), e.Offset, 10)
	b = append(append(append(b, ','), e.Reason...), ',')
	b = append(b, e.Column...)
	b = base64.StdEncoding.AppendEncode(append(b, ','), e.Raw)
	r.line = append(b, '\n')
	_, err := r.w.Write(r.line)
	return err
}

// Flush writes what is buffered.
func (r *Rejects) Flush() error { return r.w.Flush() }
