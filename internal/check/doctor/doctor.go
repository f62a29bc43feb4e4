// Package doctor looks at a set-up as its roles will find it - ports, disk,
// folder, source, brokers, topic - and says of each thing what is wrong and
// which command comes next.
//
// It stands beside the flow. It changes nothing: what it opens to try, it
// closes again.
package doctor

import (
	"context"
	"log/slog"

	"hotspot/internal/consumer"
	"hotspot/internal/stream"
)

// Config is the set-up, by the flags that the roles have.
type Config struct {
	Kafka    stream.Config    `embed:""`
	Consumer consumer.Options `embed:""` // with what settings the folder will be used
	Dir      string           `name:"dir" default:"dataset-kafka" help:"Folder of batches and models."`
	Input    string           `name:"input" default:"dataset/crime_preprocessed.csv" placeholder:"FILE" help:"Prepared file of the producer."`
	Listen   string           `name:"listen" empty:"none" default:"127.0.0.1:6000" help:"Address of the API."` // "" is none
	Web      string           `name:"web" empty:"none" default:"127.0.0.1:8080" help:"Address of the API for browsers."`
}

// Severity says how bad a finding is.
type Severity string

// What a finding can be.
const (
	OK      Severity = "ok"
	Note    Severity = "note"    // worth knowing
	Problem Severity = "problem" // something will not work
)

// Finding is the result of one look.
type Finding struct {
	Check    string   `json:"check"` // source, broker, topic, disk, folder, settings, consumer, port
	Severity Severity `json:"severity"`
	What     string   `json:"what"`
	Next     string   `json:"next,omitempty"` // the command, or the step, that comes next
}

// Examine looks at everything, in the order in which data flows. The error is
// that of ctx, or of a configuration that cannot be used at all.
func Examine(ctx context.Context, log *slog.Logger, c Config) ([]Finding, error) {
	if err := c.Kafka.Validate(); err != nil {
		return nil, err
	}
	c.Kafka = c.Kafka.WithDefaults()
	d := &doctor{config: c, log: log}
	for _, check := range []func(context.Context){
		d.checkSource, d.checkBrokers, d.checkDisk, d.checkFolder, d.checkSettings, d.checkConsumer, d.checkPorts,
	} {
		check(ctx)
		if ctx.Err() != nil {
			return d.findings, ctx.Err()
		}
	}
	return d.findings, nil
}

// Problems counts the findings that are problems.
func Problems(findings []Finding) (n int) {
	for _, f := range findings {
		if f.Severity == Problem {
			n++
		}
	}
	return n
}

type doctor struct {
	config   Config
	log      *slog.Logger
	findings []Finding
	unread   bool // the folder cannot be listed, and checkFolder has said why
	held     bool // somebody has its lock
}

func (d *doctor) ok(check, what string) {
	d.findings = append(d.findings, Finding{Check: check, Severity: OK, What: what})
}

func (d *doctor) note(check, what, next string) {
	d.findings = append(d.findings, Finding{check, Note, what, next})
}

func (d *doctor) problem(check, what, next string) {
	d.findings = append(d.findings, Finding{check, Problem, what, next})
}
