package consumer

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/stream"
	"hotspot/internal/train"
)

// The defaults; a test compares the tags with them.
const (
	defaultBatchSize  = 5000
	defaultGapTimeout = 10 * time.Second
	defaultGroup      = "hotspot"
)

// Options are the flags that hotspot up shares with the consumer.
type Options struct {
	BatchBy     batch.By `name:"batch-by" enum:"rows,day,week,month" default:"rows" help:"Where a batch ends: rows = after --batch-size rows; day, week or month = with that of REPORTED_DATE; weeks begin on Monday. It belongs to the folder: another one needs another --dir."`
	BatchSize   int      `name:"batch-size" default:"5000" help:"Rows in a batch, with --batch-by rows. It belongs to the folder: another size needs another --dir."`
	FromRow     int64    `name:"from-row" default:"1" help:"First row of a new folder, when the topic no longer holds the rows before it: the first row of a batch (1, 5001, 10001, ...). The row before it must be in the topic still: it says what the first row continues. Batches and models keep their numbers: batch 3 begins with row 10001. With --batch-by day, week or month it needs --from-batch."`
	FromBatch   int      `name:"from-batch" default:"1" help:"With --from-row and --batch-by day, week or month: number of the batch that --from-row begins, because no row says it. A manifest of another folder has both: first_row and batch."`
	Batches     int      `name:"batches" default:"0" help:"Stop after this batch and its model; 0 = go on for ever."`
	train.Flags `embed:""`
	Flush       bool          `name:"flush" help:"When the topic's end is reached, write the rows of the open batch and a model of them under provisional names, at most every 2s; both go when the batch is full."`
	GapTimeout  time.Duration `name:"gap-timeout" default:"10s" help:"With several partitions: how long to wait for a missing row when every partition is past it."`
	Group       string        `name:"group" default:"hotspot" help:"Consumer group under which the position is committed, for lag tools only."`
}

// Config says what Run reads, where it writes and how it trains. A field that
// is zero means its default.
type Config struct {
	Kafka         stream.Config `embed:""`
	Options       `embed:""`
	Foreign       `embed:""`
	Dir           string `name:"dir" default:"dataset-kafka" help:"Folder of batches and models."`
	MetricsListen string `name:"metrics-listen" empty:"none" default:"" help:"Serve /healthz, /readyz and /metrics here, e.g. 127.0.0.1:9101."`

	Events Events             `kong:"-"` // what a caller wants to hear
	Hook   func(point string) `kong:"-"` // "train.begin" and "train.done", where a test ends the process
	FS     durable.FS         `kong:"-"` // for tests; nil is the system's
}

// Events are called one at a time from the consumer's goroutines; they must
// not block for long. Any of them may be nil.
type Events struct {
	Batch    func(m *batch.Manifest)
	Model    func(m *model.Model, took time.Duration)
	Progress func(p Progress)
}

// Progress is where the consumer is. It is reported at most 4 times a second,
// and whenever State changes.
type Progress struct {
	batch.Status       // without the recent rows
	Next         int64 // number of the row that is wanted next
	Batches      int   // number of the newest committed batch
	Models       int   // the newest model of an unbroken run from the folder's first; 0 without any
}

// Validate reports all that is wrong with c at once, but for numbers out of
// usage.Bounds: the command line lets none through.
func (c Config) Validate() error {
	var errs []error
	if by := c.withDefaults().BatchBy; by != batch.ByRows && by != batch.ByDay && by != batch.ByWeek && by != batch.ByMonth {
		errs = append(errs, fmt.Errorf("--batch-by %q: want rows, day, week or month", by))
	} else {
		errs = append(errs, c.validateFromRow())
	}
	if c.Dir == "" {
		errs = append(errs, errors.New("--dir: no folder given"))
	}
	errs = append(errs, c.AreaFlags.Validate(), c.Foreign.validate(c.AreaFlags))
	errs = append(errs, c.Kafka.Validate(), train.Trainer{Spark: c.Spark}.Validate(c.withDefaults().Settings()))
	return usage.Wrap(errors.Join(errs...))
}

func (c Config) validateFromRow() error {
	d := c.withDefaults()
	size, first := int64(d.BatchSize), int64(d.firstBatch())
	switch {
	case d.BatchBy.Calendar() && c.BatchSize != 0 && c.BatchSize != defaultBatchSize:
		return fmt.Errorf("--batch-size %d: with --batch-by %s a batch ends with the %[2]s, however many rows it has; leave one of the two out", c.BatchSize, d.BatchBy)
	case d.BatchBy.Calendar() && (d.FromRow > 1) != (d.FromBatch > 1):
		return fmt.Errorf("--from-row %d and --from-batch %d: with --batch-by %s a folder begins with row 1 and batch 1, or with a later one of both, as first_row and batch of a manifest say", d.FromRow, d.FromBatch, d.BatchBy)
	case !d.BatchBy.Calendar() && d.FromBatch > 1:
		return fmt.Errorf("--from-batch %d: with --batch-by rows --from-row says which batch it begins", d.FromBatch)
	case first > batch.MaxNumber:
		return fmt.Errorf("--from-row %d: want a row of batch %d at most", c.FromRow, batch.MaxNumber)
	case !d.BatchBy.Calendar() && (d.FromRow-1)%size != 0:
		return fmt.Errorf("--from-row %d: want the first row of a batch: %d or %d with --batch-size %d", d.FromRow, (first-1)*size+1, first*size+1, size)
	case d.FromRow > 1 && d.Order == orderOffset:
		return errors.New("--from-row: with --order offset the first message that is there is row 1")
	case d.FromRow > 1 && d.Batches > 0 && int64(d.Batches) < first:
		return fmt.Errorf("--batches %d: row %d begins batch %d", d.Batches, d.FromRow, first)
	}
	return nil
}

// firstBatch is the number of the batch that --from-row begins, of a Config with
// its defaults.
func (c Config) firstBatch() int {
	if c.BatchBy.Calendar() {
		return c.FromBatch
	}
	return int((c.FromRow-1)/int64(c.BatchSize)) + 1
}

// frame is the frame of a batch: of its area, but for what the flags say.
func (c Config) frame(m *batch.Manifest) (feature.Frame, error) {
	area, err := crime.ParseArea(m.Area)
	if err == nil {
		area, err = c.AreaFlags.Area(&area)
	}
	if err != nil {
		return feature.Frame{}, usage.Errorf("consumer: batch %d: %w", m.Batch, err)
	}
	return feature.Of(area), nil
}

// withDefaults fills in what a caller that is not the command line left zero.
func (c Config) withDefaults() Config {
	c.BatchBy = cmp.Or(c.BatchBy, batch.ByRows)
	c.BatchSize = cmp.Or(c.BatchSize, defaultBatchSize)
	if c.BatchBy.Calendar() {
		c.BatchSize = 0
	}
	c.FromRow = cmp.Or(c.FromRow, 1)
	c.FromBatch = cmp.Or(c.FromBatch, 1)
	c.GapTimeout = cmp.Or(c.GapTimeout, defaultGapTimeout)
	c.Group = cmp.Or(c.Group, defaultGroup)
	c.Flags = c.Flags.WithDefaults()
	if c.Hook == nil {
		c.Hook = func(string) {}
	}
	return c
}
