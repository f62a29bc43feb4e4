package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"
)

// redraw is the shortest time between two drawings of the progress lines.
const redraw = 100 * time.Millisecond

// Console is standard error, shared by the log and the progress lines: a log
// line moves the progress down instead of running through it. Without a
// terminal there are no progress lines. It may be used concurrently.
type Console struct {
	// OnDrop hears how many lines were dropped when their reader reads again. It is
	// set before the first line that it shall know of.
	OnDrop func(lines int64)

	jobs     chan func() // a line each, or nil for the end; done one after the other
	dropped  atomic.Int64
	mu       sync.Mutex
	w        io.Writer
	fd       int
	terminal bool
	stages   []*Stage
	drawn    int       // progress lines now on the screen
	last     time.Time // of the last drawing
}

// waiting is how many lines wait for a slow reader: some seconds of a busy access log.
const waiting = 8192

// NewConsole takes over f until Close.
func NewConsole(f *os.File) *Console {
	fd := int(f.Fd())
	c := &Console{w: f, fd: fd, terminal: term.IsTerminal(fd) && enableEscapes(f), jobs: make(chan func(), waiting)}
	go func() {
		for job := <-c.jobs; job != nil; job = <-c.jobs {
			job()
		}
	}()
	return c
}

// Terminal reports whether a person is looking.
func (c *Console) Terminal() bool { return c.terminal }

// Write prints p, whole lines, above the progress lines. It waits for nobody: when
// too many lines wait for a reader that has stalled, it drops and counts p.
func (c *Console) Write(p []byte) (int, error) {
	lines := bytes.Clone(p)
	job := func() {
		c.above(c.w, lines)
		if c.dropped.Load() > 0 && len(c.jobs) == 0 && c.OnDrop != nil {
			c.OnDrop(c.dropped.Swap(0))
		}
	}
	select {
	case c.jobs <- job:
	default:
		c.dropped.Add(1)
	}
	return len(p), nil
}

// flush waits until all lines are written, and half a second for a stalled reader.
func (c *Console) flush() {
	done := make(chan struct{})
	limit := time.After(500 * time.Millisecond)
	select {
	case c.jobs <- func() { close(done) }:
	case <-limit:
		return
	}
	select {
	case <-done:
	case <-limit:
	}
}

// Print prints lines to out, which may be the same screen, above the
// progress lines.
func (c *Console) Print(out io.Writer, format string, args ...any) {
	c.flush() // what was logged before stands before it
	c.above(out, fmt.Appendf(nil, format, args...))
}

// above writes lines to out above the progress lines. Where there are none it
// keeps nobody else waiting.
func (c *Console) above(out io.Writer, lines []byte) {
	if c.terminal {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.erase()
		defer c.draw()
	}
	_, _ = out.Write(lines) // output remembers its error; of standard error nobody could be told
}

// Close flushes and removes the progress lines. What comes after it is lost.
func (c *Console) Close() {
	c.flush()
	go func() { c.jobs <- nil }() // a stalled reader may come back
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	c.stages = nil
}

// Stage is one progress line.
type Stage struct {
	c     *Console
	name  string
	unit  string
	start time.Time // of this count; zero before the first one
	first int64     // where this count began
	done  int64
	text  string
}

// Stage adds a progress line. Its text begins with name; unit is what is
// counted: rows, bytes.
func (c *Console) Stage(name, unit string) *Stage {
	s := &Stage{c: c, name: name, unit: unit}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stages = append(c.stages, s)
	return s
}

// Set says that done of total is done; a total of 0 is unknown. note is
// appended as it is.
func (s *Stage) Set(done, total int64, note string) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.start.IsZero() || done < s.done { // a count that begins anew, as of the next batch
		s.first, s.start = done, time.Now()
	}
	s.done = done
	s.text = s.line(done, total, note)
	if s.c.terminal && time.Since(s.c.last) >= redraw {
		s.c.erase()
		s.c.draw()
	}
}

// Done removes the line.
func (s *Stage) Done() {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.c.erase()
	s.c.stages = slices.DeleteFunc(s.c.stages, func(t *Stage) bool { return t == s })
	s.c.draw()
}

func (s *Stage) line(done, total int64, note string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-9s", s.name)
	if total > 0 {
		const width = 20
		full := min(int(done*width/total), width)
		fmt.Fprintf(&b, " [%s%s] %3d %%  %s/%s %s",
			strings.Repeat("#", full), strings.Repeat(".", width-full),
			min(done*100/total, 100), Count(done), Count(total), s.unit)
	} else {
		fmt.Fprintf(&b, " %s %s", Count(done), s.unit)
	}
	if since := time.Since(s.start); since > time.Second && done > s.first {
		rate := float64(done-s.first) / since.Seconds()
		fmt.Fprintf(&b, "  %s/s", Count(int64(rate)))
		if left := float64(total-done) / rate; total > 0 && left >= 1 {
			fmt.Fprintf(&b, "  %s left", time.Duration(left*float64(time.Second)).Round(time.Second))
		}
	}
	if note != "" {
		b.WriteString("  " + note)
	}
	return b.String()
}

// erase removes the drawn lines; the caller holds the lock.
func (c *Console) erase() {
	if c.drawn > 0 {
		fmt.Fprintf(c.w, "\x1b[%dA\x1b[J", c.drawn)
		c.drawn = 0
	}
}

// draw prints the progress lines; the caller holds the lock.
func (c *Console) draw() {
	if !c.terminal {
		return
	}
	width, _, err := term.GetSize(c.fd)
	if err != nil || width < 20 {
		width = 80
	}
	for _, s := range c.stages {
		if s.text == "" {
			continue
		}
		line := s.text
		if len(line) >= width {
			line = line[:width-1]
		}
		fmt.Fprintln(c.w, line)
		c.drawn++
	}
	c.last = time.Now()
}

// Count writes n with commas: 394,736.
func Count[N int | int64](n N) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
