// Package ports knows when the port of an address is taken.
package ports

import (
	"errors"
	"syscall"
)

// windowsInUse is WSAEADDRINUSE. No other system has an error of this number.
const windowsInUse = syscall.Errno(10048)

// Taken reports whether err, of listening on an address, says that another
// program listens there already.
func Taken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsInUse)
}
