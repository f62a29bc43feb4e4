// Package batch holds the rows of the flow in files, each row once. By rows, batch
// n of size s is the rows (n-1)·s+1 … n·s; by the calendar it is the n-th day,
// week or month counted from that of row 1, and ends before the first row of a
// later one. So it is whatever the topic, the moment and the machine.
//
// It stands between the topic and the models: the consumer fills a Builder,
// Cut gives the finished Batch, Folder.Publish puts it on disk, and training
// and the api read it there. Beside the batches lies the Status of the open one.
// The package knows neither Kafka nor what a row says: a row is a number, a line
// of text and a link of the chain.
package batch

import "fmt"

// Format is the first member of every manifest.
const Format = "hotspot.batch/2"

// MaxManifestBytes is the longest manifest that is read. The longest one that
// can be written has MaxSize rows with two runs of about 110 bytes each.
const MaxManifestBytes = 64 << 20

// MaxCSVBytes is the longest CSV that is written and read: 2 KiB for each row
// of the largest batch, and more than 64 KiB for each of 5,000.
const MaxCSVBytes = 1 << 30

// MaxNumber bounds the numbers of batches, so that no row number overflows.
const MaxNumber = 999_999_999

// Batch is a cut batch: its manifest and its CSV, which it owns.
type Batch struct {
	Manifest *Manifest
	CSV      []byte
}

// Manifest says what a batch is. A batch is committed when its manifest is on
// disk. All members but Transport are a function of the rows alone.
type Manifest struct {
	Format string `json:"format"`
	Batch  int    `json:"batch"` // its number, from 1
	// Provisional marks a batch that is not full yet. It is no part of the
	// flow, and a full one of the same number takes its place.
	Provisional bool `json:"provisional,omitzero"`
	Source
	BatchSize   int       `json:"batch_size,omitzero"` // by rows
	Window      Window    `json:"window,omitzero"`     // by the calendar
	Rows        int       `json:"rows"`                // by rows BatchSize, unless provisional
	FirstRow    int64     `json:"first_row"`
	LastRow     int64     `json:"last_row"`
	Incidents   int       `json:"incidents"`    // distinct ones among the rows
	ChainBefore string    `json:"chain_before"` // 32 lower-case hex
	ChainAfter  string    `json:"chain_after"`
	CSV         File      `json:"csv"`
	Reported    Span      `json:"reported"`
	Transport   Transport `json:"transport"`
}

// Source is what all rows of a folder have in common.
type Source struct {
	Title    string `json:"title"`
	Invented bool   `json:"invented"` // the rows are synthetic
	Area     string `json:"area"`     // where the city lies, as the rows' headers say it
}

// File names a file and its content.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // 64 lower-case hex
}

// Span is the least and the greatest REPORTED_DATE of the rows.
type Span struct {
	First string `json:"first"`
	Last  string `json:"last"`
}

// Transport says which way the rows came. It alone may differ between two runs
// over the same rows.
type Transport struct {
	Topic string `json:"topic"`
	// FromRow is the first row of the folder when that is not row 1: the rows
	// before it were no longer in the topic. The folder's first batch has it,
	// and no other; it is that batch's FirstRow.
	FromRow     int64   `json:"from_row,omitzero"`
	Lines       Lines   `json:"lines"`   // where the rows stand in the prepared CSV
	Offsets     Offsets `json:"offsets"` // where each row was first read in the topic
	Next        Next    `json:"next"`
	Duplicates  int64   `json:"duplicates"`   // messages dropped since the batch before
	DeadLetters int64   `json:"dead_letters"` // messages set aside since the batch before
}

// Next holds for every partition the offset of its first message that is in no
// committed batch. In JSON it is an object, its keys in the order of numbers.
type Next map[int]int64

// Begins reports whether m may be the first batch of a folder.
func (m *Manifest) Begins() bool { return m.Batch == 1 || m.Transport.FromRow == m.FirstRow }

// Follows says whether m is the batch after last, and names what is not so in a
// *CorruptError.
func (m *Manifest) Follows(last *Manifest) error {
	reason, detail := "", ""
	switch {
	case m.Batch != last.Batch+1:
		reason, detail = ReasonMissing, fmt.Sprintf("batch %d after batch %d", m.Batch, last.Batch)
	case m.Ends() != last.Ends():
		reason, detail = ReasonSettings, fmt.Sprintf("%s after %s", m.Ends(), last.Ends())
	case m.Source != last.Source:
		reason, detail = ReasonSettings, fmt.Sprintf("%+v after %+v", m.Source, last.Source)
	case m.ChainBefore != last.ChainAfter:
		reason, detail = ReasonChain, fmt.Sprintf("chain_before %s after %s", m.ChainBefore, last.ChainAfter)
	case m.FirstRow != last.LastRow+1:
		reason, detail = ReasonChain, fmt.Sprintf("first_row %d after row %d", m.FirstRow, last.LastRow)
	case m.Window.First != last.Window.Next().First:
		reason, detail = ReasonChain, fmt.Sprintf("the %s after the %s", m.Window, last.Window)
	default:
		return nil
	}
	return corrupt(m.name(), reason, "%s", detail)
}

// Line is where a row of the batch stands in the prepared CSV.
func (m *Manifest) Line(row int64) int64 {
	_, line := find(m.Transport.Lines, row)
	return line
}

// Message is where a row of the batch was first read in the topic.
func (m *Manifest) Message(row int64) (partition, offset int64) {
	return find(m.Transport.Offsets, row)
}

func (m *Manifest) csvName() string {
	if m.Provisional {
		return ProvisionalCSVName(m.Batch)
	}
	return CSVName(m.Batch)
}

func (m *Manifest) name() string {
	if m.Provisional {
		return ProvisionalName(m.Batch)
	}
	return ManifestName(m.Batch)
}
