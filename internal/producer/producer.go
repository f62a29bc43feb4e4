// Package producer sends the rows of a prepared file to the topic.
package producer

import (
	"context"
	"log/slog"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/stream"
)

// Percent is a share of a hundred: "5%" or "5".
type Percent float64

// Options are the producer's own knobs.
type Options struct {
	Input      string        `name:"input" default:"dataset/crime_preprocessed.csv" placeholder:"FILE" help:"Prepared CSV, gzip or not; - reads standard input."`
	SleepMin   time.Duration `name:"sleep-min" default:"0s" help:"Least pause between two rows."`
	SleepMax   time.Duration `name:"sleep-max" default:"5ms" help:"Greatest pause between two rows; with both 0s rows go at full speed."`
	SleepSeed  *uint64       `name:"sleep-seed" placeholder:"N" help:"Random seed of the pauses, to repeat them."`
	Limit      int64         `name:"limit" default:"0" help:"Send up to row N in all; 0 = all rows."`
	Title      string        `name:"title" placeholder:"TEXT" help:"Title of the data; default: the sidecar's, else the topic's, else untitled."`
	Partitions int           `name:"partitions" default:"1" help:"Partitions of the topic when it is created; an existing one's count wins."`
	Rejects    string        `name:"rejects" placeholder:"FILE" help:"File of the rejected rows; default: INPUT.rejects.csv."`
	MaxRejects Percent       `name:"max-rejects" default:"5%" help:"Stop when more than this share of the lines is rejected, from 1,000 lines on."`
	Strict     bool          `name:"strict" help:"Stop at the first rejected row."`
	Fresh      bool          `name:"fresh" help:"Delete the topic and start it anew."`
	Yes        bool          `name:"yes" help:"Do not ask: with --fresh on a broker that is not ours."`
}

// Config says what Run sends, where to and how fast.
type Config struct {
	Kafka         stream.Config `embed:""`
	Options       `embed:""`
	MetricsListen string `name:"metrics-listen" default:"" help:"Serve /healthz, /readyz and /metrics here, e.g. 127.0.0.1:9102."`

	OwnBroker  bool           `kong:"-"` // the broker is embedded in this process: --fresh needs no --yes
	OnProgress func(Progress) `kong:"-"` // heard at most 4 times a second, and at the end
}

// Progress is how far the producer is.
type Progress struct {
	Row          int64 // the last row read
	Sent         int64 // rows acknowledged by the broker in this run
	AlreadyThere int64 // rows that the topic had
	Bytes, Size  int64 // of the input; Size is 0 when unknown
}

// Rejected is how many rows were rejected for one reason.
type Rejected struct {
	Reason crime.Reason
	Rows   int64
}

// Summary is what a run did.
type Summary struct {
	Title         string
	Invented      bool
	Rows          int64 // accepted rows read
	Sent          int64 // rows given to the broker
	Acknowledged  int64 // rows that the broker has
	AlreadyThere  int64 // rows that the topic had before
	Rejected      []Rejected
	Seconds       float64
	RowsPerSecond float64
	Stopped       bool // ended by its context, not by the end of the input
}

func (c Config) Validate() error                                           { panic("soon") }
func Run(ctx context.Context, log *slog.Logger, c Config) (Summary, error) { panic("soon") }
