// Package cause holds what goes wrong between the programs, the disk, the brokers
// and the topic: each cause once, in its own words and with its own next step. The roles
// and doctor say these, and docs/operations.md lists them.
//
// It asks nobody and knows no Kafka: package stream and the roles find out which
// cause it is.
package cause

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Cause is one thing that goes wrong. What and Next hold names in braces, such as
// {topic}, which Of fills in.
type Cause struct {
	Name  string // as docs/operations.md lists it
	What  string // what is so
	Next  string // the next step, the safest first
	Final bool   // no retry changes it
}

//go:embed causes.yaml
var table string

// All are the causes, in the order of docs/operations.md. It must not be changed.
var All = parse(table)

// refill brings the rows into a topic again, without loss for anybody.
const refill = "fill another topic from the same file (producer --topic NEW), and start the consumer with --topic NEW on the same --dir: it goes on at row {row}; " +
	"or, when nobody else needs topic {topic}, fill it anew (producer --fresh --yes)"

// parse reads the table. Only what cannot fail can: it is part of the program.
func parse(table string) (all []Cause) {
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(table, "{refill}", refill)), &all); err != nil {
		panic(err)
	}
	return all
}

// Error is a cause that was found.
type Error struct {
	Cause       // its names filled in
	Err   error // what was seen; may be nil
}

// Error is what is so and the next step, in one line and without secrets.
func (e *Error) Error() string { return e.What + "; " + e.Next }
func (e *Error) Unwrap() error { return e.Err }

// Of is the error that the cause of this name was found, when err was seen. names
// are the names in braces, each followed by what stands for it.
func Of(name string, err error, names ...any) *Error {
	texts := make([]string, len(names))
	for i, name := range names {
		if texts[i] = fmt.Sprint(name); i%2 == 0 {
			texts[i] = "{" + texts[i] + "}"
		}
	}
	fill := strings.NewReplacer(texts...)
	c := All[slices.IndexFunc(All, func(c Cause) bool { return c.Name == name })]
	c.What, c.Next = fill.Replace(c.What), fill.Replace(c.Next)
	return &Error{c, err}
}

// In returns the cause that err wraps, nil when it wraps none.
func In(err error) *Error {
	e, _ := errors.AsType[*Error](err)
	return e
}

// Final reports whether err wraps a cause that no retry changes.
func Final(err error) bool {
	e := In(err)
	return e != nil && e.Final
}
