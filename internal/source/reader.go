package source

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"hotspot/internal/crime"
)

// Reader reads the rows of a CSV, columns by name. What it rejects it names,
// and goes on; which rows it accepts depends on the bytes of the file alone.
// See splitter for the format and crime.Record.Parse for the rules of a row. It
// is not for concurrent use.
//
// Columns that are not asked for are ignored, and a row may lack those at its
// end. A row that lacks a column that is asked for, or has more fields than the
// header, is rejected.
type Reader struct {
	s       *splitter
	name    string
	header  Header
	at      []int // where the columns stand that parse asks for
	ordered []int // the same, ascending, without those that are absent
	texts   []string
	format  Format
	parse   Parse
	again   bool  // the first record is a row, too: there is no header
	guessed int64 // rows that are no UTF-8 and were read as Windows-1252
	err     error // what ended it
}

// Parse makes a record of the texts of the columns that were asked for, in the
// order in which they were. A *crime.FieldError rejects the row, another error
// ends the reading. The texts may be kept, the slice may not.
type Parse func(rec *crime.Record, texts []string) error

// NewReader reads the header of a prepared CSV from r; in messages name stands
// for r. Errors are a *FileError: no header, UTF-16, compressed data, CR-only
// line ends, another separator, a column missing, misspelt or twice, the city's
// raw file.
func NewReader(r io.Reader, name string) (*Reader, error) {
	find := func(h Header) ([]int, error) { return h.Find(crime.Columns[:], crime.Optional...) }
	in, err := NewReaderOf(r, name, Format{}, find, func(rec *crime.Record, texts []string) error {
		copy(rec.Text[:], texts)
		return rec.Parse()
	})
	var lacks *ColumnsError
	if slices.Contains(in.header, "GEO_X") || errors.As(err, &lacks) && len(lacks.Missing) > len(crime.Columns)/2 {
		return nil, &FileError{File: name, Line: in.Line(), Msg: "this is a city's raw file and no prepared one; next: hotspot prepare " + name + " -o prepared.csv"}
	}
	return in, err
}

// NewReaderOf is NewReader for a CSV of any form, of which parse makes records.
// find says where in the header the columns stand that parse asks for, -1 for
// one that is absent and whose text is empty. Its error is the cause of the
// *FileError.
func NewReaderOf(r io.Reader, name string, f Format, find func(Header) ([]int, error), parse Parse) (*Reader, error) {
	in := &Reader{s: newSplitter(f.reader(r)), name: name, format: f, parse: parse, again: f.Header == NoHeader}
	in.s.comma, in.s.tolerant = cmp.Or(f.Separator, in.s.comma), f.Tolerant
	var err error
	if in.header, err = readHeader(in.s, name, f); err != nil {
		return in, err
	}
	if in.at, err = find(in.header); err != nil {
		return in, &FileError{File: name, Line: in.Line(), Msg: err.Error(), Err: err}
	}
	in.texts = make([]string, len(in.at))
	in.ordered = slices.DeleteFunc(slices.Sorted(slices.Values(in.at)), func(i int) bool { return i < 0 })
	return in, nil
}

// Unused are the names of the columns that nobody asked for.
func (r *Reader) Unused() []string {
	var names []string
	for i, name := range r.header {
		if !slices.Contains(r.at, i) {
			names = append(names, name)
		}
	}
	return names
}

// Guessed counts the rows that are not UTF-8 and were read as Windows-1252.
func (r *Reader) Guessed() int64 { return r.guessed }

// Header is that of the file.
func (r *Reader) Header() Header { return r.header }

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

// Line is the line of the row that Rows has given last, accepted or not; the
// header is line 1 unless blank lines precede it.
func (r *Reader) Line() int64 { return r.s.line }

// next fills rec with the next row, or returns what Rows yields, and io.EOF at
// the end. After a *FileError or io.EOF it returns the same again.
func (r *Reader) next(rec *crime.Record) error {
	if r.err != nil {
		return r.err
	}
	var err error
	if !r.again {
		err = r.s.Next()
	}
	r.again = false
	if err == nil {
		err = r.record(rec)
	}
	if err == nil {
		return nil
	}
	var row *RowError
	switch {
	case errors.As(err, &row):
		row.File = r.name
		return row
	case err != io.EOF:
		r.err = broken(r.name, r.s, err)
	case r.s.opened > 0:
		r.err = &FileError{File: r.name, Line: r.s.opened, Msg: "a quote is opened and never closed; is the file cut off, or a \" missing?"}
	default:
		r.err = err
	}
	return r.err
}

// record makes a record of the fields that s has found.
func (r *Reader) record(rec *crime.Record) error {
	s := r.s
	n := len(s.spans)
	for r.format.Tolerant && n > len(r.header) && len(s.Field(n-1)) == 0 {
		n--
	}
	if len(r.ordered) > 0 && n <= r.ordered[len(r.ordered)-1] {
		first, _ := slices.BinarySearch(r.ordered, n)
		return s.RejectLine(crime.MissingColumns, r.header[r.ordered[first]])
	} else if n > len(r.header) {
		return s.RejectLine(crime.ExtraColumns, "")
	}
	text := string(s.text) // one allocation a row
	guessed := false
	for c, i := range r.at {
		if r.texts[c] = ""; i >= 0 {
			was := false
			r.texts[c], was = r.format.text(text[s.spans[i][0]:s.spans[i][1]])
			guessed = guessed || was
		}
	}
	if guessed {
		r.guessed++
	}
	err := r.parse(rec, r.texts)
	if err == nil {
		return nil
	}
	var field *crime.FieldError
	if errors.As(err, &field) {
		row := s.Reject(*field)
		row.Category = rec.Text[crime.ColOffenseCategory]
		return row
	}
	return err
}

// broken says where a file broke off.
func broken(name string, s *splitter, err error) error {
	var f *FileError
	if errors.As(err, &f) {
		return f
	}
	return &FileError{
		File: name, Line: s.line, Err: err,
		Msg: fmt.Sprintf("reading stopped after this line: %v", err),
	}
}
