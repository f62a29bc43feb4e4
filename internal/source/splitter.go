package source

import (
	"bytes"
	"errors"
	"io"

	"hotspot/internal/crime"
)

// splitter cuts a CSV into records of fields. Its format is encoding/csv's with
// these differences:
//
//   - a quote inside an unquoted field is data (`LAT:39°45'55.12""N`), while
//     text after a closing quote is a fault;
//   - a record ends within MaxRecordBytes and MaxRecordLines, or it is a fault;
//   - after a fault it goes on at the line after the one on which the record
//     began. So a quote that is never closed costs the line it stands on and
//     not those behind it, and memory is bounded whatever comes;
//   - inside quotes a run of CR before LF is one LF, as CR LF is for both.
//
// Blank lines are skipped, a byte-order mark at the very beginning is dropped,
// the last record needs no line end - unless the input is a File that has grown
// since it was opened: then the last record is not whole yet, and left alone.
// It is not for concurrent use.
type splitter struct {
	r    io.Reader
	err  error // what r ended with, nil before
	buf  []byte
	pos  int // buf[pos:end] is read and not yet split
	end  int
	base int64 // offset of buf[0] in the input
	next int64 // number of the line at pos

	comma    byte // between two fields
	tolerant bool // a quote within quotes may have a backslash before it

	// The last record.
	line   int64      // its number, 1 for the first of the input
	offset int64      // where it begins, in bytes of the input
	lines  int64      // how many it has
	first  line       // its first, relative to begin
	begin  int        // where it stands in buf
	raw    []byte     // without its line end
	text   []byte     // the bytes of its fields: raw, or unquoted
	spans  [][2]int32 // the fields in text

	unquoted []byte // scratch
	opened   int64  // line of the record that was still within quotes when the input ended, 0 for none
}

// The buffer grows with what is read to several times the longest record, so
// that a rest seldom has to move to its front.
const (
	firstBuffer = 4 << 10
	fullBuffer  = 4 * crime.MaxRecordBytes
)

// line says where a line's content ends and where the next line begins.
type line struct{ end, next int }

// errMore says that the record is longer than what is read.
var errMore = errors.New("more")

// newSplitter reads r from its beginning.
func newSplitter(r io.Reader) *splitter {
	s := &splitter{r: r, buf: make([]byte, firstBuffer), next: 1, comma: ','}
	for s.end < magicBytes && s.err == nil {
		s.fill()
	}
	if bytes.HasPrefix(s.buf[:s.end], []byte(byteOrderMark)) {
		s.pos = len(byteOrderMark)
	}
	return s
}

const (
	byteOrderMark = "\xef\xbb\xbf"
	magicBytes    = 48 // of the longest mark by which readHeader knows what is no CSV
)

// Next finds the next record. It returns nil, io.EOF at the end, the error of
// the underlying reader - after the records before it -, or a *RowError
// without a file name, after which Next goes on.
func (s *splitter) Next() error {
	for {
		data := s.buf[s.pos:s.end]
		l, err := s.findLine(data)
		switch {
		case err != nil:
		case l.end == 0: // blank
			s.pos, s.next = s.pos+l.next, s.next+1
			continue
		default:
			s.line, s.offset, s.begin, s.first = s.next, s.base+int64(s.pos), s.pos, l
			err = s.split(data)
		}
		if err != errMore {
			return err
		}
		s.fill()
	}
}

// Field is a field of the last record. It is valid until Next.
func (s *splitter) Field(i int) []byte { return s.text[s.spans[i][0]:s.spans[i][1]] }

// Reject makes an error of the last record, which Next has found in order.
func (s *splitter) Reject(e crime.FieldError) *RowError {
	return &RowError{FieldError: e, Line: s.line, Offset: s.offset, Raw: bytes.Clone(s.raw)}
}

// RejectLine is Reject for a record whose quotes or number of fields are wrong:
// in one of several lines a stray quote has most likely swallowed rows. So its
// first line alone is rejected, and Next goes on with the second.
func (s *splitter) RejectLine(reason crime.Reason, column string) *RowError {
	s.next = s.line + 1
	s.pos = s.begin + s.first.next
	s.raw = s.buf[s.begin : s.begin+s.first.end]
	return s.Reject(crime.FieldError{Column: column, Reason: reason})
}

// findLine finds the end of the first line of data, which is all that is read.
func (s *splitter) findLine(data []byte) (line, error) {
	i := bytes.IndexByte(data, '\n')
	l := line{i, i + 1}
	if i < 0 {
		if len(data) <= crime.MaxRecordBytes+1 { // a longer one is too long for a record, even if a line end follows
			if err := s.endOfData(); err != nil {
				return l, err
			}
		}
		if len(data) == 0 {
			return l, io.EOF
		}
		l = line{len(data), len(data)}
	}
	if l.end > 0 && data[l.end-1] == '\r' {
		l.end--
	}
	return l, nil
}

// endOfData says what it means that all that is read ends within a record: nil
// when the record ends there, errMore when more may come, the error of the
// reader, behind which anything may be cut off, and io.EOF when the rest is
// being written: the input is a file that has become longer.
func (s *splitter) endOfData() error {
	if s.err == nil {
		return errMore
	}
	if f, ok := s.r.(interface{ Grew() bool }); s.err == io.EOF && !(ok && f.Grew()) {
		return nil
	}
	return s.err
}

// split cuts the record at the beginning of data.
func (s *splitter) split(data []byte) error {
	if s.first.end > crime.MaxRecordBytes {
		return s.long()
	}
	s.raw, s.lines = data[:s.first.end], 1
	if bytes.IndexByte(s.raw, '"') >= 0 {
		return s.splitQuoted(data)
	}
	s.text, s.spans = s.raw, s.spans[:0]
	start, comma := int32(0), s.comma
	for i, c := range s.raw {
		if c == comma {
			s.spans = append(s.spans, [2]int32{start, int32(i)})
			start = int32(i) + 1
		}
	}
	s.spans = append(s.spans, [2]int32{start, int32(len(s.raw))})
	s.advance(s.first.next)
	return nil
}

// advance goes to the line behind the record, n bytes on.
func (s *splitter) advance(n int) {
	s.pos += n
	s.next += s.lines
}

// long rejects a line of more than MaxRecordBytes and runs over the rest of it.
func (s *splitter) long() error {
	s.raw = s.buf[s.pos : s.pos+crime.MaxRecordBytes]
	e := s.Reject(crime.FieldError{Reason: crime.TooLong})
	for {
		if i := bytes.IndexByte(s.buf[s.pos:s.end], '\n'); i >= 0 {
			s.pos += i + 1
			break
		}
		if s.pos = s.end; s.err != nil {
			break
		}
		s.fill()
	}
	s.next++
	return e
}

// fill reads once, after making room. It must not be called when s.err is set.
func (s *splitter) fill() {
	if s.end == len(s.buf) {
		from := s.buf[s.pos:s.end]
		if len(s.buf) < fullBuffer {
			s.buf = make([]byte, 4*len(s.buf))
		}
		s.base += int64(s.pos)
		s.end, s.pos = copy(s.buf, from), 0
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		s.err = err
		if n > 0 || err != nil {
			return
		}
	}
	s.err = io.ErrNoProgress
}
