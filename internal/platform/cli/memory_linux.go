package cli

import (
	"bytes"
	"os"
	"strconv"
)

// PeakMemory is the largest resident set that this process has had, in bytes;
// 0 where the system does not say. It reads VmHWM: getrusage's figure begins
// with that of the program which started this one.
func PeakMemory() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			kib, err := strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
			if err != nil {
				return 0
			}
			return kib << 10
		}
	}
	return 0
}
