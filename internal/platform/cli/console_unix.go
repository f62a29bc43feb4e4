//go:build !windows

package cli

import (
	"os"
	"syscall"
)

// nobodyReads is what the system says of a pipe whose reader has gone.
const nobodyReads = syscall.EPIPE

// enableEscapes reports true: terminals elsewhere understand them as they are.
func enableEscapes(*os.File) bool { return true }
