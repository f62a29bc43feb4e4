package source

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"hotspot/internal/crime"
)

// Reader reads the rows of a prepared CSV, columns by name. What it rejects it
// names, and goes on; which rows it accepts depends on the bytes of the file
// alone. See splitter for the format and Parse for the rules of a row. It is
// not for concurrent use.
//
// A row may lack columns at its end, and have others than the 16: both are
// ignored. One that lacks one of the 16, or is longer than the header, is
// rejected.
type Reader struct {
	s       *splitter
	name    string
	header  *Header
	at      [crime.NumColumns]int // where each column stands
	need    int                   // the least number of fields of a row
	convert Convert               // nil for a prepared file
	foreign Foreign               // nil for a file with our columns
	fields  map[string]int        // where the fields stand that foreign asks for
	err     error                 // what ended it
}

// Convert turns the texts of a row into the form that Parse accepts, or says
// which column it cannot read.
type Convert func(text *[crime.NumColumns]string) *crime.FieldError

// NewReader reads the header from r, which name stands for in messages. Errors
// are a *FileError: no header, UTF-16, compressed data, CR-only line ends,
// another separator, a column missing, misspelt or twice, the city's raw file.
func NewReader(r io.Reader, name string) (*Reader, error) {
	cr, err := newReader(r, name)
	if err == nil && cr.header.IsRaw() {
		return nil, &FileError{File: name, Line: cr.Line(), Msg: "this is the city's raw file; run hotspot prepare " + name}
	}
	if err == nil {
		err = cr.find()
	}
	if err != nil {
		return nil, err
	}
	return cr, nil
}

// NewRawReader is NewReader for the city's raw file, and any other that has
// the columns: what convert makes of a row is judged as in a prepared file.
// converter makes it from the header; nil converts nothing.
func NewRawReader(r io.Reader, name string, converter func(*Header) Convert) (*Reader, error) {
	cr, err := newReader(r, name)
	if err == nil {
		err = cr.find()
	}
	if err != nil {
		return nil, err
	}
	cr.convert = converter(cr.header)
	return cr, nil
}

func newReader(r io.Reader, name string) (*Reader, error) {
	cr := &Reader{s: newSplitter(r), name: name}
	var err error
	cr.header, err = readHeader(cr.s, name)
	return cr, err
}

// find finds the columns.
func (r *Reader) find() error {
	var err error
	if r.at, err = r.header.Find(); err != nil {
		return &FileError{File: r.name, Line: r.Line(), Msg: err.Error() + "; a prepared file has each once", Err: ErrColumns}
	}
	for _, i := range r.at {
		r.need = max(r.need, i+1)
	}
	return nil
}

// Rows iterates over the rows that are left. Of each it gives either the
// record, or a *RowError when the row is rejected; the loop goes on after that.
// A *FileError, when the file cannot be read on, is the last. The record is
// overwritten by the next step; its texts may be kept, and share one allocation.
func (r *Reader) Rows() iter.Seq2[*crime.Record, error] {
	return func(yield func(*crime.Record, error) bool) {
		var rec crime.Record
		for {
			switch err := r.next(&rec); {
			case err == io.EOF:
				return
			case err == nil:
				if !yield(&rec, nil) {
					return
				}
			case !yield(nil, err) || r.err != nil:
				return
			}
		}
	}
}

// next fills rec with the next row, or returns what Rows yields, and io.EOF at
// the end. After a *FileError and io.EOF it returns the same again.
func (r *Reader) next(rec *crime.Record) error {
	if r.err != nil {
		return r.err
	}
	err := r.s.Next()
	if err == nil {
		if err = r.parse(rec); err == nil {
			return nil
		}
	}
	var row *RowError
	if errors.As(err, &row) {
		row.File = r.name
		return row
	}
	if r.err = err; err != io.EOF {
		r.err = broken(r.name, r.s, err)
	} else if at := r.s.Opened(); at > 0 {
		r.err = &FileError{File: r.name, Line: at, Msg: "a quote is opened and never closed; is the file cut off, or a \" missing?"}
	}
	return r.err
}

// Line is the line of the row last returned, accepted or not; the header is
// line 1 unless blank lines precede it.
func (r *Reader) Line() int64 { return r.s.Line() }

// parse makes a record of the fields that s has found.
func (r *Reader) parse(rec *crime.Record) error {
	s := r.s
	if n := s.Len(); n < r.need {
		return s.RejectLine(crime.MissingColumns, r.header.Names[r.firstNeeded(n)])
	} else if n > len(r.header.Names) {
		return s.RejectLine(crime.ExtraColumns, "")
	}
	if r.foreign != nil {
		return r.parseForeign(rec)
	}
	text := string(s.text)
	for c, i := range r.at {
		rec.Text[c] = text[s.spans[i][0]:s.spans[i][1]]
	}
	if r.convert != nil {
		if err := r.convert(&rec.Text); err != nil {
			return s.Reject(err.Reason, err.Column)
		}
	}
	var field *crime.FieldError
	if err := rec.Parse(); errors.As(err, &field) {
		return s.Reject(field.Reason, field.Column)
	}
	return nil
}

// firstNeeded is the first field from n on that a row needs.
func (r *Reader) firstNeeded(n int) int {
	first := r.need - 1
	for _, i := range r.fields {
		if i >= n {
			first = min(first, i)
		}
	}
	if r.foreign != nil {
		return first
	}
	for _, i := range r.at {
		if i >= n {
			first = min(first, i)
		}
	}
	return first
}

// broken says where a file broke off.
func broken(name string, s *splitter, err error) error {
	var f *FileError
	if errors.As(err, &f) {
		return f
	}
	return &FileError{
		File: name, Line: s.Line(), Err: err,
		Msg: fmt.Sprintf("reading stopped after this line: %v", err),
	}
}
