package cli

import "syscall"

// PeakMemory is the largest resident set that this process has had, in bytes;
// 0 where the system does not say.
func PeakMemory() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Maxrss // bytes on macOS
}
