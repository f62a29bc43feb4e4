package cli

import (
	"os"

	"golang.org/x/sys/windows"
)

// nobodyReads is what the system says of a pipe whose reader has gone.
const nobodyReads = windows.ERROR_NO_DATA

// enableEscapes asks the console to understand the escape codes that the
// progress lines use; older ones do not.
func enableEscapes(f *os.File) bool {
	var mode uint32
	h := windows.Handle(f.Fd())
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
