package batch

import (
	"fmt"
	"math"
	"unicode/utf8"
)

// maxTextBytes bounds the title, the topic and the dates.
const maxTextBytes = 1000

// check says whether the numbers of m can be those of one batch. The Builder's
// always can, if its rows can.
func (m *Manifest) check() error {
	switch {
	case m.Format != Format:
		return fmt.Errorf("format %q, want %q", m.Format, Format)
	case m.Batch < 1 || m.Batch > MaxNumber:
		return fmt.Errorf("batch %d is not in 1 … %d", m.Batch, MaxNumber)
	case !isText(m.Title), !isText(m.Reported.First), !isText(m.Reported.Last), !isText(m.Transport.Topic):
		return fmt.Errorf("a text is not valid UTF-8 of at most %d bytes", maxTextBytes)
	case m.BatchSize < 1 || m.BatchSize > MaxSize:
		return fmt.Errorf("batch_size %d is not in 1 … %d", m.BatchSize, MaxSize)
	case !m.Provisional && m.Rows != m.BatchSize:
		return fmt.Errorf("%d rows in a batch of %d", m.Rows, m.BatchSize)
	case m.Provisional && (m.Rows < 1 || m.Rows >= m.BatchSize):
		return fmt.Errorf("%d rows in a provisional batch of %d", m.Rows, m.BatchSize)
	case m.FirstRow != int64(m.Batch-1)*int64(m.BatchSize)+1:
		return fmt.Errorf("batch %d of %d rows does not begin with row %d", m.Batch, m.BatchSize, m.FirstRow)
	case m.LastRow != m.FirstRow+int64(m.Rows)-1:
		return fmt.Errorf("%d rows from row %d do not end with row %d", m.Rows, m.FirstRow, m.LastRow)
	case m.Incidents < 1 || m.Incidents > m.Rows:
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
	cover := cover{next: m.FirstRow}
	for i, r := range t.Lines {
		if err := cover.add(r[0], r[1], r[2]); err != nil {
			return fmt.Errorf("lines: %w", err)
		}
		if i > 0 && t.Lines[i-1].follows(r[1]) {
			return fmt.Errorf("lines: the run of row %d is not joined to the one before", r[0])
		}
	}
	if cover.next != m.LastRow+1 {
		return fmt.Errorf("lines end before row %d, want %d", cover.next, m.LastRow+1)
	}
	cover.next = m.FirstRow
	for i, r := range t.Offsets {
		if err := cover.add(r[0], r[2], r[3]); err != nil {
			return fmt.Errorf("offsets: %w", err)
		}
		if r[1] < 0 || r[1] > math.MaxInt32 {
			return fmt.Errorf("offsets: partition %d", r[1])
		}
		if i > 0 && t.Offsets[i-1].follows(r[1], r[2]) {
			return fmt.Errorf("offsets: the run of row %d is not joined to the one before", r[0])
		}
	}
	if cover.next != m.LastRow+1 {
		return fmt.Errorf("offsets end before row %d, want %d", cover.next, m.LastRow+1)
	}
	return nil
}

// cover walks over runs that must hold each row once, in order.
type cover struct{ next int64 }

func (c *cover) add(row, place, count int64) error {
	if row != c.next {
		return fmt.Errorf("a run begins with row %d, want %d", row, c.next)
	}
	if count < 1 || count > MaxSize || place < 0 || place > math.MaxInt64-count {
		return fmt.Errorf("the run of row %d has %d rows from %d", row, count, place)
	}
	c.next += count
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
