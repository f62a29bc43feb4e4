//go:build !linux && !darwin

package cli

// PeakMemory is the largest resident set that this process has had, in bytes;
// 0 where the system does not say.
func PeakMemory() int64 { return 0 }
