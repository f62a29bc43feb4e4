// Package batch holds the rows of the flow in files of a fixed number of rows,
// each row once: batch n of size s is the rows (n-1)·s+1 … n·s, whatever the
// topic, the moment and the machine.
//
// It stands between the topic and the models: the consumer fills a Builder,
// Cut gives the finished Batch, Folder.Publish puts it on disk, and training
// and the api read it there. It knows neither Kafka nor what a row says: a row
// is a number, a line of text and a link of the chain.
package batch

import (
	"slices"
	"strconv"
)

// Format is the first member of every manifest.
const Format = "hotspot.batch/1"

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
	Provisional bool      `json:"provisional,omitempty"`
	Title       string    `json:"title"`
	Invented    bool      `json:"invented"` // the rows are synthetic
	BatchSize   int       `json:"batch_size"`
	Rows        int       `json:"rows"` // BatchSize unless provisional
	FirstRow    int64     `json:"first_row"`
	LastRow     int64     `json:"last_row"`
	Incidents   int       `json:"incidents"`    // distinct ones among the rows
	ChainBefore string    `json:"chain_before"` // 32 lower-case hex
	ChainAfter  string    `json:"chain_after"`
	CSV         File      `json:"csv"`
	Reported    Span      `json:"reported"`
	Transport   Transport `json:"transport"`
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
	FromRow     int64   `json:"from_row,omitempty"`
	Lines       Lines   `json:"lines"`   // where the rows stand in the prepared CSV
	Offsets     Offsets `json:"offsets"` // where each row was first read in the topic
	Next        Next    `json:"next"`
	Duplicates  int64   `json:"duplicates"`   // messages dropped since the batch before
	DeadLetters int64   `json:"dead_letters"` // messages set aside since the batch before
}

// Lines are the runs of a batch, in the order of the rows.
type Lines []LineRun

// LineRun is {first row, first line, count}: count rows in count lines.
type LineRun [3]int64

func (r LineRun) follows(line int64) bool { return line == r[1]+r[2] }

// Offsets are the runs of a batch, in the order of the rows.
type Offsets []OffsetRun

// OffsetRun is {first row, partition, first offset, count}: count rows in count
// messages of one partition.
type OffsetRun [4]int64

func (r OffsetRun) follows(partition, offset int64) bool {
	return partition == r[1] && offset == r[2]+r[3]
}

// Next holds for every partition the offset of its first message that is in no
// committed batch. In JSON it is an object, its keys in the order of numbers.
type Next map[int]int64

// MarshalJSON writes 2 before 10, which encoding/json's maps do not.
func (n Next) MarshalJSON() ([]byte, error) {
	partitions := make([]int, 0, len(n))
	for p := range n {
		partitions = append(partitions, p)
	}
	slices.Sort(partitions)
	out := []byte{'{'}
	for i, p := range partitions {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendQuote(out, strconv.Itoa(p))
		out = append(out, ':')
		out = strconv.AppendInt(out, n[p], 10)
	}
	return append(out, '}'), nil
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
