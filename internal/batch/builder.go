package batch

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// MaxSize is the greatest batch size. It keeps the longest manifest, two runs
// for every row, within MaxManifestBytes.
const MaxSize = 500_000

// Config is what all batches of a folder have in common.
type Config struct {
	Size    int    // rows in a full batch, 1 … MaxSize; 0 by the calendar
	Window         // of the builder's first batch; without days it is that of its first row. The zero one is by rows
	Header  []byte // the CSV's header line with its newline
	Source         // of the rows; valid UTF-8
	Topic   string // where the rows come from
	FromRow int64  // first row of the folder; 0 is row 1
}

// Row is one accepted row on its way into a batch.
type Row struct {
	Number    int64    // in the order of the flow, from 1
	Line      int64    // in the prepared CSV, the header is line 1
	CSV       []byte   // the encoded line with its newline; Add copies it
	Incident  int64    // rows of one incident share it
	Reported  string   // REPORTED_DATE as it is written
	Chain     [16]byte // the chain after this row
	Partition int      // of the topic
	Offset    int64    // in the partition
}

// Builder holds the open batch in memory. It is pure: the same rows give the
// same bytes. It may not be used concurrently.
type Builder struct {
	config    Config
	number    int
	window    Window
	first     int64 // number of the first row
	rows      int
	before    [16]byte // chain before the first row
	chain     [16]byte // chain after the last row
	csv       []byte
	incidents []int64 // one for each row
	lines     []LineRun
	offsets   []OffsetRun
	least     string // least and greatest Reported
	greatest  string
}

// NewBuilder returns the empty batch number, which begins with row firstRow;
// before is the chain after the row before that. It panics when the size or the
// header of c cannot be, or firstRow is not the first row of that batch by rows.
func NewBuilder(c Config, number int, firstRow int64, before [16]byte) *Builder {
	if !c.By.Calendar() && (c.Size < 1 || c.Size > MaxSize) || !bytes.HasSuffix(c.Header, []byte("\n")) {
		panic(fmt.Sprintf("batch: size %d is not in 1 … %d, or the header %q has no newline", c.Size, MaxSize, c.Header))
	}
	if number < 1 || !c.By.Calendar() && firstRow != int64(number-1)*int64(c.Size)+1 {
		panic(fmt.Sprintf("batch: row %d does not begin batch %d of %d rows", firstRow, number, c.Size))
	}
	b := &Builder{config: c, number: number, window: c.Window, first: firstRow, before: before, chain: before}
	b.config.Header = slices.Clone(c.Header)
	b.csv = slices.Clone(c.Header)
	return b
}

// Add puts r behind the rows of the batch. It copies r.CSV and keeps
// r.Reported. It panics when r.Number is not Next(), the batch is full or the row
// lies in a later window.
func (b *Builder) Add(r Row) {
	ahead := b.Ahead(r.Reported)
	if r.Number != b.Next() || b.Full() || ahead > 0 {
		panic(fmt.Sprintf("batch: row %d, %d windows ahead, added to batch %d, which holds %d of %d rows and wants row %d",
			r.Number, ahead, b.number, b.rows, b.config.Size, b.Next()))
	}
	if ahead < 0 {
		b.window.Late++
	}
	if b.config.By.Calendar() && b.window.First == "" {
		b.window = b.config.By.Window(r.Reported)
	}
	if b.rows == 0 || r.Reported < b.least {
		b.least = r.Reported
	}
	if b.rows == 0 || r.Reported > b.greatest {
		b.greatest = r.Reported
	}
	b.csv = append(b.csv, r.CSV...)
	b.incidents = append(b.incidents, r.Incident)
	b.addLine(r)
	b.addOffset(r)
	b.chain = r.Chain
	b.rows++
}

func (b *Builder) addLine(r Row) {
	if n := len(b.lines) - 1; n >= 0 && continues(b.lines[n], 0, r.Line) {
		b.lines[n][2]++
		return
	}
	b.lines = append(b.lines, LineRun{r.Number, r.Line, 1})
}

func (b *Builder) addOffset(r Row) {
	if n := len(b.offsets) - 1; n >= 0 && continues(b.offsets[n], int64(r.Partition), r.Offset) {
		b.offsets[n][3]++
		return
	}
	b.offsets = append(b.offsets, OffsetRun{r.Number, int64(r.Partition), r.Offset, 1})
}

// Next is the number of the row that Add takes next.
func (b *Builder) Next() int64 { return b.first + int64(b.rows) }

// Len is the number of rows in the batch.
func (b *Builder) Len() int { return b.rows }

// Full says that the batch has as many rows as one can have. By rows Cut is due;
// by the calendar the rows of one window are more than a batch can hold.
func (b *Builder) Full() bool {
	return b.rows == cmp.Or(b.config.Size, MaxSize)
}

// Number is the number of the batch.
func (b *Builder) Number() int { return b.number }

// Source is what the rows have in common.
func (b *Builder) Source() Source { return b.config.Source }

// Reported is the least and the greatest Row.Reported, both empty without rows.
func (b *Builder) Reported() (first, last string) { return b.least, b.greatest }

// Cut returns the full batch, or that of a window that is over, and makes b the
// empty one after it. next holds for every partition the offset of its first
// message that is in no batch so far; it is copied. The Batch owns its bytes. Cut
// panics when b is by rows and not full, or has no window yet.
func (b *Builder) Cut(next map[int]int64, duplicates, deadLetters int64) *Batch {
	if !b.Full() && b.window.First == "" {
		panic(fmt.Sprintf("batch: batch %d cut at %d of %d rows", b.number, b.rows, b.config.Size))
	}
	cut := b.batch(b.csv, b.lines, b.offsets, next, duplicates, deadLetters)
	// The cut batch has taken the slices; the next one will be about as large.
	*b = Builder{
		config: b.config, number: b.number + 1, window: b.window.Next(), first: b.Next(), before: b.chain, chain: b.chain,
		csv:       append(make([]byte, 0, len(b.csv)+len(b.csv)/16), b.config.Header...),
		incidents: b.incidents[:0],
		lines:     make([]LineRun, 0, len(b.lines)),
		offsets:   make([]OffsetRun, 0, len(b.offsets)),
	}
	return cut
}

// Provisional returns the rows so far as a batch that says that it is not full,
// and leaves b as it is. It panics when b has no rows, or by rows all of them.
func (b *Builder) Provisional(next map[int]int64, duplicates, deadLetters int64) *Batch {
	if b.rows == 0 || b.rows == b.config.Size {
		panic(fmt.Sprintf("batch: batch %d with %d of %d rows is not provisional", b.number, b.rows, b.config.Size))
	}
	p := b.batch(slices.Clone(b.csv), slices.Clone(b.lines), slices.Clone(b.offsets), next, duplicates, deadLetters)
	p.Manifest.Provisional = true
	p.Manifest.CSV.Name = p.Manifest.csvName()
	return p
}

func (b *Builder) batch(csv []byte, lines []LineRun, offsets []OffsetRun, next map[int]int64, duplicates, deadLetters int64) *Batch {
	m := &Manifest{
		Format: Format, Batch: b.number, Source: b.config.Source,
		BatchSize: b.config.Size, Window: b.window, Rows: b.rows, FirstRow: b.first, LastRow: b.Next() - 1, Incidents: distinct(b.incidents),
		ChainBefore: hex.EncodeToString(b.before[:]), ChainAfter: hex.EncodeToString(b.chain[:]),
		CSV:      File{Bytes: int64(len(csv)), SHA256: digest(csv)},
		Reported: Span{First: strings.Clone(b.least), Last: strings.Clone(b.greatest)},
		Transport: Transport{
			Topic: b.config.Topic, Lines: lines, Offsets: offsets, Next: maps.Clone(next),
			Duplicates: duplicates, DeadLetters: deadLetters,
		},
	}
	if b.first == b.config.FromRow && b.first > 1 {
		m.Transport.FromRow = b.first
	}
	m.CSV.Name = m.csvName()
	return &Batch{Manifest: m, CSV: csv}
}

// distinct counts the different ids. It sorts them in place.
func distinct(ids []int64) int {
	slices.Sort(ids)
	n := 0
	for i, id := range ids {
		if i == 0 || id != ids[i-1] {
			n++
		}
	}
	return n
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
