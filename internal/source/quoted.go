package source

import "hotspot/internal/crime"

// splitQuoted cuts the record at the beginning of data when its first line
// holds a quote. It returns errMore when the record may go on behind data.
func (s *splitter) splitQuoted(data []byte) error {
	s.text, s.spans = s.unquoted[:0], s.spans[:0]
	for i := 0; ; i++ { // i++ passes the comma
		start := len(s.text)
		var reason crime.Reason
		var err error
		if i < len(data) && data[i] == '"' {
			i, reason, err = s.quotedField(data, i+1)
		} else {
			n := fieldEnd(data[i:], s.comma)
			s.text = append(s.text, data[i:i+n]...)
			i += n
		}
		s.unquoted = s.text // keeps its capacity
		if err != nil {
			return err
		}
		if reason != "" {
			return s.RejectLine(reason, "")
		}
		s.spans = append(s.spans, [2]int32{int32(start), int32(len(s.text))})
		if i < len(data) && data[i] == s.comma {
			continue
		}
		if i > crime.MaxRecordBytes {
			return s.RejectLine(crime.TooLong, "")
		}
		return s.endRecord(data, i)
	}
}

// endRecord ends the record at data[i], which is its line end or the end of all.
func (s *splitter) endRecord(data []byte, i int) error {
	s.raw = data[:i]
	if i < len(data) && data[i] == '\r' {
		i++
	}
	if i < len(data) {
		s.advance(i + 1)
		return nil
	}
	if err := s.endOfData(); err != nil {
		return err
	}
	s.advance(i)
	return nil
}

// quotedField appends the field whose opening quote stands before data[i] to
// s.text. It returns where the field ends: at a comma, a line end, the end.
func (s *splitter) quotedField(data []byte, i int) (int, crime.Reason, error) {
	start := len(s.text)
	for ; ; i++ {
		if i > crime.MaxRecordBytes || s.lines > crime.MaxRecordLines {
			return i, crime.UnclosedQuote, nil
		}
		if i == len(data) {
			if err := s.endOfData(); err != nil {
				return i, "", err
			}
			if s.opened == 0 {
				s.opened = s.line
			}
			return i, crime.UnclosedQuote, nil
		}
		switch c := data[i]; {
		case c == '\n':
			for n := len(s.text); n > start && s.text[n-1] == '\r'; n-- {
				s.text = s.text[:n-1]
			}
			s.lines++
		case c != '"':
		case s.tolerant && len(s.text) > start && data[i-1] == '\\' && !closes(data[i+1:], s.comma):
			s.text = s.text[:len(s.text)-1]
		case i+1 < len(data) && data[i+1] == '"':
			i++
		case closes(data[i+1:], s.comma):
			return i + 1, "", nil
		default:
			return i, crime.TextAfterQuote, nil
		}
		s.text = append(s.text, data[i])
	}
}

// closes reports that rest may stand behind a closing quote: a comma, a line
// end, the end. If more is to come, endRecord will ask for it.
func closes(rest []byte, comma byte) bool {
	if len(rest) > 0 && rest[0] == '\r' {
		rest = rest[1:]
		return len(rest) == 0 || rest[0] == '\n'
	}
	return len(rest) == 0 || rest[0] == comma || rest[0] == '\n'
}

// fieldEnd is where an unquoted field ends: at a comma, at a line end, or with
// data.
func fieldEnd(data []byte, comma byte) int {
	for i, c := range data {
		if c == comma {
			return i
		}
		if c == '\n' {
			if i > 0 && data[i-1] == '\r' {
				i--
			}
			return i
		}
	}
	if n := len(data); n > 0 && data[n-1] == '\r' {
		return n - 1
	}
	return len(data)
}
