// Package usage is the error for which a program ends with exit code 2: the
// person who started it has to change the command or its input. Any package
// may return one; package cli makes the exit code of it. A type of error with
// members of its own has the method Usage instead.
package usage

import (
	"errors"
	"fmt"
)

// usageError marks an error as one of the command or its input.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }
func (usageError) Usage() bool     { return true }

// Wrap marks err as one of the command or its input; nil stays nil.
func Wrap(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

// Errorf is fmt.Errorf with Wrap.
func Errorf(format string, a ...any) error { return usageError{fmt.Errorf(format, a...)} }

// Is reports whether err, or one that it wraps, is of the command or its input.
func Is(err error) bool {
	var e interface{ Usage() bool }
	return errors.As(err, &e) && e.Usage()
}
