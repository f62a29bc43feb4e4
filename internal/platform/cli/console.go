package cli

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// redraw is the shortest time between two drawings of the progress lines.
const redraw = 100 * time.Millisecond

// Console is standard error, shared by the log and the progress lines: a log
// line moves the progress down instead of running through it. Without a
// terminal there are no progress lines. It may be used concurrently.
type Console struct {
	mu       sync.Mutex
	w        io.Writer
	fd       int
	terminal bool
	spool    *spool // of the lines
	stages   []*Stage
	drawn    int       // progress lines now on the screen
	last     time.Time // of the last drawing
}

// NewConsole takes over f until Close.
func NewConsole(f *os.File) *Console {
	fd := int(f.Fd())
	c := &Console{w: f, fd: fd, terminal: term.IsTerminal(fd) && enableEscapes(f)}
	c.spool = startSpool(func(lines []byte) { c.above(c.w, lines) })
	return c
}

// Terminal reports whether a person is looking.
func (c *Console) Terminal() bool { return c.terminal }

// Write prints p, whole lines, above the progress lines. It does not wait for
// who reads them: lines that a stalled reader leaves no room for are dropped.
func (c *Console) Write(p []byte) (int, error) {
	c.spool.add(p)
	return len(p), nil
}

// OnDrop makes f hear, when lines are read again, how many were dropped.
func (c *Console) OnDrop(f func(lines int64)) { c.spool.onDrop.Store(&f) }

// Print prints lines to out, which may be the same screen, above the
// progress lines.
func (c *Console) Print(out io.Writer, format string, args ...any) {
	c.spool.flush(100 * time.Millisecond) // what was logged before stands before it
	c.above(out, fmt.Appendf(nil, format, args...))
}

// above writes lines to out above the progress lines. Where there are none it
// keeps no one else waiting.
func (c *Console) above(out io.Writer, lines []byte) {
	if c.terminal {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.erase()
		defer c.draw()
	}
	_, _ = out.Write(lines) // output remembers its error; for standard error there is nobody to tell
}

// Close removes the progress lines and waits half a second at most until all
// lines are written. What is written later is lost.
func (c *Console) Close() {
	c.spool.close(500 * time.Millisecond)
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
