package producer

import (
	"syscall"
	"time"
)

// systemNap sleeps for d in the kernel, whose timers are finer than what the
// runtime waits with: it rounds up to whole milliseconds of epoll. A thread is
// occupied for that time, a processor is not.
func systemNap(d time.Duration) {
	rest := syscall.NsecToTimespec(int64(d))
	for syscall.Nanosleep(&rest, &rest) == syscall.EINTR {
	}
}
