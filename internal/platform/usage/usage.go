// Package usage is the error for which a program ends with exit code 2: the
// person who started it has to change the command or its input. Any package
// may return one; package cli makes the exit code of it. A type of error with
// members of its own has the method Usage instead.
package usage

import (
	"errors"
	"fmt"
)

// Error marks Err as one of the command or its input.
type Error struct{ Err error }

func (e Error) Error() string { return e.Err.Error() }
func (e Error) Unwrap() error { return e.Err }

// Usage reports true.
func (Error) Usage() bool { return true }

// Wrap is err as an Error, nil without one.
func Wrap(err error) error {
	if err == nil {
		return nil
	}
	return Error{err}
}

// Errorf is fmt.Errorf that returns an Error.
func Errorf(format string, a ...any) error { return Error{fmt.Errorf(format, a...)} }

// Is reports whether err, or one that it wraps, is of the command or its input.
func Is(err error) bool {
	var e interface{ Usage() bool }
	return errors.As(err, &e) && e.Usage()
}
