package cli

import "time"

// What Later keeps back, and for how long.
const (
	laterBytes = 64 << 10
	laterDelay = 100 * time.Millisecond
)

// later collects whole lines of a log that is written for every request, so
// that not each of them costs a call of the system.
type later struct {
	c     *Console
	lines []byte      // guarded by c.mu
	timer *time.Timer // guarded by c.mu: set while there are lines
}

// Later returns a writer of whole lines to c that keeps them back for up to a
// tenth of a second. They come before what is written to c after them, and
// before the end of Close; a process that is killed loses them.
func (c *Console) Later() *later {
	l := &later{c: c}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = append(c.kept, l)
	return l
}

// Write takes p, which must be whole lines. An error of an earlier write is
// nowhere to be told: it is a log.
func (l *later) Write(p []byte) (int, error) {
	l.c.mu.Lock()
	defer l.c.mu.Unlock()
	l.lines = append(l.lines, p...)
	switch {
	case len(l.lines) >= laterBytes:
		l.flush()
	case l.timer == nil:
		l.timer = time.AfterFunc(laterDelay, func() {
			l.c.mu.Lock()
			defer l.c.mu.Unlock()
			l.flush()
		})
	}
	return len(p), nil
}

// flush writes what is there; the caller holds the lock.
func (l *later) flush() {
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
	if len(l.lines) == 0 {
		return
	}
	l.c.erase()
	l.c.w.Write(l.lines)
	l.c.draw()
	l.lines = l.lines[:0]
}
