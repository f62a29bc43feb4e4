package source

// NewSplitter is newSplitter, for the tests that compare it with encoding/csv.
var NewSplitter = newSplitter

// Line, Offset and Len are the line and the first byte of the last record, and
// the number of its fields.
func (s *splitter) Line() int64   { return s.line }
func (s *splitter) Offset() int64 { return s.offset }
func (s *splitter) Len() int      { return len(s.spans) }
