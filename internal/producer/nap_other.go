//go:build !linux

package producer

import "time"

// systemNap sleeps for d: here the runtime's own timers are the finest there are.
func systemNap(d time.Duration) { time.Sleep(d) }
