// Package cause holds what goes wrong between the programs, the disk, the brokers
// and the topic: each cause once, in its own words and with its own next step. The roles
// and doctor say these, and docs/operations.md lists them.
//
// It asks nobody and knows no Kafka: package stream and the roles find out which
// cause it is.
package cause

import (
	"errors"
	"fmt"
	"strings"
)

// Cause is one thing that goes wrong. What and Next hold names in braces, such as
// {topic}, which Of fills in.
type Cause struct {
	Name  string // as docs/operations.md lists it
	What  string // what is so
	Next  string // the next step, the safest first
	Final bool   // no retry changes it
}

// All are the causes, in the order of docs/operations.md. It does not change once
// the program has begun.
var All []Cause

// Error is a cause that was found.
type Error struct {
	Cause       // its names filled in
	Err   error // what was seen; may be nil
}

// Error is what is so and the next step, in one line and without secrets.
func (e *Error) Error() string { return e.What + "; " + e.Next }
func (e *Error) Unwrap() error { return e.Err }

// Of is the error that c was found, when err was seen. names are the names in
// braces, each followed by what stands for it.
func (c Cause) Of(err error, names ...any) *Error {
	texts := make([]string, len(names))
	for i, name := range names {
		if texts[i] = fmt.Sprint(name); i%2 == 0 {
			texts[i] = "{" + texts[i] + "}"
		}
	}
	fill := strings.NewReplacer(texts...)
	c.What, c.Next = fill.Replace(c.What), fill.Replace(c.Next)
	return &Error{c, err}
}

// In returns the cause that err wraps, nil when it wraps none.
func In(err error) *Error {
	var e *Error
	errors.As(err, &e)
	return e
}

// Final reports whether err wraps a cause that no retry changes.
func Final(err error) bool {
	e := In(err)
	return e != nil && e.Final
}

// passing adds a cause that a retry may change, final one that it does not.
func passing(name, what, next string) Cause { return add(Cause{name, what, next, false}) }
func final(name, what, next string) Cause   { return add(Cause{name, what, next, true}) }

func add(c Cause) Cause {
	All = append(All, c)
	return c
}
