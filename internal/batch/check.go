package batch

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// maxTextBytes bounds the title, the area, the topic and the dates.
const maxTextBytes = 1000

// check says whether the numbers of m can be those of one batch. The Builder's
// always can, if its rows can.
func (m *Manifest) check() error {
	switch {
	case m.Format != Format:
		return fmt.Errorf("format %q, want %q", m.Format, Format)
	case m.Batch < 1 || m.Batch > MaxNumber:
		return fmt.Errorf("batch %d is not in 1 … %d", m.Batch, MaxNumber)
	case !isText(m.Title), !isText(m.Area), !isText(m.Reported.First), !isText(m.Reported.Last), !isText(m.Transport.Topic):
		return fmt.Errorf("a text is not valid UTF-8 of at most %d bytes", maxTextBytes)
	case m.Provisional && m.Rows < 1:
		return fmt.Errorf("%d rows in a provisional batch", m.Rows)
	}
	if err := m.checkEnd(); err != nil {
		return err
	}
	switch {
	case m.LastRow != m.FirstRow+int64(m.Rows)-1:
		return fmt.Errorf("%d rows from row %d do not end with row %d", m.Rows, m.FirstRow, m.LastRow)
	case m.Incidents < min(1, m.Rows) || m.Incidents > m.Rows:
		return fmt.Errorf("%d incidents in %d rows", m.Incidents, m.Rows)
	case !isHex(m.ChainBefore, 32) || !isHex(m.ChainAfter, 32):
		return fmt.Errorf("chain %q … %q is not 32 and 32 lower-case hex digits", m.ChainBefore, m.ChainAfter)
	case m.CSV.Name != m.csvName():
		return fmt.Errorf("csv %q, want %q", m.CSV.Name, m.csvName())
	case m.CSV.Bytes < 1 || m.CSV.Bytes > MaxCSVBytes:
		return fmt.Errorf("csv of %d bytes is not in 1 … %d", m.CSV.Bytes, MaxCSVBytes)
	case !isHex(m.CSV.SHA256, 64):
		return fmt.Errorf("sha256 %q is not 64 lower-case hex digits", m.CSV.SHA256)
	case m.Reported.First > m.Reported.Last:
		return fmt.Errorf("reported first %q after last %q", m.Reported.First, m.Reported.Last)
	}
	return m.checkTransport()
}

// checkEnd says whether the batch begins and ends where one by rows, or one by the
// calendar, can.
func (m *Manifest) checkEnd() error {
	if m.Window == (Window{}) {
		switch {
		case m.BatchSize < 1 || m.BatchSize > MaxSize:
			return fmt.Errorf("batch_size %d is not in 1 … %d", m.BatchSize, MaxSize)
		case !m.Provisional && m.Rows != m.BatchSize:
			return fmt.Errorf("%d rows in a batch of %d", m.Rows, m.BatchSize)
		case m.Provisional && m.Rows >= m.BatchSize:
			return fmt.Errorf("%d rows in a provisional batch of %d", m.Rows, m.BatchSize)
		case m.FirstRow != int64(m.Batch-1)*int64(m.BatchSize)+1:
			return fmt.Errorf("batch %d of %d rows does not begin with row %d", m.Batch, m.BatchSize, m.FirstRow)
		}
		return nil
	}
	if err := m.Window.Check(m.Rows); err != nil {
		return err
	}
	switch {
	case m.BatchSize != 0:
		return fmt.Errorf("batch_size %d of a batch with a window", m.BatchSize)
	case m.Rows < 0 || m.Rows > MaxSize:
		return fmt.Errorf("%d rows, a batch has at most %d", m.Rows, MaxSize)
	case m.Rows == 0 && m.Begins():
		return errors.New("the first batch has no row")
	case m.Batch == 1 && m.FirstRow != 1, m.FirstRow < min(2, int64(m.Batch)), m.FirstRow > MaxSize*MaxNumber:
		return fmt.Errorf("batch %d does not begin with row %d", m.Batch, m.FirstRow)
	case m.Rows > 0 && !m.Window.holds(m.Reported.Last):
		return fmt.Errorf("reported last %q is not in the window", m.Reported.Last)
	}
	return nil
}

func (m *Manifest) checkTransport() error {
	t := &m.Transport
	if t.FromRow != 0 && (t.FromRow == 1 || t.FromRow != m.FirstRow) {
		return fmt.Errorf("from_row %d in a batch that begins with row %d", t.FromRow, m.FirstRow)
	}
	if t.Duplicates < 0 || t.DeadLetters < 0 {
		return fmt.Errorf("%d duplicates, %d dead letters", t.Duplicates, t.DeadLetters)
	}
	if len(t.Next) > maxPartitions {
		return fmt.Errorf("next of %d partitions", len(t.Next))
	}
	for partition, offset := range t.Next {
		if partition < 0 || offset < 0 {
			return fmt.Errorf("next of partition %d is %d", partition, offset)
		}
	}
	if err := checkRuns(t.Lines, m.FirstRow, m.LastRow); err != nil {
		return fmt.Errorf("lines: %w", err)
	}
	if err := checkRuns(t.Offsets, m.FirstRow, m.LastRow); err != nil {
		return fmt.Errorf("offsets: %w", err)
	}
	return nil
}

func isText(s string) bool { return len(s) <= maxTextBytes && utf8.ValidString(s) }

func isHex(s string, n int) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == n
}
