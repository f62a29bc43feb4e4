package producer

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
	"hotspot/internal/stream"
)

// The defaults of a Config.
const (
	DefaultInput      = "dataset/crime_preprocessed.csv"
	DefaultPartitions = 1
	DefaultMaxRejects = source.Percent(5)
)

// Options are the producer's own knobs.
type Options struct {
	Input      string         `name:"input" default:"dataset/crime_preprocessed.csv" placeholder:"FILE" help:"Prepared CSV, gzip or not; - reads standard input."`
	SleepMin   time.Duration  `name:"sleep-min" default:"0s" help:"Least pause between two rows."`
	SleepMax   time.Duration  `name:"sleep-max" default:"5ms" help:"Greatest pause between two rows; with both 0s rows go at full speed."`
	SleepSeed  *uint64        `name:"sleep-seed" placeholder:"N" help:"Random seed of the pauses, to repeat them."`
	Limit      int64          `name:"limit" default:"0" help:"Send up to row N in all; 0 = all rows."`
	Title      string         `name:"title" placeholder:"TEXT" help:"Title of the data; default: the sidecar's, else the topic's, else untitled."`
	Partitions int            `name:"partitions" default:"1" help:"Partitions of the topic when it is created; an existing one's number wins."`
	Retention  time.Duration  `name:"retention" default:"0s" help:"How long a topic keeps its rows when it is created, as 7d; 0s = for ever. A consumer that is away longer than that halts with a gap."`
	Rejects    string         `name:"rejects" placeholder:"FILE" help:"File of the rejected lines, absent when there are none; default: INPUT.rejects.csv, for standard input no file."`
	MaxRejects source.Percent `name:"max-rejects" default:"5%" help:"Stop when more than this share of the lines is rejected, from 1,000 lines on."`
	Strict     bool           `name:"strict" help:"Stop at the first rejected line."`
	Fresh      bool           `name:"fresh" help:"Delete the topic with all its rows and begin anew."`
	Yes        bool           `name:"yes" help:"Confirm --fresh; needed on every broker but the one inside of hotspot up."`
}

// Config says what Run sends, where to and how fast. The zero value of a field
// means its default, but for SleepMax: a Config without pauses is full speed.
// Run takes Kafka.OnState for itself.
type Config struct {
	Kafka            stream.Config `embed:""`
	Options          `embed:""`
	source.AreaFlags `embed:""`
	MetricsListen    string `name:"metrics-listen" empty:"none" placeholder:"HOST:PORT" help:"Serve /healthz, /readyz and /metrics here, e.g. 127.0.0.1:9102."`

	OwnBroker  bool           `kong:"-"` // the broker is embedded in this process: --fresh needs no --yes
	OnProgress func(Progress) `kong:"-"` // heard at most 4 times a second, and at the end; it must not block

	// Hook is called before and after every request, with "message.sending" and
	// "message.acked". A test ends the process there.
	Hook func(point string) `kong:"-"`
}

// Validate reports all that is wrong with c at once, as a usage error, but for
// numbers out of usage.Bounds: the command line lets none through. Of files it
// looks at c.Rejects alone.
func (c Config) Validate() error {
	c = c.withDefaults()
	var errs []error
	wrong := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	if c.SleepMin > c.SleepMax {
		wrong("--sleep-min %s is more than --sleep-max %s; give both", c.SleepMin, c.SleepMax)
	}
	if c.Retention > 0 && c.Retention < time.Minute {
		wrong("--retention %s: want 0s (for ever) or a minute and more", c.Retention)
	}
	if c.Title != "" {
		if err := crime.ValidTitle(c.Title); err != nil {
			wrong("--title: %w", err)
		}
	}
	if err := source.CheckRejects(c.Rejects, c.Input, source.MetaPath(c.Input)); err != nil {
		wrong("--rejects: %w", err)
	}
	if c.Fresh && !c.Yes && !c.OwnBroker {
		wrong("--fresh deletes topic %s on %s with all its rows; add --yes if that is what you want", c.Kafka.Topic, strings.Join(c.Kafka.Brokers, ","))
	}
	errs = append(errs, c.AreaFlags.Validate(), c.Kafka.Validate())
	return usage.Wrap(errors.Join(errs...))
}

func (c Config) withDefaults() Config {
	c.Kafka = c.Kafka.WithDefaults()
	c.Input = cmp.Or(c.Input, DefaultInput)
	c.Partitions = cmp.Or(c.Partitions, DefaultPartitions)
	c.MaxRejects = cmp.Or(c.MaxRejects, DefaultMaxRejects)
	if c.Rejects == "" && c.Input != "-" {
		c.Rejects = source.RejectsPath(c.Input)
	}
	if c.Hook == nil {
		c.Hook = func(string) {}
	}
	return c
}
