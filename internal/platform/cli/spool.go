package cli

import (
	"bytes"
	"sync"
	"sync/atomic"
	"time"
)

// spool hands lines on to a writer, in their order, from a goroutine of its own:
// a reader that has stalled stops no one who logs. It holds 1,024 lines. Whoever
// finds it full waits a moment for a reader that is only slow; when nothing was
// read meanwhile, lines are dropped and counted until something is.
type spool struct {
	lines   chan entry
	ended   chan struct{} // closed by close
	once    sync.Once
	stalled atomic.Bool
	dropped atomic.Int64
	onDrop  atomic.Pointer[func(lines int64)]
}

// entry is a line, or a mark that is closed when all before it is written.
type entry struct {
	line []byte
	mark chan struct{}
}

const (
	spoolLines = 1024
	slow       = 100 * time.Millisecond // a reader that takes nothing for so long has stalled
)

func startSpool(write func(line []byte)) *spool {
	s := &spool{lines: make(chan entry, spoolLines), ended: make(chan struct{})}
	go func() {
		for {
			select {
			case e := <-s.lines:
				if e.mark != nil {
					close(e.mark)
					continue
				}
				write(e.line)
				s.stalled.Store(false)
				s.tellDropped()
			case <-s.ended:
				return
			}
		}
	}()
	return s
}

// add takes a copy of line.
func (s *spool) add(line []byte) {
	e := entry{line: bytes.Clone(line)}
	select {
	case s.lines <- e:
		return
	default:
	}
	if !s.stalled.Load() {
		select {
		case s.lines <- e:
			return
		case <-time.After(slow):
			s.stalled.Store(true)
		}
	}
	s.dropped.Add(1)
}

// tellDropped says how many lines were dropped, once there is room again.
func (s *spool) tellDropped() {
	tell := s.onDrop.Load()
	if tell == nil || s.dropped.Load() == 0 || len(s.lines) > 0 {
		return
	}
	(*tell)(s.dropped.Swap(0))
}

// flush waits until the lines so far are written, or for the limit.
func (s *spool) flush(limit time.Duration) {
	e := entry{mark: make(chan struct{})}
	wait := time.After(limit)
	select {
	case s.lines <- e:
	case <-wait:
		return
	}
	select {
	case <-e.mark:
	case <-wait:
	case <-s.ended:
	}
}

// close is flush, and the end of the goroutine.
func (s *spool) close(limit time.Duration) {
	s.once.Do(func() {
		s.flush(limit)
		close(s.ended)
	})
}
